import { expect, test } from 'vitest';
import { summarize } from '../score/summary.ts';
import { anAttempt, anOutcome, aRun, aTask, largeRun } from '../score/testing/synthetic.ts';
import { exportRun, parseExport } from './export.ts';
import { htmlPage } from './html.ts';
import { markdown } from './markdown.ts';
import { comparisonOf, reportOf } from './report.ts';
import { readPage } from './testing/read-page.ts';
import { withoutSources } from './without-sources.ts';

test('an export gives back the run it was made from', () => {
  const run = largeRun({ tasks: 3 });
  expect(parseExport(exportRun(run, { sources: true }), 'x')).toEqual(run);
});

test('what is no export is refused with its line', () => {
  const [first = '', ...rest] = exportRun(aRun({ 'r/A': [[]] }), { sources: true }).split('\n');
  expect(() => parseExport([first, '{"type":"cell"}', ...rest].join('\n'), 'run.jsonl')).toThrow(
    'run.jsonl:2',
  );
  expect(() => parseExport('not json\n', 'run.jsonl')).toThrow('run.jsonl:1');
  expect(() => parseExport(rest.join('\n'), 'run.jsonl')).toThrow('no line of type "run"');
});

/** Lines as a repository, its tests, a model and a compiler would bring them in, wherever text may stand. */
const SOURCE_LINES = [
  'const total = lots.reduce((sum, lot) => sum + lot.weight, 0);',
  "expect(book.best('bid')).toEqual({ price: 12, weight: 40 });",
  'export class OrderBook implements Iterable<Order> {',
  'Property take does not exist on type SortedList<Bid>',
];
const pasted = SOURCE_LINES.join('\n');

function runFullOfSources() {
  const run = aRun({ 'shop/OrderBook': [[anAttempt(1)]], 'shop/Ledger': [{ status: 'infrastructure' }] });
  const failed = [...SOURCE_LINES];
  const attempt = anAttempt(1, { heldOut: { passed: 6, total: 10, failed }, codes: [2339] });
  const tasks = run.plan.tasks.map((id) =>
    aTask(id, {
      descriptions: { detailed: { text: pasted, by: 'a person' }, sketchy: { text: pasted, by: 'a person' } },
      notes: [pasted],
      visible: [{ file: 'tests/a.test.ts', ids: [...SOURCE_LINES] }],
      heldOut: [{ file: 'tests/a.test.ts', ids: [...SOURCE_LINES] }],
      reference: { lines: 90, members: 7, symbols: [...SOURCE_LINES, 'Money'] },
    }),
  );
  const outcomes = run.cells.map(({ id }, index) =>
    index === 0
      ? anOutcome(id, [attempt], { symbols: [...SOURCE_LINES, 'Money'], session: `sessions/${id}.jsonl` })
      : anOutcome(id, [], { status: 'disqualified', reason: `copied: ${pasted}` }),
  );
  return { ...run, tasks, outcomes };
}

const anySource = new RegExp(
  SOURCE_LINES.map((line) => line.slice(0, 20).replaceAll(/[^\w ]/g, '\\$&')).join('|'),
);

test('without sources: no source line is in any form of the report', async () => {
  const run = runFullOfSources();
  const bare = withoutSources(run);
  const page = await htmlPage(reportOf(bare), [bare], async () => undefined);
  const outputs = [
    exportRun(bare, { sources: false }),
    markdown(reportOf(bare)),
    JSON.stringify(reportOf(bare)),
    page,
    JSON.stringify(readPage(page)),
  ];
  for (const output of outputs) expect(output).not.toMatch(anySource);
  // The same outputs with sources hold them, or this test would prove nothing.
  const full = await htmlPage(reportOf(run), [run], async () => undefined);
  expect(exportRun(run, { sources: true })).toMatch(anySource);
  expect(JSON.stringify(readPage(full))).toMatch(anySource);
});

test('without sources: facts, codes and every figure stay', () => {
  const run = largeRun({ tasks: 4, samples: 2 });
  const bare = withoutSources(run);
  expect(summarize(bare)).toEqual(summarize(run));
  const copied = withoutSources(runFullOfSources()).outcomes[1];
  expect(copied).toMatchObject({ status: 'disqualified', reason: 'copied' });
  expect(parseExport(exportRun(bare, { sources: false }), 'x')).toEqual(bare);
  expect(comparisonOf(run, bare).comparisons.every(({ difference }) => difference === 0)).toBe(true);
});

test('Markdown: names that hold markup neither end a table nor become markup', () => {
  const run = aRun({ 'r/A': [[anAttempt(1)]] }, { id: 'a | b\n# c <img src=x> `d`' });
  const text = markdown(reportOf(run));
  expect(text.split('\n')[0]).toBe('# Run a \\| b # c &lt;img src=x\\> \\`d\\`');
  for (const block of text.split('\n\n').filter((part) => part.startsWith('|'))) {
    const columns = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
    expect(new Set(columns).size).toBe(1);
  }
});
