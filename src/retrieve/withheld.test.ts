import { expect, test } from 'vitest';
import { withholding } from './withheld.ts';

const reaching = [
  'src/cart.ts',
  'src/cart.test-d.ts',
  'src/__tests__/far.ts',
  'tests/other.ts',
  'src/latest.ts',
];
const coveringTests = ['checks/cart.check.ts'];

test('withholds covering tests, their snapshots and whatever reaches the class and looks like a test', () => {
  const isWithheld = withholding({ coveringTests, reaching, showTests: false });
  const asked = [
    ...reaching,
    ...coveringTests,
    'checks/__snapshots__/cart.check.ts.snap',
    'tests/unrelated.ts',
  ];
  expect(asked.filter(isWithheld)).toEqual([
    'src/cart.test-d.ts',
    'src/__tests__/far.ts',
    'tests/other.ts',
    'checks/cart.check.ts',
    'checks/__snapshots__/cart.check.ts.snap',
  ]);
});

test('shows tests on request, secrets never', () => {
  const isWithheld = withholding({ coveringTests, reaching, showTests: true });
  expect([...reaching, ...coveringTests, '.env', 'config/.env.local'].filter(isWithheld)).toEqual([
    '.env',
    'config/.env.local',
  ]);
});
