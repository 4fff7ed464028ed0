import { expect, test } from 'vitest';
import { sourcesFor } from './sources.ts';
import { withholding } from './withheld.ts';

const manifest = { type: 'module' as const, devDependencies: {}, peerDependencies: {}, scripts: {} };
const target = {
  name: 'orders',
  dir: 'packages/orders',
  manifest: { ...manifest, dependencies: { kernel: '*' } },
};
const other = (name: string) => ({
  name,
  dir: name === 'root' ? '' : `packages/${name}`,
  manifest: { ...manifest, dependencies: {} },
});
const repository = { target, packages: [other('root'), target, other('kernel'), other('freight')] };

test('shows the own package and those it declares, nearest first; no test, no secret, no other package', () => {
  const files = [
    'packages/freight/src/shipment.ts',
    'packages/kernel/src/time.ts',
    'packages/orders/.env',
    'packages/orders/.env.ts',
    'packages/orders/README.md',
    'packages/orders/examples/demo.ts',
    'packages/orders/src/book.test.ts',
    'packages/orders/src/deep/lot.ts',
    'packages/orders/src/order.ts',
    'packages/orders/tests/order.ts',
    'scripts/release.ts',
  ];
  const isWithheld = withholding({ coveringTests: [], reaching: [], showTests: false });
  const task = { file: 'packages/orders/src/book.ts', showTests: false };
  const found = sourcesFor({ task, repository, files, users: [], isWithheld });
  expect(found.files).toEqual([
    'packages/orders/src/order.ts',
    'packages/orders/src/deep/lot.ts',
    'packages/kernel/src/time.ts',
  ]);
});

test('no test shows how the class is used, not even one that does not judge it, unless the user says so', () => {
  const users = ['packages/orders/src/index.ts', 'packages/orders/src/book.stories.tsx'];
  const usersShown = (showTests: boolean) => {
    const task = { file: 'packages/orders/src/book.ts', showTests };
    return sourcesFor({ task, repository, files: [], users, isWithheld: () => false }).dependents;
  };
  expect(usersShown(false)).toEqual(['packages/orders/src/index.ts']);
  expect(usersShown(true)).toEqual(users);
});
