import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { TARGET_FILE } from './generated-target.ts';
import { interleaved, type Measured, type Row, row, spread } from './measure.ts';

const Said = z.object({
  errors: z.literal(0),
  /** Bytes that the type checker's process holds, and the process that drives it where that is another. */
  engine: z.number(),
  own: z.number(),
  /** Seconds of an edit and its check. */
  edit: z.number().optional(),
});
type Said = z.infer<typeof Said>;

/** Texts of the target that are checked after the first answer. */
const EDITS = 5;

/** From the start of a process to the first diagnostics of one file, and the memory that is held then and later. */
export async function coldStart(root: string, rounds: number): Promise<Row[]> {
  const ours = figures();
  const tsMorph = figures();
  const timed = async (into: Figures, script: string) => {
    const { seconds, said } = await answers(built(script), [root, TARGET_FILE, String(EDITS)]);
    const [first, last] = [said[0], said.at(-1)];
    if (!first || !last) return seconds;
    into.atFirst.push(first.engine / 2 ** 20);
    into.later.push(last.engine / 2 ** 20);
    into.together.push((last.engine + last.own) / 2 ** 20);
    into.edits.push(spread(said.slice(1).map(({ edit = Number.NaN }) => edit)).median);
    return seconds;
  };
  // The files are in the system's cache for everybody.
  await answers(built('cold-classwright.js'), [root, TARGET_FILE]);
  const starts = await interleaved(rounds, {
    ours: () => timed(ours, 'cold-classwright.js'),
    tsMorph: () => timed(tsMorph, 'cold-ts-morph.js'),
    lazy: async () => (await answers(built('cold-ts-morph.js'), [root, TARGET_FILE, '0', 'lazy'])).seconds,
  });
  const mine: Measured = { name: 'start to first diagnostics', values: starts.ours };
  const memory = (what: string, of: keyof Figures, target?: Row['target']) =>
    row(
      what,
      { name: of === 'together' ? 'both processes' : 'native server', values: ours[of] },
      { name: 'ts-morph', values: tsMorph[of] },
      { unit: 'MB', ...(target ? { target } : {}) },
    );
  return [
    row('cold start to first diagnostics', { name: 'ts-morph', values: starts.tsMorph }, mine, {
      target: { atLeast: 3 },
    }),
    row('the same, ts-morph reading imports alone', { name: 'ts-morph, lazily', values: starts.lazy }, mine),
    row(
      'the next text of the same file',
      { name: 'ts-morph', values: tsMorph.edits },
      { name: 'a candidate', values: ours.edits },
    ),
    memory('memory of the server at its first diagnostics', 'atFirst', { atMost: 0.7 }),
    memory(`memory of the server ${EDITS} texts later`, 'later', { atMost: 0.7 }),
    memory('the same with the process that drives it', 'together'),
  ];
}

interface Figures {
  atFirst: number[];
  later: number[];
  together: number[];
  edits: number[];
}
const figures = (): Figures => ({ atFirst: [], later: [], together: [], edits: [] });

/** As users run it: compiled, not stripped of its types at each start. */
const built = (script: string): string => fileURLToPath(import.meta.resolve(`../dist/bench/${script}`));

/** Seconds to the first line that a script prints, and all its lines. */
async function answers(script: string, args: readonly string[]): Promise<{ seconds: number; said: Said[] }> {
  const start = performance.now();
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const said: Said[] = [];
  let seconds = Number.NaN;
  for await (const line of createInterface(child.stdout)) {
    if (said.length === 0) seconds = (performance.now() - start) / 1000;
    said.push(Said.parse(JSON.parse(line)));
  }
  const [code, signal] = await exited;
  if (said.length === 0) throw new Error(`${script} gave no answer and ended with ${signal ?? code}`);
  return { seconds, said };
}
