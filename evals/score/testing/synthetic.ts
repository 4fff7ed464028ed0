import type { AttemptScore, Cell, Outcome, Row, RunPlan } from '../../run/schema.ts';
import { type EvalTask, LEVELS } from '../../task/schema.ts';
import { randomFrom } from '../random.ts';
import type { RunData } from '../run-data.ts';

/** Made-up runs for tests and for looking at reports: plain data that the schemas take. */

export function aRow(name: string, over: Partial<Row> = {}): Row {
  return {
    name,
    strategy: name,
    require: 'tests',
    without: [],
    independent: false,
    closedBook: false,
    ...over,
  };
}

export function aTask(id: string, over: Partial<EvalTask> = {}): EvalTask {
  const [repository = 'shop', className = id] = id.split('/');
  const file = `packages/orders/src/${className}.ts`;
  return {
    schemaVersion: 1,
    id,
    source: { kind: 'shipped', name: repository },
    packageDir: 'packages/orders',
    file,
    className,
    runner: 'vitest',
    visible: [{ file: 'tests/a.test.ts', ids: ['tests/a.test.ts > seen'] }],
    heldOut: [
      { file: 'tests/a.test.ts', ids: Array.from({ length: 10 }, (_, n) => `tests/a.test.ts > held ${n}`) },
    ],
    descriptions: {
      detailed: { text: `What ${className} must do.`, by: 'somebody' },
      sketchy: { text: `${className}, roughly.`, by: 'somebody' },
    },
    level: 'package',
    reference: { lines: 90, members: 7, symbols: ['Money', 'Lot', 'Clock'] },
    notes: [],
    ...over,
  };
}

export function anAttempt(attempt: number, over: Partial<AttemptScore> = {}): AttemptScore {
  const solved = over.solved ?? false;
  return {
    attempt,
    level: solved ? 'verified' : 'tests',
    codes: [],
    visible: { passed: solved ? 4 : 3, total: 4 },
    compiles: true,
    heldOut: { passed: solved ? 10 : 6, total: 10, failed: solved ? [] : ['tests/a.test.ts > held 1'] },
    solved,
    tokens: attempt * 12_000,
    modelCalls: attempt * 2,
    toolCalls: attempt * 3,
    inventedMembers: 0,
    ...over,
  };
}

export function anOutcome(
  cell: string,
  attempts: readonly AttemptScore[],
  over: Partial<Outcome> = {},
): Outcome {
  const final = attempts.at(-1);
  return {
    cell,
    status: 'scored',
    verdict: final?.solved ? 'verified' : 'failed',
    attempts: [...attempts],
    ...(final ? { final } : {}),
    copied: 0.1,
    anys: 0,
    ignores: 0,
    lintFindings: 1,
    symbols: ['Money', 'Lot'],
    assumedFailures: 0,
    usage: {
      modelCalls: attempts.length * 2,
      toolCalls: attempts.length * 3,
      input: attempts.length * 9000,
      output: attempts.length * 3000,
      cacheRead: 0,
      cacheWrite: 0,
    },
    seconds: 40 * attempts.length,
    ...over,
  };
}

export function aPlan(over: Partial<RunPlan> = {}): RunPlan {
  return {
    schemaVersion: 1,
    id: 'run-1',
    suite: 'sample',
    started: '2026-11-23T10:00:00.000Z',
    versions: { classwright: '0.1.0' },
    tasks: [],
    rows: [aRow('rrr')],
    models: ['some-model'],
    samples: 1,
    limits: { attempts: 5, toolCallsPerRound: 5 },
    seed: 1,
    ...over,
  };
}

/** A run of one row and model from what became of each task's samples; `undefined` was not run. */
export function aRun(
  tasks: Record<string, readonly (readonly AttemptScore[] | Partial<Outcome> | undefined)[]>,
  over: Partial<RunPlan> = {},
): RunData {
  const row = over.rows?.[0]?.name ?? 'rrr';
  const model = over.models?.[0] ?? 'some-model';
  const samples = Math.max(...Object.values(tasks).map(({ length }) => length));
  const cells: Cell[] = [];
  const outcomes: Outcome[] = [];
  for (const [task, results] of Object.entries(tasks))
    for (const [index, result] of results.entries()) {
      const id = `${task}#${row}#${index + 1}`;
      cells.push({ id, task, row, model, description: 'detailed', sample: index + 1 });
      if (result === undefined) continue;
      const attempts = 'length' in result ? result : [];
      outcomes.push(anOutcome(id, attempts, 'length' in result ? {} : result));
    }
  return {
    plan: aPlan({ tasks: Object.keys(tasks), samples, ...over }),
    cells,
    outcomes,
    tasks: Object.keys(tasks).map((id) => aTask(id)),
  };
}

/** A large run as one would look at it: every row, every cause of failure, some cells unscored. */
export function largeRun({
  tasks = 24,
  samples = 3,
  seed = 7,
  id = 'run-large',
  models = ['some-model'],
} = {}): RunData {
  const rows = [
    aRow('closed book', { strategy: 'basic', closedBook: true }),
    aRow('basic'),
    aRow('repocoder'),
    aRow('reflexion'),
    aRow('rrr types-only', { strategy: 'rrr', require: 'types' }),
    aRow('rrr'),
  ];
  const strength = [0.1, 0.25, 0.4, 0.5, 0.6, 0.75];
  const names = [
    'OrderBook',
    'LotRegistry',
    'FeeSchedule',
    'Ledger',
    'Router',
    'Grader',
    'Exchange',
    'RateTable',
  ];
  const repositories = ['shop', 'observatory', 'theatre'];
  const made = Array.from({ length: tasks }, (_, n) =>
    aTask(`${repositories[n % 3]}/${names[n % names.length]}${n >= names.length ? n : ''}`, {
      level: LEVELS[n % LEVELS.length] ?? 'file',
    }),
  );
  const random = randomFrom(seed);
  const cells: Cell[] = [];
  const outcomes: Outcome[] = [];
  for (const [at, row] of rows.entries())
    for (const model of models)
      for (const [n, { id: task }] of made.entries())
        for (let sample = 1; sample <= samples; sample += 1) {
          const cell = `${task}/${row.name.replaceAll(' ', '-')}/${model}/${sample}`;
          cells.push({ id: cell, task, row: row.name, model, description: 'detailed', sample });
          const luck = random();
          if (luck > 0.99) continue;
          outcomes.push(outcomeAt(cell, (strength[at] ?? 0) - (n % 8) * 0.05, at > 2 ? 5 : 1, random, luck));
        }
  const plan = aPlan({
    id,
    tasks: made.map((task) => task.id),
    rows,
    models,
    samples,
    seed,
    playedBy: 'made up',
  });
  return { plan, cells, outcomes, tasks: made };
}

function outcomeAt(
  cell: string,
  strength: number,
  rounds: number,
  random: () => number,
  luck: number,
): Outcome {
  if (luck < 0.015) return anOutcome(cell, [], { status: 'infrastructure', reason: 'provider: overloaded' });
  if (luck < 0.02) return anOutcome(cell, [], { status: 'disqualified', reason: 'copied' });
  const attempts: AttemptScore[] = [];
  for (let attempt = 1; attempt <= rounds; attempt += 1) {
    const draw = random();
    if (draw < strength / (rounds > 1 ? 1.8 : 1)) {
      attempts.push(anAttempt(attempt, { solved: true }));
      break;
    }
    const passed = Math.floor(random() * 9);
    const failed = Array.from({ length: 10 - passed }, (_, n) => `tests/a.test.ts > held ${n}`);
    const compiles = draw < 0.75;
    attempts.push(
      anAttempt(attempt, {
        level: compiles ? (draw < 0.6 ? 'tests' : 'verified') : 'types',
        compiles,
        codes: compiles ? [] : [2339, 2345, 2304].slice(0, 1 + Math.floor(random() * 3)),
        visible: { passed: draw < 0.6 ? 2 : 4, total: 4 },
        heldOut: { passed: compiles ? passed : 0, total: 10, failed },
        inventedMembers: compiles ? 0 : 1,
      }),
    );
    if (draw >= 0.6 && compiles) break;
  }
  return anOutcome(cell, attempts, {
    session: `sessions/${cell.replaceAll('/', '-')}.jsonl`,
    anys: random() < 0.1 ? 1 : 0,
    assumedFailures: random() < 0.2 ? 1 : 0,
    verdict: attempts.at(-1)?.level === 'verified' ? 'verified' : 'failed',
    seconds: 30 + random() * 200,
  });
}
