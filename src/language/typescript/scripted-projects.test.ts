import { expect, test } from 'vitest';
import { inspectRepository } from '../../repository/repository.ts';
import { tempFolder, writeFiles } from '../../testing/temp.ts';
import { otherProjects } from './scripted-projects.ts';

const strict = JSON.stringify({ compilerOptions: { strict: true }, include: ['src'] });
const loose = JSON.stringify({ extends: './tsconfig.json', compilerOptions: { strict: false } });

async function ask(scripts: Record<string, string>): Promise<string[]> {
  const root = tempFolder();
  await writeFiles(root, {
    'package.json': JSON.stringify({ name: 'p', scripts }),
    'tsconfig.json': strict,
    'tsconfig.prod.json': loose,
    'tsconfig.es.json': loose,
    'docs/tsconfig.json': JSON.stringify({ include: ['.'] }),
  });
  return otherProjects(
    await inspectRepository({ cwd: root, targetFile: 'src/a.ts' }),
    'tsconfig.json',
    'src/a.ts',
  );
}

test('the tsconfig that the scripts compile by, the build and what it calls first', async () => {
  expect(
    await ask({
      es: 'tsc --project tsconfig.es.json',
      build: 'rimraf dist && npm run build:cjs',
      'build:cjs': 'tsc -p ./tsconfig.prod.json --outDir dist',
      docs: 'tsc -b docs && node docs/out.js',
    }),
  ).toEqual(['tsconfig.prod.json', 'tsconfig.es.json']);
});

test.each([
  ['a bare tsc', { check: 'tsc --noEmit', build: 'tsc -p tsconfig.prod.json' }],
  ['a bare build of the folder', { build: 'node ../node_modules/typescript/lib/tsc.js --build' }],
  ['the folder by name', { build: 'tsc -b . --force' }],
  ['no tsc at all', { build: 'vite build', etsc: 'node tsc-report.js' }],
  ['one that is not there', { build: 'tsc -p tsconfig.gone.json' }],
])('none where the scripts compile by the tsconfig itself or say nothing: %s', async (_, scripts) => {
  expect(await ask(scripts)).toEqual([]);
});
