import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../../src/loop/events.ts';
import { readSession } from '../../src/loop/session.ts';

/** The log of one conversation of a cell; `sample-k` has several. */
export interface Log {
  /** Absolute. */
  file: string;
  events: RunEvent[];
}

/** The session logs in a cell's folder, oldest first; a line that a crash tore is left out. */
export async function readLogs(folder: string): Promise<Log[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const logs: Log[] = [];
  for (const name of names.filter((one) => one.endsWith('.jsonl') && !one.startsWith(RECORDING)).sort()) {
    const file = join(folder, name);
    logs.push({ file, events: await readSession(file) });
  }
  return logs;
}

/** Answers that were recorded by the processes of a cell: `recorded-3.jsonl` begins after three answers. */
export const RECORDING = 'recorded-';

export const answersIn = (events: readonly RunEvent[]): number =>
  events.filter((event) => event.type === 'model-answer').length;
