import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passAtK } from './pass-at-k.ts';

/** The share of all subsets of `k` samples that hold a right one. */
function byEnumeration(right: readonly boolean[], k: number): number {
  let subsets = 0;
  let withRight = 0;
  for (let chosen = 0; chosen < 2 ** right.length; chosen += 1) {
    const members = right.filter((_, index) => (chosen >> index) & 1);
    if (members.length !== k) continue;
    subsets += 1;
    if (members.includes(true)) withRight += 1;
  }
  return withRight / subsets;
}

test('is the share of subsets of k samples that hold a right one', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), fc.nat(8), (right, drawn) => {
      const k = 1 + (drawn % right.length);
      const solved = right.filter(Boolean).length;
      expect(passAtK(right.length, solved, k)).toBeCloseTo(byEnumeration(right, k), 12);
    }),
  );
});

test('fewer samples than k give no estimate', () => {
  expect(passAtK(2, 2, 3)).toBeUndefined();
  expect(passAtK(0, 0, 1)).toBeUndefined();
  expect(passAtK(3, 3, 0)).toBeUndefined();
});

test('large n neither overflows nor loses its bounds', () => {
  expect(passAtK(2000, 1, 1)).toBeCloseTo(1 / 2000, 12);
  expect(passAtK(2000, 0, 2000)).toBe(0);
  expect(passAtK(2000, 1, 2000)).toBe(1);
});
