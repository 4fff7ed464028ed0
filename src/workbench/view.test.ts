import { expect, test } from 'vitest';
import { openModuleGraph } from '../language/typescript/module-graph.ts';
import type { Task } from '../loop/task.ts';
import { inspectRepository, listFiles } from '../repository/repository.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { openView } from './view.ts';

const task: Task = {
  className: 'Order',
  file: 'src/order.ts',
  description: '',
  form: 'new-file',
  tests: [],
  context: [],
  require: 'types',
  requireLint: false,
  showTests: false,
  ask: false,
  strategy: 'rrr',
};

async function tsconfigFor(scripts: Record<string, string>, sources: Record<string, string>) {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': JSON.stringify({ name: 'p', scripts }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ['src'] }),
    'tsconfig.build.json': JSON.stringify({ extends: './tsconfig.json', compilerOptions: { strict: false } }),
    'src/user.ts': "import { Order } from './order';\nexport const order = new Order();",
    ...sources,
  });
  const repository = await inspectRepository({ cwd: root, targetFile: task.file });
  const files = await listFiles(repository);
  const graph = await openModuleGraph({
    root: repository.root,
    packages: repository.packages,
    files,
    target: task,
  });
  const { signal } = new AbortController();
  const view = await openView({ repository, task, graph, files, original: undefined, signal });
  await view.language.close();
  return { tsconfig: view.language.project.tsconfig, notes: view.notes, goals: view.goals.length };
}

const build = { build: 'tsc -p tsconfig.build.json' };
const loose = { 'src/loose.ts': 'export const twice = (n) => n * 2;' };

test('where the sources have errors by the tsconfig and the scripts compile by another one, that judges', async () => {
  expect(await tsconfigFor(build, loose)).toEqual({
    tsconfig: 'tsconfig.build.json',
    notes: expect.arrayContaining([expect.stringContaining('Checked by tsconfig.build.json')]),
    goals: 1,
  });
});

test.each([
  ['the sources are clean by the first', build, { 'src/loose.ts': 'export const twice = 2;' }],
  ['the scripts compile by the first too', { ...build, check: 'tsc --noEmit' }, loose],
  ['the other one has as many errors', build, { 'src/loose.ts': 'export const twice: string = 2;' }],
])('the tsconfig of an editor judges where %s', async (_, scripts, sources) => {
  const { tsconfig, notes } = await tsconfigFor(scripts, sources);
  expect(tsconfig).toBe('tsconfig.json');
  expect(notes.join()).not.toContain('Checked by');
});
