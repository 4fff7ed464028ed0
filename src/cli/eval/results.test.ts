import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { exportRun, parseExport } from '../../../evals/report/export.ts';
import { readPage } from '../../../evals/report/testing/read-page.ts';
import { createStore } from '../../../evals/run/store.ts';
import { anAttempt, aRun } from '../../../evals/score/testing/synthetic.ts';
import { loadSuite } from '../../../evals/task/load.ts';
import type { RunEvent } from '../../loop/events.ts';
import { evalCompare } from './compare.ts';
import { evalExport } from './export.ts';
import { evalImport } from './import.ts';
import { evalReport } from './report.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'classwright-results-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const right = [anAttempt(1, { solved: true })];
const wrong = [anAttempt(1)];

/** A run's folder as `eval run` leaves it, over a task that ships, with one session log. */
async function runIn(place: string): Promise<string> {
  const [id = ''] = loadSuite('sample').map(({ task }) => task.id);
  const run = aRun({ [id]: [right, wrong] });
  const store = await createStore(place, run.plan, run.cells, {
    ...{ suite: 'sample', modelTimeout: 600, testTimeout: 60, sandbox: 'bubblewrap', prices: {} },
  });
  for (const outcome of run.outcomes) store.scored(outcome);
  store.close();
  const event: RunEvent = { type: 'note', message: 'const secretSource = 42;', seq: 0, time: 0 };
  const sessions = join(place, 'sessions', run.cells[0]?.id ?? '', 'repo');
  mkdirSync(sessions, { recursive: true });
  writeFileSync(join(sessions, 'log.jsonl'), `${JSON.stringify(event)}\n`);
  return place;
}

test('report of a run: HTML with the stories beside it, and its head as text', async () => {
  const place = await runIn(folder());
  expect(await evalReport(place, {})).toBe(0);
  expect(printed).toMatch(/^row +tasks +pass@1/);
  expect(printed).toContain('50.0 %');
  const html = readFileSync(join(place, 'report.html'), 'utf8');
  expect(JSON.stringify(readPage(html))).toContain('secretSource');
});

test('a session log that cannot be read costs its story alone', async () => {
  const place = await runIn(folder());
  const [log] = globSync('sessions/**/log.jsonl', { cwd: place });
  writeFileSync(join(place, log ?? ''), 'no event\n');
  expect(await evalReport(place, {})).toBe(0);
  const html = readFileSync(join(place, 'report.html'), 'utf8');
  expect(JSON.stringify(readPage(html))).toContain('The session log cannot be read');
});

test('report without sources: no story, no text of the session log', async () => {
  const place = await runIn(folder());
  await evalReport(place, { withoutSources: true });
  const html = readFileSync(join(place, 'report-facts.html'), 'utf8');
  expect(JSON.stringify(readPage(html))).not.toContain('secretSource');
  expect(JSON.stringify(readPage(html))).toContain('"solved":true');
});

test('export, then report and compare from the exports', async () => {
  const place = folder();
  const before = join(place, 'before.jsonl');
  writeFileSync(before, exportRun(aRun({ 'shop/X': [wrong] }, { id: 'one' }), { sources: true }));
  const after = join(place, 'after.jsonl');
  await evalExport(before, { out: after });
  expect(parseExport(readFileSync(after, 'utf8'), 'x')).toEqual(
    parseExport(readFileSync(before, 'utf8'), 'x'),
  );
  writeFileSync(after, exportRun(aRun({ 'shop/X': [right] }, { id: 'two' }), { sources: true }));

  await evalCompare(before, after, {});
  expect(printed).toContain('better in B rrr: shop/X');
  expect(readFileSync(join(place, 'compared-with-one.html'), 'utf8')).toContain('exact McNemar');

  printed = '';
  await evalCompare(before, after, { json: true });
  expect(JSON.parse(printed)).toMatchObject({ schemaVersion: 1, comparisons: [{ difference: 1, p: 1 }] });

  printed = '';
  await evalReport(after, { markdown: true });
  expect(printed).toContain('| rrr | 1 | 100.0 % |');
});

test('what cannot be done says so', async () => {
  const place = folder();
  await expect(evalReport(join(place, 'none.jsonl'), {})).rejects.toMatchObject({
    kind: 'usage',
    code: 'no-export',
  });
  await expect(evalReport(join(place, 'none'), {})).rejects.toMatchObject({ kind: 'usage', code: 'no-run' });
  const file = join(place, 'run.jsonl');
  writeFileSync(file, exportRun(aRun({ 'shop/X': [right] }), { sources: true }));
  await expect(evalReport(file, { json: true, markdown: true })).rejects.toMatchObject({
    code: 'two-formats',
  });
  await expect(evalReport(file, { out: join(place, 'no', 'such.html') })).rejects.toMatchObject({
    code: 'unwritable',
  });
  await expect(evalImport('humaneval', place, {})).rejects.toMatchObject({ code: 'unknown-format' });
});
