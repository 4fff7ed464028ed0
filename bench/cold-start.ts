import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { TARGET_FILE } from './generated-target.ts';
import { interleaved, type Row, row } from './measure.ts';

const Said = z.object({ errors: z.literal(0), engine: z.number(), own: z.number() });

/** From the start of a process to the first diagnostics of one file, and the memory that is held then. */
export async function coldStart(root: string, rounds: number): Promise<Row[]> {
  const memory = { ours: [] as number[], both: [] as number[], tsMorph: [] as number[] };
  const run = async (script: string, ...args: string[]) => {
    const { seconds, ...bytes } = await firstAnswer(built(script), [root, TARGET_FILE, ...args]);
    return { seconds, engine: bytes.engine / 2 ** 20, own: bytes.own / 2 ** 20 };
  };
  const sides = {
    ours: async () => {
      const { seconds, engine, own } = await run('cold-classwright.js');
      memory.ours.push(engine);
      memory.both.push(engine + own);
      return seconds;
    },
    tsMorph: async () => {
      const { seconds, engine } = await run('cold-ts-morph.js');
      memory.tsMorph.push(engine);
      return seconds;
    },
    lazy: async () => (await run('cold-ts-morph.js', 'lazy')).seconds,
  };
  // The files are in the system's cache for everybody.
  await run('cold-classwright.js');
  const { ours, tsMorph, lazy } = await interleaved(rounds, sides);
  const first = 'start to first diagnostics';
  const mine = { name: first, values: ours };
  const anchor = { name: 'ts-morph, all files', values: tsMorph };
  return [
    row('cold start to first diagnostics', anchor, mine, { target: { atLeast: 3 } }),
    row('the same, ts-morph reading imports alone', { name: 'ts-morph, lazily', values: lazy }, mine),
    row(
      'memory of the server process',
      { name: 'native server', values: memory.ours },
      { name: 'ts-morph, all files', values: memory.tsMorph },
      { target: { atMost: 0.7 }, unit: 'MB' },
    ),
    row(
      'memory of server and own process together',
      { name: 'both processes', values: memory.both },
      { name: 'ts-morph, all files', values: memory.tsMorph },
      { unit: 'MB' },
    ),
  ];
}

/** As users run it: compiled, not stripped of its types at each start. */
export const built = (script: string): string =>
  fileURLToPath(import.meta.resolve(`../dist/bench/${script}`));

async function firstAnswer(script: string, args: readonly string[]) {
  const start = performance.now();
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let said = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    answered ||= performance.now();
    said += chunk;
  });
  await exited;
  return { seconds: (answered - start) / 1000, ...Said.parse(JSON.parse(said)) };
}
