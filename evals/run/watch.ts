import { open, readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { RunEventSchema } from '../../src/loop/events.ts';
import { oneLine } from '../../src/sanitize.ts';
import type { Store, StoredCell } from './store.ts';

/** Follows a run from its database and its logs alone, so it needs no word from the process that runs it. */
export interface Watch {
  /** The table as it stands, fitted to a screen; `over` once no cell is left. */
  look(columns: number, rows: number): Promise<{ lines: string[]; over: boolean }>;
}

/** Whether a living process runs the run: its lock says who holds it. */
async function isHeld(folder: string): Promise<boolean> {
  const locks = join(folder, 'lock');
  for (const name of await readdir(locks).catch(() => [])) {
    const holder = Holder.safeParse(parsedJson(await readFile(join(locks, name), 'utf8').catch(() => '')));
    if (holder.success && holder.data.host !== hostname()) return true;
    try {
      if (holder.success) process.kill(holder.data.pid, 0);
      if (holder.success) return true;
    } catch {
      // It is gone: another may hold another one.
    }
  }
  return false;
}

const Holder = z.object({ pid: z.number(), host: z.string() });

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Enough for the last event of any log; longer ones are shown by what stands before them. */
const TAIL_BYTES = 64 * 1024;

export function openWatch(store: Store, now: () => number = Date.now): Watch {
  const plan = store.plan();
  return {
    async look(columns, rows) {
      const cells = store.cells();
      const outcomes = new Map(store.outcomes().map((outcome) => [outcome.cell, outcome]));
      const left = cells.filter(({ state }) => state !== 'done');
      const running = left.filter(({ state }) => state === 'running' || state === 'attempted');
      const groups = Map.groupBy(cells, ({ row, model }) =>
        plan.models.length > 1 ? `${row} · ${model}` : row,
      );
      const width = Math.max(6, ...[...groups.keys()].map((name) => name.length));
      const table = [...groups].map(([name, members]) => {
        const done = members.flatMap(({ id }) => outcomes.get(id) ?? []);
        const scored = done.filter(({ status }) => status === 'scored');
        const solved = scored.filter(({ final }) => final?.solved).length;
        const other = done.length - scored.length;
        return [
          name.padEnd(width),
          `${done.length}/${members.length}`.padStart(9),
          `${solved}`.padStart(7),
          `${other > 0 ? other : ''}`.padStart(7),
        ].join(' ');
      });
      const live = await Promise.all(running.map((cell) => liveLine(store.folder, cell, now())));
      const head = `${plan.id}: ${cells.length - left.length} of ${cells.length} cells, ${running.length} at work`;
      const columnHeads = [
        'row'.padEnd(width),
        'done'.padStart(9),
        'solved'.padStart(7),
        'unjudged'.padStart(8),
      ].join(' ');
      const lines = [head, '', columnHeads, ...table, ...(live.length > 0 ? ['', ...live] : [])];
      return {
        lines: lines.slice(0, Math.max(3, rows - 1)).map((line) => line.slice(0, columns)),
        over: left.length === 0 || !(await isHeld(store.folder)),
      };
    },
  };
}

async function liveLine(folder: string, cell: StoredCell, now: number): Promise<string> {
  const seconds = cell.since === undefined ? 0 : Math.max(0, Math.round((now - cell.since) / 1000));
  const doing =
    cell.state === 'attempted' ? 'being scored' : await lastStep(join(folder, 'sessions', cell.id));
  return `${String(seconds).padStart(5)} s  ${cell.id}  ${doing}`;
}

/** What the newest log of a cell says last. */
async function lastStep(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const log = names
    .filter((name) => name.includes('/') && name.endsWith('.jsonl'))
    .sort()
    .at(-1);
  if (log === undefined) return 'being prepared';
  const lines = (await tail(join(folder, log))).split('\n');
  for (const line of lines.reverse()) {
    const event = parsed(line);
    if (event?.type === 'phase' && event.state === 'start')
      return `${event.phase}${event.attempt === undefined ? '' : ` ${event.attempt}`}`;
    if (event?.type === 'check') return `check ${event.attempt}: ${oneLine(event.summary ?? event.level)}`;
    if (event?.type === 'tool-end' || event?.type === 'tool-start') return event.name;
    if (event?.type === 'model-request') return `asking the model (${event.call})`;
  }
  return '';
}

const parsed = (line: string) => RunEventSchema.safeParse(parsedJson(line)).data;

async function tail(file: string): Promise<string> {
  const { size } = await stat(file);
  await using handle = await open(file);
  const length = Math.min(size, TAIL_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8');
}
