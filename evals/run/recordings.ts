import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RECORDING } from './logs.ts';

/**
 * Joins what the processes of one cell recorded into one recording at `to`. Each part begins after so many answers
 * as its name says: what an earlier one holds beyond that was never acted on.
 */
export async function keepRecording(folder: string, to: string): Promise<void> {
  const parts = (await readdir(folder))
    .flatMap((name) => {
      const [, at, time] = new RegExp(`^${RECORDING}(\\d+)-(\\d+)\\.jsonl$`).exec(name) ?? [];
      return at === undefined ? [] : [{ name, at: Number(at), time: Number(time) }];
    })
    .sort((a, b) => a.time - b.time);
  const answers: string[] = [];
  let header: string | undefined;
  for (const { name, at } of parts) {
    const [first, ...lines] = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
    header ??= first;
    answers.splice(at, Infinity, ...lines);
  }
  if (header === undefined) return;
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, `${[header, ...answers].join('\n')}\n`);
}
