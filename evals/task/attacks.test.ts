import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { sandboxAvailable } from '../../src/sandbox/sandbox.ts';
import { type HeldOutRun, openHeldOut } from './held-out.ts';
import { loadSuite } from './load.ts';
import { type Prepared, prepareTask } from './prepare.ts';
import { scoreClass } from './score.ts';

/** What a model could hand in to look better than it is. Each is tried on a prepared task, and none may score. */

const { available } = await sandboxAvailable();
const sandbox = available ? 'bubblewrap' : 'none';
let prepared: Prepared;
const base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-attacks-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(base, 'state');
  const found = loadSuite(join(packageRoot, 'evals/tasks/observatory/Journal.json'));
  const [{ task }] = found as [(typeof found)[number]];
  prepared = await prepareTask(task, { folder: join(base, 'task') });
}, 60_000);

/** The held-out tests against one text, in a copy of its own. */
async function run(text: string, from: Prepared = prepared): Promise<HeldOutRun> {
  const heldOut = await openHeldOut(from, { sandbox, testTimeoutMs: 30_000 });
  try {
    return await heldOut.run(text);
  } finally {
    await heldOut.dispose();
  }
}

/** The file without the class, and something else in its place that loads with it. */
const hollow = (atLoad: string) =>
  `${prepared.targetText ?? ''}\n${atLoad}\nexport class Journal { constructor(...given: unknown[]) { void given; } }\n`;
/** The reference with something that runs when its file loads: everything else is as it has to be. */
const whole = (atLoad: string) => `${prepared.reference.fileText}\n${atLoad}\n`;

const BUILTIN = 'const builtin = (name: string): any => (process as any).getBuiltinModule(name);';

const expectNothing = (result: HeldOutRun) => {
  expect(result).toMatchObject({ passed: 0, infrastructure: undefined });
  expect(result.failed).toHaveLength(result.total);
};

describe('a class that', () => {
  test.runIf(available)(
    'reads the disk for the reference',
    async () => {
      const original = join(packageRoot, 'evals/repos/observatory', prepared.task.file);
      const thief = `${prepared.targetText ?? ''}
${BUILTIN}
const found = builtin('node:fs').readFileSync(${JSON.stringify(original)}, 'utf8');
builtin('node:fs').writeFileSync(new URL('./stolen.ts', import.meta.url), found);
const stolen = './stolen.ts';
export const { Journal } = await import(stolen);
`;
      // Where the original can be seen the attack works: it is the hiding that stops it.
      expect((await run(thief, { ...prepared, hidden: [] })).failed).toEqual([]);
      expectNothing(await run(thief));
    },
    60_000,
  );

  test('knows the visible tests and nothing else', async () => {
    const check = `if (!/journal\\.test\\.ts/.test(String(new Error().stack))) throw new Error('not today');`;
    const text = prepared.reference.fileText.replace(/(constructor\([^)]*\) \{)/, `$1 ${check}`);
    expect(text).toContain('not today');
    expectNothing(await run(text));
  });

  test('writes tests and configuration anew while they run', async () => {
    const files = prepared.task.heldOut.map(({ file }) => file);
    const easy = "import { test } from 'node:test';\ntest('easy', () => {});\n";
    const result = await run(
      hollow(`${BUILTIN}
for (const file of ${JSON.stringify(files)}) {
  try { builtin('node:fs').writeFileSync(file, ${JSON.stringify(easy)}); } catch {}
}
try { builtin('node:fs').writeFileSync('package.json', '{}'); } catch {}`),
    );
    expectNothing(result);
  });

  test('changes a file of the repository, and does all that it should besides', async () => {
    const result = await run(
      whole(`${BUILTIN}\nbuiltin('node:fs').appendFileSync('tests/kernel/kernel.test.ts', '\\n');`),
    );
    expect(result.problems.join()).toMatch(/tests\/kernel\/kernel\.test\.ts was changed while the tests ran/);
    expectNothing(result);
  });

  test.each([
    'process.exit(0);',
    'setImmediate(() => process.exit(0));',
    "process.on('exit', () => { process.exitCode = 0; }); throw new Error('x');",
  ])('ends the process: %s', async (atLoad) => expectNothing(await run(hollow(atLoad))));

  test('makes every assertion pass', async () => {
    const patch = `${BUILTIN}
const assert = builtin('node:assert');
for (const library of [assert, assert.strict]) for (const name of Object.keys(library))
  if (typeof library[name] === 'function') library[name] = () => {};
builtin('node:module').syncBuiltinESMExports();`;
    const result = await run(whole(patch));
    expect(result.problems).toContainEqual(expect.stringContaining('it changes the test library'));
    expectNothing(result);
  });

  test('writes the results itself', async () => {
    const lines = prepared.task.heldOut.flatMap(({ file, ids }) =>
      ids.map((id) => ({ file, path: id.split(' > ').slice(1) })),
    );
    const forged = `${BUILTIN}
const fs = builtin('node:fs');
for (const name of fs.readdirSync(process.env.TMPDIR)) if (name.endsWith('.jsonl'))
  for (const line of ${JSON.stringify(lines)})
    fs.appendFileSync(process.env.TMPDIR + '/' + name, JSON.stringify({ type: 'test', file: process.cwd() + '/' + line.file, path: line.path, status: 'passed', errors: [] }) + '\\n');`;
    expectNothing(await run(hollow(forged)));
    expectNothing(await run(hollow(`${forged}\nprocess.exit(0);`)));
  });

  test('is the reference, from wherever it came', async () => {
    const spaced = prepared.reference.fileText.replaceAll(/^( *)(\w)/gm, '$1  $2');
    const result = await scoreClass(prepared, spaced, { sandbox });
    // All is well with it, which shows that the scores above are not low because scoring is broken.
    expect(result).toMatchObject({ compiles: true, problems: [], heldOut: { failed: [] } });
    expect(result).toMatchObject({ solved: false, disqualified: expect.stringMatching(/^copied: 100 %/) });
  });
});
