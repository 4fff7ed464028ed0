import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSuite } from '../task/load.ts';
import { ImportedSuite, readImported } from './imported.ts';
import { readRepoClassBench } from './repoclassbench.ts';

const described = { detailed_description: 'In detail.', sketchy_description: 'Roughly.' };

const java = {
  task_id: 0,
  class_name: 'Gauge',
  file: 'meters/src/main/java/meters/Gauge.java',
  ...described,
  ground_truth_class_body: 'package meters;\n\nclass Gauge {\n}\n',
  repo_metadata: { repo_name: 'meters' },
  evaluation_metadata: {
    test_class_name: 'GaugeTest',
    test_file: 'meters/src/test/java/meters/GaugeTest.java',
  },
};

const python = {
  task_id: 'acme__meters-12_gAuge',
  class_name: 'gAuge',
  file: 'acme__meters-12/meters/gauge.py',
  ...described,
  ground_truth_class_body: 'class gAuge:\n    pass\n',
  repo_metadata: { commit_id: 'c0ffee', issue_id: 'acme__meters-12', setup_details: null },
  evaluation_metadata: {
    test_directives: ['tests/test_gauge.py::test_reads', 'tests/test_gauge.py::test_resets'],
  },
};

const csharp = {
  task_id: 3,
  class_name: 'Gauge',
  file: 'Meters.Core/Gauge.cs',
  ...described,
  repo_metadata: { repo_name: 'Meters', src_prefix: '', test_prefix: ['Meters.Tests/'] },
  evaluation_metadata: {
    testcase_list: [
      ['Property_ShouldBeNotNull', 'Name'],
      ['Reads', null],
    ],
  },
};

function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'classwright-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

test('a folder of the three released forms becomes one list, without the reference', () => {
  const folder = folderWith({
    'csharp_data.json': [csharp],
    'java_data.json': [java],
    'python_data.json': [
      python,
      { ...python, task_id: 'b', file: '/home/somebody/repos/meters/meters/b.py' },
    ],
    'notes.txt': 'not read',
  });
  const suite = readRepoClassBench(folder);
  expect(
    suite.tasks.map(({ id, language, repository, file, className }) => [
      id,
      language,
      repository,
      file,
      className,
    ]),
  ).toEqual([
    ['csharp/3', 'csharp', 'Meters', 'Meters.Core/Gauge.cs', 'Gauge'],
    ['java/0', 'java', 'meters', 'meters/src/main/java/meters/Gauge.java', 'Gauge'],
    ['python/acme__meters-12_gAuge', 'python', 'acme/meters', 'meters/gauge.py', 'gAuge'],
    ['python/b', 'python', 'acme/meters', 'meters/b.py', 'gAuge'],
  ]);
  expect(suite.tasks.map(({ tests, referenceLines }) => [tests.length, referenceLines])).toEqual([
    [2, undefined],
    [1, 3],
    [2, 2],
    [2, 2],
  ]);
  expect(JSON.stringify(suite)).not.toContain('package meters;');
  expect(ImportedSuite.parse(JSON.parse(JSON.stringify(suite)))).toEqual(suite);
});

test('what is imported is known again, and is never run', () => {
  const folder = folderWith({ 'java_data.json': [java] });
  const file = join(folder, 'imported.json');
  writeFileSync(file, JSON.stringify(readRepoClassBench(join(folder, 'java_data.json'))));
  expect(readImported(file)?.tasks).toHaveLength(1);
  expect(readImported(join(folder, 'java_data.json'))).toBeUndefined();
  expect(() => loadSuite(file)).toThrow('not run');
});

test('anything else is refused with file, entry and field', () => {
  const { file: _, ...noFile } = python;
  expect(() => readRepoClassBench(folderWith({ 'a.json': [java, noFile] }))).toThrow(/a\.json, entry 1 .*/);
  expect(() => readRepoClassBench(folderWith({ 'a.json': [java, noFile] }))).toThrow('file');
  expect(() => readRepoClassBench(folderWith({ 'a.json': { tasks: [] } }))).toThrow('no list');
  expect(() => readRepoClassBench(folderWith({ 'a.json': 'x' }))).toThrow('no JSON');
  expect(() => readRepoClassBench(folderWith({}))).toThrow('No task');
  expect(() => readRepoClassBench('/nowhere/at/all')).toThrow('no file or folder');
});
