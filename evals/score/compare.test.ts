import { expect, test } from 'vitest';
import { allFlips, compare, holm, mcNemar } from './compare.ts';
import { metricsFor, passMetric } from './metrics.ts';
import { groupsOf } from './run-data.ts';
import { anAttempt, aRun } from './testing/synthetic.ts';

const right = [anAttempt(1, { solved: true })];
const wrong = [anAttempt(1)];

const tasksOf = (results: Record<string, boolean[]>) =>
  groupsOf(
    aRun(
      Object.fromEntries(
        Object.entries(results).map(([id, samples]) => [
          id,
          samples.map((solved) => (solved ? right : wrong)),
        ]),
      ),
    ),
  )[0]?.tasks ?? [];

test('exact McNemar: 5 of 5 and 9 of 10 pairs that differ', () => {
  expect(mcNemar(5, 5)).toBeCloseTo(0.0625, 12);
  expect(mcNemar(9, 10)).toBeCloseTo((2 * 11) / 1024, 12);
  expect(mcNemar(5, 10)).toBe(1);
  expect(mcNemar(0, 0)).toBe(1);
});

test('all flips agree with McNemar where every difference is one task', () => {
  expect(allFlips([1, 1, 1, 1, 1])).toBeCloseTo(mcNemar(5, 5), 12);
  expect(allFlips([1, 1, 1, 1, -1, 1, 1])).toBeCloseTo(mcNemar(6, 7), 12);
  expect(allFlips([])).toBe(1);
});

test('one sample each: McNemar on the common tasks, with the tasks that changed', () => {
  const a = tasksOf({ 'r/A': [false], 'r/B': [false], 'r/C': [true], 'r/OnlyA': [true] });
  const b = tasksOf({ 'r/A': [true], 'r/B': [true], 'r/C': [false], 'r/OnlyB': [true] });
  expect(compare(passMetric(1), a, b, 1)).toMatchObject({
    tasks: 3,
    a: 1 / 3,
    b: 2 / 3,
    better: ['r/A', 'r/B'],
    worse: ['r/C'],
    method: 'exact McNemar',
    p: 1,
  });
});

test('several samples: sign flips, exact for few tasks and drawn for many', () => {
  const half = { a: [true, false], b: [true, true] };
  const few = ['A', 'B', 'C', 'D'].map((name) => `r/${name}`);
  const of = (ids: string[], samples: boolean[]) =>
    tasksOf(Object.fromEntries(ids.map((id) => [id, samples])));
  expect(compare(passMetric(1), of(few, half.a), of(few, half.b), 1)).toMatchObject({
    method: 'exact sign-flip',
    p: 0.125,
  });
  const many = Array.from({ length: 20 }, (_, n) => `r/T${n}`);
  const drawn = compare(passMetric(1), of(many, half.a), of(many, half.b), 1);
  expect(drawn.method).toBe('sign-flip, 20,000 draws');
  expect(drawn.p).toBeLessThan(0.001);
  expect(compare(passMetric(1), of(many, half.a), of(many, half.b), 1)).toEqual(drawn);
});

test('without common tasks there is no p-value', () => {
  const result = compare(passMetric(1), tasksOf({ 'r/A': [true] }), tasksOf({ 'r/B': [true] }), 1);
  expect(result).toMatchObject({ tasks: 0, p: undefined, method: 'none' });
});

test('Holm: the smallest is multiplied by the number of tests, and order never turns', () => {
  const adjusted = holm([0.04, 0.01, 0.03]);
  for (const [index, value] of [0.06, 0.03, 0.06].entries()) expect(adjusted[index]).toBeCloseTo(value, 12);
});

test('every metric can be compared', () => {
  const a = tasksOf({ 'r/A': [true], 'r/B': [false] });
  for (const metric of metricsFor(1)) expect(compare(metric, a, a, 1).difference).toBe(0);
});
