import { cpus } from 'node:os';

/** Timings are taken side by side, and only ratios of one run are judged: machines differ, and so do moments. */

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = sorted.length / 2;
  return {
    min: at(0),
    median: sorted.length % 2 === 1 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2,
    max: at(sorted.length - 1),
  };
}

/** Seconds that `work` takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const QUIET_MS = 100;
const BUSY_SHARE = 0.25;
/** Of a whole run, spent on waiting for other programs. */
let patienceMs = 60_000;

const processorTimes = () => {
  const times = cpus().map(({ times }) => times);
  const sum = (pick: (one: (typeof times)[number]) => number) =>
    times.reduce((all, one) => all + pick(one), 0);
  return { idle: sum((t) => t.idle), all: sum((t) => t.idle + t.user + t.sys + t.nice + t.irq) };
};

/** Resolves in a moment when other programs leave the processors alone, or when the patience of the run is used up. */
async function quietMoment(): Promise<void> {
  while (patienceMs > 0) {
    const before = processorTimes();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const after = processorTimes();
    if (1 - (after.idle - before.idle) / (after.all - before.all) < BUSY_SHARE) return;
    patienceMs -= QUIET_MS;
  }
}

/**
 * One value of each side per round, the sides in turn and each round the other way round, so that a slow moment of
 * the machine falls on both. A side answers what it measured.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  sides: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    await quietMoment();
    for (const name of round % 2 === 0 ? names : names.toReversed()) values[name].push(await sides[name]());
  }
  return values;
}

/** One row of the table: how many times `over` is as much as `under`. */
export interface Row {
  what: string;
  over: Measured;
  under: Measured;
  unit: 's' | 'MB';
  /** Round by round. */
  ratio: Spread;
  /** Of the two minima: what is left where other programs disturb. */
  ratioOfMinima: number;
  target?: { atLeast: number } | { atMost: number };
  /** Judged by the median. */
  met?: boolean;
}

export interface Measured {
  name: string;
  values: readonly number[];
}

export function row(
  what: string,
  over: Measured,
  under: Measured,
  { target, unit = 's' }: { target?: Row['target']; unit?: Row['unit'] } = {},
): Row {
  const ratio = spread(over.values.map((value, i) => value / (under.values[i] ?? Number.NaN)));
  return {
    what,
    over,
    under,
    unit,
    ratio,
    ratioOfMinima: spread(over.values).min / spread(under.values).min,
    ...(target ? { target, met: isMet(ratio.median, target) } : {}),
  };
}

const isMet = (ratio: number, target: NonNullable<Row['target']>): boolean =>
  'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
