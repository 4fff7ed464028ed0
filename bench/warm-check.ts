import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openTypeScriptSession } from '../src/language/typescript/session.ts';
import { startBareServer } from './bare-server.ts';
import { DEPENDENTS, TARGET_CLASS, TARGET_FILE, targetText } from './generated-target.ts';
import { interleaved, type Row, row, seconds, spread } from './measure.ts';

const WARM_UP = 10;

/**
 * What a candidate costs once the engine is warm: the candidate alone, and the candidate with every file that depends
 * on it, beside the repository's own `tsc --noEmit` and beside the native server without us.
 */
export async function warmCheck(
  root: string,
  rounds: { checks: number; compilations: number },
): Promise<Row[]> {
  const session = await openTypeScriptSession({ root, targetFile: TARGET_FILE, className: TARGET_CLASS });
  const dependents = (await session.dependents()).files;
  const files = [TARGET_FILE, ...dependents];
  const bare = await startBareServer(root, files);
  try {
    let revision = 0;
    /** No side judges a text twice; every other one has errors, which have to be found. */
    const judged = async (
      checked: readonly string[],
      show: (text: string) => unknown,
      errorsOf: (file: string) => Promise<number>,
    ) => {
      const isBroken = ++revision % 2 === 1;
      const broken = checked.length === 1 ? 'itself' : 'dependents';
      const text = targetText({ revision, broken: isBroken ? broken : undefined });
      let found = 0;
      const took = await seconds(async () => {
        await show(text);
        for (const file of checked) found += await errorsOf(file);
      });
      const expected = !isBroken ? 0 : checked.length === 1 ? 1 : DEPENDENTS;
      if (found !== expected) throw new Error(`${found} errors found where ${expected} were to be found`);
      return took;
    };
    const ours = (checked: readonly string[]) => () =>
      judged(
        checked,
        (text) => session.setCandidate(text),
        async (file) => (await session.diagnostics(file)).diagnostics.length,
      );
    const anchor = (how: 'ask' | 'pull', checked: readonly string[]) => () =>
      judged(
        checked,
        (text) => bare.change(TARGET_FILE, text),
        async (file) => (await bare[how](file)).length,
      );
    const sides = {
      ours: ours([TARGET_FILE]),
      api: anchor('ask', [TARGET_FILE]),
      pull: anchor('pull', [TARGET_FILE]),
      oursAll: ours(files),
      pullAll: anchor('pull', files),
    };
    await interleaved(WARM_UP, sides);
    const warm = await interleaved(rounds.checks, sides);

    const beside = await interleaved(rounds.compilations, {
      tsc: () => seconds(() => compile(root)),
      ours: async () => spread(await repeated(9, sides.ours)).median,
      oursAll: async () => spread(await repeated(9, sides.oursAll)).median,
    });
    const tsc = { name: "the repository's own tsc --noEmit", values: beside.tsc };
    const one = 'a candidate, warm';
    const all = `a candidate and its ${dependents.length} dependents, warm`;
    return [
      row(
        "a candidate, beside the repository's own compiler",
        tsc,
        { name: one, values: beside.ours },
        {
          target: { atLeast: 50 },
        },
      ),
      row("a candidate and dependents, beside the repository's own compiler", tsc, {
        name: all,
        values: beside.oursAll,
      }),
      row(
        'a candidate, beside the native server (API)',
        { name: one, values: warm.ours },
        { name: 'bare server, API', values: warm.api },
        { target: { atMost: 1.5 } },
      ),
      row(
        'a candidate, beside the native server (LSP)',
        { name: one, values: warm.ours },
        { name: 'bare server, LSP', values: warm.pull },
        { target: { atMost: 1.5 } },
      ),
      row(
        'a candidate and dependents, beside the native server (LSP)',
        { name: all, values: warm.oursAll },
        { name: 'bare server, LSP', values: warm.pullAll },
      ),
    ];
  } finally {
    await session.close();
    await bare.close();
  }
}

async function repeated(times: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  while (values.length < times) values.push(await measure());
  return values;
}

function compile(root: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, signal, stdout } = spawnSync(process.execPath, [tsc, '-p', '.', '--noEmit'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(
      `tsc in the generated repository ended with ${signal ?? status}: ${stdout.slice(0, 500)}`,
    );
}
