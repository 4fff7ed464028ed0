import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { tempFolder, writeFiles } from '../../src/testing/temp.ts';
import { loadSuite } from './load.ts';

const json = readFileSync(join(packageRoot, 'evals/tasks/shop/Grader.json'), 'utf8');

test('a path is a file, or a folder of them at any depth, in the order of their ids', async () => {
  const folder = tempFolder();
  await writeFiles(folder, { 'b/one.json': json, 'two.json': json.replace('shop/Grader', 'shop/Another') });
  expect(loadSuite('two.json', folder).map(({ task }) => task.id)).toEqual(['shop/Another']);
  expect(loadSuite(folder).map(({ task }) => task.id)).toEqual(['shop/Another', 'shop/Grader']);
});

test('what is wrong is said with file and field', async () => {
  const folder = tempFolder();
  await writeFiles(folder, {
    'broken/a.json': '{ "id": ',
    'field/a.json': json.replace('"level": "package"', '"level": "galaxy"'),
    'more/a.json': json.replace('{', '{ "solution": "class Grader {}",'),
    'twice/a.json': json,
    'twice/b.json': json,
    'empty/readme.md': '',
  });
  const load = (name: string) => () => loadSuite(name, folder);
  expect(load('broken')).toThrow(/broken\/a\.json is no JSON/);
  expect(load('field')).toThrow(/field\/a\.json, level: .*standalone/);
  expect(load('more')).toThrow(/more\/a\.json, the task: .*solution/);
  expect(load('twice')).toThrow(/shop\/Grader stands in two files: .*a\.json and .*b\.json/);
  expect(load('empty')).toThrow(/no task file in empty/);
  expect(load('nowhere')).toThrow(/no suite, file or folder nowhere/);
});
