import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../../src/errors.ts';
import type { ImportedSuite, ImportedTask } from './imported.ts';

/**
 * The JSON files of RepoClassBench (arXiv 2405.01573) as released: one list each for Java, Python and C#, told apart
 * by their evaluation metadata.
 */
const common = {
  task_id: z.union([z.number(), z.string()]),
  class_name: z.string(),
  file: z.string(),
  detailed_description: z.string(),
  sketchy_description: z.string(),
  /** Java holds the whole file, Python the class, C# nothing. */
  ground_truth_class_body: z.string().optional(),
};
const Java = z.object({
  ...common,
  repo_metadata: z.object({ repo_name: z.string() }),
  evaluation_metadata: z.object({ test_class_name: z.string(), test_file: z.string() }),
});
const Python = z.object({
  ...common,
  repo_metadata: z.object({
    commit_id: z.string(),
    issue_id: z.string(),
  }),
  evaluation_metadata: z.object({ test_directives: z.array(z.string()) }),
});
const CSharp = z.object({
  ...common,
  repo_metadata: z.object({ repo_name: z.string() }),
  evaluation_metadata: z.object({ testcase_list: z.array(z.tuple([z.string(), z.string().nullable()])) }),
});

/** Reads one of the files, or all JSON files of a folder. Throws a usage error that names file and entry. */
export function readRepoClassBench(path: string): ImportedSuite {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw usageError(
      'no-benchmark',
      `There is no file or folder ${path}.`,
      'Give the folder data/input of RepoClassBench.',
    );
  const files = stats.isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const tasks = files.flatMap(tasksIn);
  if (tasks.length === 0)
    throw usageError(
      'no-benchmark',
      `No task was found in ${path}.`,
      'Give the folder data/input of RepoClassBench.',
    );
  return { schemaVersion: 1, imported: 'repoclassbench', tasks };
}

function tasksIn(file: string): ImportedTask[] {
  const name = basename(file);
  const bad = (where: string, reason: string) =>
    usageError(
      'bad-benchmark',
      `${name}${where} is not RepoClassBench: ${reason.split('\n', 2).join(' ')}`,
      'Give the JSON files as they were released.',
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw bad('', 'no JSON');
  }
  if (!Array.isArray(json)) throw bad('', 'no list');
  return json.map((entry: unknown, index) => {
    const java = Java.safeParse(entry);
    if (java.success) return javaTask(java.data);
    const python = Python.safeParse(entry);
    if (python.success) return pythonTask(python.data);
    const csharp = CSharp.safeParse(entry);
    if (csharp.success) return csharpTask(csharp.data);
    throw bad(`, entry ${index}`, z.prettifyError(closest(entry, java.error, python.error, csharp.error)));
  });
}

/** The error of the language whose tests the entry names. */
function closest(entry: unknown, java: z.ZodError, python: z.ZodError, csharp: z.ZodError): z.ZodError {
  const text = JSON.stringify(entry) ?? '';
  if (text.includes('"test_directives"')) return python;
  return text.includes('"testcase_list"') ? csharp : java;
}

const shared = (task: z.infer<z.ZodObject<typeof common>>, language: ImportedTask['language']) => ({
  id: `${language}/${task.task_id}`,
  language,
  file: task.file,
  className: task.class_name,
  descriptions: { detailed: task.detailed_description, sketchy: task.sketchy_description },
  ...(task.ground_truth_class_body === undefined
    ? {}
    : {
        referenceLines: task.ground_truth_class_body.split('\n').filter((line) => line.trim() !== '').length,
      }),
});

const javaTask = (task: z.infer<typeof Java>): ImportedTask => ({
  ...shared(task, 'java'),
  repository: task.repo_metadata.repo_name,
  tests: [`${task.evaluation_metadata.test_file} ${task.evaluation_metadata.test_class_name}`],
});

/** The issue's id names the repository, `owner__name-123`; files stand below it, or below a folder of the authors. */
const pythonTask = (task: z.infer<typeof Python>): ImportedTask => {
  const { commit_id, issue_id } = task.repo_metadata;
  return {
    ...shared(task, 'python'),
    file: task.file.replace(`${issue_id}/`, '').replace(/^.*\/repos\/[^/]+\//, ''),
    repository: issue_id.replace(/-\d+$/, '').replace('__', '/'),
    commit: commit_id,
    tests: task.evaluation_metadata.test_directives,
  };
};

const csharpTask = (task: z.infer<typeof CSharp>): ImportedTask => ({
  ...shared(task, 'csharp'),
  repository: task.repo_metadata.repo_name,
  tests: task.evaluation_metadata.testcase_list.map(([name]) => name),
});
