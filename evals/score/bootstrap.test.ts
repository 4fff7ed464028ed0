import { expect, test } from 'vitest';
import { bootstrap, type Part, ratio } from './bootstrap.ts';
import { randomFrom } from './random.ts';

const parts = (...values: number[]): Part[] => values.map((value) => ({ value, weight: 1 }));
const each = (all: readonly Part[]): Part[][] => all.map((part) => [part]);

test('a ratio of sums, not a mean of ratios', () => {
  expect(
    ratio([
      { value: 1, weight: 1 },
      { value: 0, weight: 3 },
    ]),
  ).toBe(0.25);
  expect(ratio([])).toBeUndefined();
  expect(ratio([{ value: 0, weight: 0 }])).toBeUndefined();
});

test('the seed alone decides', () => {
  const data = each(parts(0, 0, 1, 1, 1, 0, 1));
  const interval = bootstrap(data, randomFrom(1));
  expect(bootstrap(data, randomFrom(1))).toEqual(interval);
  expect(bootstrap(each(parts(0.13, 0.8, 0.41, 0.3)), randomFrom(2))).not.toEqual(
    bootstrap(each(parts(0.13, 0.8, 0.41, 0.3)), randomFrom(1)),
  );
});

test('covers the mean of its population about as often as it says', () => {
  const random = randomFrom('population');
  let covered = 0;
  for (let trial = 0; trial < 100; trial += 1) {
    const data = parts(...Array.from({ length: 40 }, () => (random() < 0.3 ? 1 : 0)));
    const interval = bootstrap(each(data), random);
    if (interval && interval.low <= 0.3 && 0.3 <= interval.high) covered += 1;
  }
  expect(covered).toBeGreaterThan(86);
  expect(covered).toBeLessThanOrEqual(100);
});

test('clusters that are alike inside give a wider interval than their tasks alone', () => {
  const clusters = [
    parts(1, 1, 1, 1, 1, 1),
    parts(0, 0, 0, 0, 0, 0),
    parts(1, 1, 1, 1, 1, 1),
    parts(0, 0, 0, 0, 0, 0),
  ];
  const wide = bootstrap(clusters, randomFrom(1));
  const narrow = bootstrap(each(clusters.flat()), randomFrom(1));
  expect((wide?.high ?? 0) - (wide?.low ?? 0)).toBeGreaterThan((narrow?.high ?? 0) - (narrow?.low ?? 0));
});

test('one task gives no interval', () => {
  expect(bootstrap(each(parts(1)), randomFrom(1))).toBeUndefined();
});
