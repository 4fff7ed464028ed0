import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { Prices } from '../../src/config/config-schema.ts';
import { checksError, usageError } from '../../src/errors.ts';
import { totalTokens } from '../../src/loop/budget.ts';
import type { ClassScore } from '../task/score.ts';
import { Cell, Outcome, RunPlan } from './schema.ts';

/**
 * `run.sqlite` of a run's folder: plain columns for what a person asks for, and a column of JSON that is the whole.
 * A cell is `pending`, then `running`, then `attempted` (all that the model had to say is in its logs), then `done`.
 */
export interface Store {
  readonly folder: string;
  plan(): RunPlan;
  settings(): RunSettings;
  cells(): StoredCell[];
  outcomes(): Outcome[];
  started(cell: string): void;
  /** Back to `pending` where it was being worked on; what its logs hold is kept. */
  stopped(cell: string): void;
  attempted(cell: string, infrastructure: string | undefined): void;
  scored(outcome: Outcome): void;
  /** Back to `pending`, its outcome forgotten. */
  again(cell: string): void;
  /** A score that was worked out before, by what it depends on. */
  score(key: string): ClassScore | undefined;
  keepScore(key: string, score: ClassScore): void;
  /** Texts that a model gave for the run itself: reworded descriptions. */
  text(key: string): string | undefined;
  keepText(key: string, text: string): void;
  close(): void;
}

export const CELL_STATES = ['pending', 'running', 'attempted', 'done'] as const;
export interface StoredCell extends Cell {
  state: (typeof CELL_STATES)[number];
  /** Milliseconds since the epoch; undefined where it was never started. */
  since: number | undefined;
  /** Set with `attempted` where the harness failed. */
  infrastructure: string | undefined;
}

/** What a resumed run needs beyond the plan to ask for the same again. */
export const RunSettings = z.strictObject({
  /** Tasks were read from here: `sample`, `public`, or an absolute path. */
  suite: z.string(),
  reposDir: z.string().optional(),
  modelTimeout: z.number(),
  testTimeout: z.number(),
  sandbox: z.enum(['bubblewrap', 'none']),
  /** Absolute folders with one recording for each cell. */
  replayFrom: z.string().optional(),
  record: z.string().optional(),
  prices: z.record(z.string(), Prices),
});
export type RunSettings = z.infer<typeof RunSettings>;

const TABLES = `
  create table run (id text primary key, suite text, started text, played_by text, plan text not null, settings text not null);
  create table cells (
    id text primary key, position integer not null, task text not null, row text not null, model text not null,
    description text not null, perturbation text, seed integer, sample integer not null,
    state text not null default 'pending', since integer, infrastructure text
  );
  create table outcomes (
    cell text primary key references cells (id), status text not null, reason text, verdict text, solved integer,
    attempts integer, compiles integer, passed integer, total integer, model_calls integer, tool_calls integer,
    tokens integer, cost real, seconds real, session text, data text not null
  );
  create table texts (key text primary key, text text not null);
  create table scores (key text primary key, solved integer, passed integer, total integer, data text not null);
`;

const FILE = 'run.sqlite';

/** `node:sqlite` came with Node 22.13; the rest of Classwright runs on 22.12 too. */
async function sqlite(): Promise<typeof import('node:sqlite')> {
  return await import('node:sqlite').catch(() => {
    throw checksError(
      'no-sqlite',
      `Node ${process.version} has no SQLite, in which runs are kept.`,
      'Run evals with Node 22.13 or later.',
    );
  });
}

/** Makes the folder's database. Throws where there is a run already. */
export async function createStore(
  folder: string,
  plan: RunPlan,
  cells: readonly Cell[],
  settings: RunSettings,
): Promise<Store> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, FILE);
  if (existsSync(file))
    throw usageError(
      'run-exists',
      `${folder} holds a run already.`,
      'Go on with it by --resume, or name another folder with --out.',
    );
  const { DatabaseSync } = await sqlite();
  const db = new DatabaseSync(file);
  setUp(db);
  db.exec(`begin; ${TABLES}`);
  db.prepare('insert into run values (?, ?, ?, ?, ?, ?)').run(
    plan.id,
    plan.suite,
    plan.started,
    plan.playedBy ?? null,
    JSON.stringify(plan),
    JSON.stringify(settings),
  );
  const insert = db.prepare(
    'insert into cells (id, position, task, row, model, description, perturbation, seed, sample) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  for (const [position, { id, task, row, model, description, perturbation, sample }] of cells.entries())
    insert.run(
      ...[id, position, task, row, model, description],
      ...[perturbation?.kind ?? null, perturbation?.seed ?? null, sample],
    );
  db.exec('commit');
  return storeOn(folder, db);
}

export async function openStore(folder: string, { readOnly = false } = {}): Promise<Store> {
  const file = join(folder, FILE);
  if (!existsSync(file))
    throw usageError('no-run', `${folder} holds no run.`, 'Name the folder that eval run wrote.');
  const { DatabaseSync } = await sqlite();
  const db = new DatabaseSync(file, { readOnly });
  if (!readOnly) setUp(db);
  return storeOn(folder, db);
}

/** Each change is on the disk when its call returns, and a reader never waits for a writer. */
const setUp = (db: DatabaseSync) =>
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000');

function storeOn(folder: string, db: DatabaseSync): Store {
  const text = (value: SQLOutputValue | undefined) => z.string().parse(value);
  const runRow = () => db.prepare('select plan, settings from run').get();
  const setState = db.prepare('update cells set state = ?, since = ?, infrastructure = ? where id = ?');
  return {
    folder,
    plan: () => RunPlan.parse(JSON.parse(text(runRow()?.plan))),
    settings: () => RunSettings.parse(JSON.parse(text(runRow()?.settings))),
    cells: () => db.prepare('select * from cells order by position').all().map(cellOf),
    outcomes: () =>
      db
        .prepare('select data from outcomes join cells on cells.id = outcomes.cell order by position')
        .all()
        .map(({ data }) => Outcome.parse(JSON.parse(text(data)))),
    started: (cell) => void setState.run('running', Date.now(), null, cell),
    stopped: (cell) =>
      void db.prepare("update cells set state = 'pending' where id = ? and state = 'running'").run(cell),
    attempted: (cell, infrastructure) =>
      void setState.run('attempted', Date.now(), infrastructure ?? null, cell),
    again(cell) {
      db.prepare('delete from outcomes where cell = ?').run(cell);
      setState.run('pending', null, null, cell);
    },
    scored(outcome) {
      const { cell, final, usage } = outcome;
      db.exec('begin');
      db.prepare(
        'insert or replace into outcomes values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ).run(
        ...[cell, outcome.status, outcome.reason ?? null, outcome.verdict ?? null],
        ...[outcome.status === 'scored' ? Number(final?.solved ?? false) : null, outcome.attempts.length],
        ...[
          final ? Number(final.compiles) : null,
          final?.heldOut.passed ?? null,
          final?.heldOut.total ?? null,
        ],
        ...[usage.modelCalls, usage.toolCalls, totalTokens(usage), usage.cost ?? null, outcome.seconds],
        ...[outcome.session ?? null, JSON.stringify(outcome)],
      );
      setState.run(
        'done',
        Date.now(),
        outcome.status === 'infrastructure' ? (outcome.reason ?? '') : null,
        cell,
      );
      db.exec('commit');
    },
    score: (key) => {
      const found = db.prepare('select data from scores where key = ?').get(key);
      return found === undefined ? undefined : StoredScore.parse(JSON.parse(text(found.data)));
    },
    keepScore: (key, score) =>
      void db
        .prepare('insert or replace into scores values (?, ?, ?, ?, ?)')
        .run(key, Number(score.solved), score.heldOut.passed, score.heldOut.total, JSON.stringify(score)),
    text(key) {
      const found = db.prepare('select text from texts where key = ?').get(key);
      return found === undefined ? undefined : text(found.text);
    },
    keepText: (key, value) => void db.prepare('insert or replace into texts values (?, ?)').run(key, value),
    close: () => db.close(),
  };
}

const StoredScore: z.ZodType<ClassScore> = z.object({
  compiles: z.boolean(),
  codes: z.array(z.number()),
  heldOut: z.object({ passed: z.number(), total: z.number(), failed: z.array(z.string()) }),
  solved: z.boolean(),
  problems: z.array(z.string()),
  copied: z.number(),
  disqualified: z
    .string()
    .optional()
    .transform((value) => value),
  anys: z.number(),
  ignores: z.number(),
  lintFindings: z.number(),
  symbols: z.array(z.string()),
  infrastructure: z
    .string()
    .optional()
    .transform((value) => value),
});

const CellRow = z.object({
  id: z.string(),
  task: z.string(),
  row: z.string(),
  model: z.string(),
  description: z.string(),
  perturbation: z.string().nullable(),
  seed: z.number().nullable(),
  sample: z.number(),
  state: z.enum(CELL_STATES),
  since: z.number().nullable(),
  infrastructure: z.string().nullable(),
});

function cellOf(found: unknown): StoredCell {
  const { perturbation, seed, state, since, infrastructure, ...rest } = CellRow.parse(found);
  const cell = Cell.parse({
    ...rest,
    ...(perturbation === null ? {} : { perturbation: { kind: perturbation, seed } }),
  });
  return { ...cell, state, since: since ?? undefined, infrastructure: infrastructure ?? undefined };
}
