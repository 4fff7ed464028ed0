import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/package-root.ts';
import { tempFolder, writeFiles } from '../../../src/testing/temp.ts';
import type { Perturb } from '../../task/prepare.ts';
import type { EvalTask } from '../../task/schema.ts';
import { format } from './format.ts';
import { rename } from './rename.ts';
import { reorder } from './reorder.ts';
import { lossIn } from './reword.ts';

const SHOP = join(packageRoot, 'evals/repos/shop');

/** Kernel and money of the sample repository: real code with real tests, small enough to run here. */
const files = new Map(
  ['packages/kernel', 'packages/money'].flatMap((folder) =>
    readdirSync(join(SHOP, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|json)$/.test(file) && !file.includes('node_modules'))
      .map((file): [string, string] => [`${folder}/${file}`, readFileSync(join(SHOP, folder, file), 'utf8')]),
  ),
);

const description = { text: 'A FeeSchedule charges in BasisPoints; FeeSchedules are many.', by: 'us' };
const task: EvalTask = {
  schemaVersion: 1,
  id: 'shop/FeeSchedule',
  source: { kind: 'shipped', name: 'shop' },
  packageDir: 'packages/money',
  file: 'packages/money/src/fee-schedule.ts',
  className: 'FeeSchedule',
  runner: 'vitest',
  visible: [],
  heldOut: [],
  descriptions: { detailed: description, sketchy: description },
  level: 'package',
  reference: { lines: 30, members: 5, symbols: ['BasisPoints', 'Money', 'Currency'] },
  notes: [],
};

const perturbed = (perturb: Perturb, kind: 'rename' | 'reorder' | 'format', seed = 1) =>
  perturb({ task, files, perturbation: { kind, seed } });

/** Type-checks and tests the changed packages with the repository's own tools; their output where they fail. */
async function judge(changed: ReadonlyMap<string, string>): Promise<string> {
  const root = tempFolder();
  await writeFiles(root, Object.fromEntries([...files, ...changed]));
  for (const name of ['package.json', 'tsconfig.base.json'])
    writeFileSync(join(root, name), readFileSync(join(SHOP, name)));
  const modules = join(SHOP, 'node_modules');
  await writeFiles(root, { 'node_modules/.keep': '', 'node_modules/@shop/.keep': '' });
  for (const name of readdirSync(modules).filter((one) => one !== '@shop'))
    symlinkSync(join(modules, name), join(root, 'node_modules', name));
  for (const name of ['kernel', 'money'])
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@shop', name));
  const run = (args: string[], cwd: string) => {
    try {
      execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
      return '';
    } catch (error) {
      return String(error instanceof Error && 'stdout' in error ? error.stdout : error);
    }
  };
  const cwd = join(root, 'packages/money');
  return (
    run([join(modules, 'typescript/bin/tsc'), '-p', '.', '--noEmit'], cwd) +
    run([join(modules, 'vitest/vitest.mjs'), 'run', '--no-cache'], cwd)
  );
}

describe('perturbations change the code and not what it means', () => {
  test('all three, one on top of the other, pass the compiler and the tests', async () => {
    let [current, now] = [task, files];
    for (const [kind, perturb] of [
      ['rename', rename],
      ['reorder', reorder],
      ['format', format],
    ] as const) {
      const { task: next, changed } = perturb({ task: current, files: now, perturbation: { kind, seed: 1 } });
      expect(changed.size).toBeGreaterThan(3);
      [current, now] = [next, new Map([...now, ...changed])];
    }
    expect(await judge(now)).toBe('');
  });

  test('what changes the meaning is noticed by that judge', async () => {
    const file = 'packages/money/src/money.ts';
    const text = files.get(file) ?? '';
    expect(await judge(new Map([[file, text.replace(/return /, 'return undefined as never; ')]]))).not.toBe(
      '',
    );
  });
});

test('the same seed gives the same change, another seed another', () => {
  const text = (seed: number) => JSON.stringify([...perturbed(rename, 'rename', seed).changed]);
  expect(text(1)).toBe(text(1));
  expect(text(1)).not.toBe(text(2));
});

test('renaming reaches the task, its descriptions, comments and every file, but no string', () => {
  const small = new Map([
    ['a.ts', "/** A Box. */\nexport class Box {}\nexport const text = 'Box';\n"],
    ['b.ts', "import { Box } from './a.ts';\nexport const made = { Box: new Box() }; // Box, not Boxes\n"],
  ]);
  const { task: after, changed } = rename({
    task: { ...task, className: 'Box', reference: { ...task.reference, symbols: [] } },
    files: small,
    perturbation: { kind: 'rename', seed: 3 },
  });
  const name = after.className;
  expect(name).toMatch(/^Box[A-Z]/);
  expect(changed.get('a.ts')).toBe(
    `/** A ${name}. */\nexport class ${name} {}\nexport const text = 'Box';\n`,
  );
  expect(changed.get('b.ts')).toBe(
    `import { ${name} } from './a.ts';\nexport const made = { ${name}: new ${name}() }; // ${name}, not Boxes\n`,
  );
  const whole = perturbed(rename, 'rename').task;
  expect(whole.descriptions.detailed.text).toBe(
    `A ${whole.className} charges in ${whole.reference.symbols[0]}; FeeSchedules are many.`,
  );
});

test('documentation moves with its member, what runs stays', () => {
  const text = `const first = 1;
/** One. */
export function one() {} // the first
/** Two. */
export function two() {}
console.log(first);
export function three() {}
`;
  const results = [1, 2, 3, 4, 5].map(
    (seed) =>
      reorder({
        task,
        files: new Map([['a.ts', text]]),
        perturbation: { kind: 'reorder', seed },
      }).changed.get('a.ts') ?? text,
  );
  expect(new Set(results).size).toBeGreaterThan(1);
  for (const result of results) {
    expect(result).toContain('/** One. */\nexport function one() {} // the first');
    expect(result).toContain('/** Two. */\nexport function two() {}');
    expect(result.split('\n').sort()).toEqual(text.split('\n').sort());
  }
});

test('a reworded description keeps names and numbers', () => {
  expect(
    lossIn('Holds 3 items; `take()` throws StoreError.', 'StoreError comes from `take()`; 3 items fit.'),
  ).toBe(undefined);
  expect(lossIn('Holds 3 items.', 'Holds 4 items.')).toContain('3');
  expect(lossIn('Throws StoreError.', 'It throws an error.')).toContain('StoreError');
});
