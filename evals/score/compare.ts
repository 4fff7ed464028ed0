import { bootstrap, type Interval } from './bootstrap.ts';
import type { Metric } from './metrics.ts';
import { randomFrom } from './random.ts';
import type { TaskSamples } from './run-data.ts';

/** Two groups on the tasks that both have scored. Differences are `b` less `a`. */
export interface Comparison {
  metric: string;
  tasks: number;
  a: number;
  b: number;
  difference: number;
  /** Bootstrap over tasks of the paired difference. */
  interval: Interval | undefined;
  better: string[];
  worse: string[];
  /** Two-sided; undefined without common tasks. */
  p: number | undefined;
  method: 'exact McNemar' | 'exact sign-flip' | 'sign-flip, 20,000 draws' | 'none';
}

const EXACT_UP_TO = 15;
const DRAWS = 20_000;
const CLOSE = 1e-9;

export const P_VALUE =
  'Two-sided p-value of a paired test over the common tasks. Exact McNemar where every task has one yes-or-no value on each side; otherwise a permutation test that flips the sign of each task’s difference, over all flips up to 15 tasks that differ, over 20,000 drawn ones beyond.';

export function compare(
  metric: Metric,
  a: readonly TaskSamples[],
  b: readonly TaskSamples[],
  seed: number,
): Comparison {
  const inB = new Map(b.map((samples) => [samples.task.id, samples]));
  const pairs = a.flatMap((left) => {
    const right = inB.get(left.task.id);
    const [before, after] = [metric.part(left), right && metric.part(right)];
    if (before === undefined || after === undefined) return [];
    return [{ id: left.task.id, a: before.value / before.weight, b: after.value / after.weight }];
  });
  const differences = pairs.map((pair) => pair.b - pair.a);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return {
    metric: metric.id,
    tasks: pairs.length,
    a: mean(pairs.map((pair) => pair.a)),
    b: mean(pairs.map((pair) => pair.b)),
    difference: mean(differences),
    interval: bootstrap(
      differences.map((value) => [{ value, weight: 1 }]),
      randomFrom(seed, 'difference', metric.id),
    ),
    better: pairs.filter((pair) => pair.b - pair.a > CLOSE).map(({ id }) => id),
    worse: pairs.filter((pair) => pair.a - pair.b > CLOSE).map(({ id }) => id),
    ...pairedTest(
      differences,
      pairs.every((pair) => isBinary(pair.a) && isBinary(pair.b)),
      seed,
    ),
  };
}

const isBinary = (value: number): boolean => value === 0 || value === 1;

function pairedTest(
  differences: readonly number[],
  binary: boolean,
  seed: number,
): Pick<Comparison, 'p' | 'method'> {
  if (differences.length === 0) return { p: undefined, method: 'none' };
  const differing = differences.filter((value) => Math.abs(value) > CLOSE);
  if (binary)
    return {
      p: mcNemar(differing.filter((value) => value > 0).length, differing.length),
      method: 'exact McNemar',
    };
  if (differing.length <= EXACT_UP_TO) return { p: allFlips(differing), method: 'exact sign-flip' };
  return { p: drawnFlips(differing, randomFrom(seed, 'flips')), method: 'sign-flip, 20,000 draws' };
}

/** Exact two-sided binomial test of `wins` among `n` pairs that differ, each way equally likely. */
export function mcNemar(wins: number, n: number): number {
  let term = 0.5 ** n;
  let tail = 0;
  for (let k = 0; k <= Math.min(wins, n - wins); k += 1) {
    tail += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** Share of all ways to flip signs whose sum is at least as far from 0. */
export function allFlips(differences: readonly number[]): number {
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  let sums = [0];
  for (const value of differences) sums = sums.flatMap((sum) => [sum + value, sum - value]);
  return sums.filter((sum) => Math.abs(sum) >= seen - CLOSE).length / sums.length;
}

function drawnFlips(differences: readonly number[], random: () => number): number {
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  let extreme = 1;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    let sum = 0;
    for (const value of differences) sum += random() < 0.5 ? value : -value;
    if (Math.abs(sum) >= seen - CLOSE) extreme += 1;
  }
  return extreme / (DRAWS + 1);
}

/** Holm's step-down adjustment for several comparisons, in the order given. */
export function holm(ps: readonly number[]): number[] {
  const ascending = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted: number[] = [];
  let highest = 0;
  for (const [rank, { p, index }] of ascending.entries()) {
    highest = Math.max(highest, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = highest;
  }
  return adjusted;
}
