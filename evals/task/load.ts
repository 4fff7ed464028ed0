import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { usageError } from '../../src/errors.ts';
import { packageRoot } from '../../src/package-root.ts';
import { notRunnable, readImported } from '../import/imported.ts';
import { EvalTask } from './schema.ts';

export const TASKS_FOLDER = join(packageRoot, 'evals/tasks');
const PUBLIC_FOLDER = join(TASKS_FOLDER, 'public');

export interface Loaded {
  task: EvalTask;
  /** Absolute path of its JSON file. */
  path: string;
}

/**
 * The tasks of a suite, by id: `sample` (of the shipped repositories), `public`, or a task file or a folder of them,
 * absolute or relative to `cwd`. Throws a usage error that names file and field where one cannot be read.
 */
export function loadSuite(suite: string, cwd = process.cwd()): Loaded[] {
  if (readImported(suite)) throw notRunnable(suite);
  const loaded = pathsOf(suite, cwd)
    .map((path) => ({ path, task: readTask(path) }))
    .sort((a, b) => (a.task.id < b.task.id ? -1 : 1));
  for (const [at, { task, path }] of loaded.entries()) {
    const before = loaded[at - 1];
    if (before?.task.id === task.id)
      throw usageError(
        'task-twice',
        `The id ${task.id} stands in two files: ${shown(before.path)} and ${shown(path)}.`,
        'Give one of them another id.',
      );
  }
  return loaded;
}

function pathsOf(suite: string, cwd: string): string[] {
  if (suite === 'sample')
    return jsonFiles(TASKS_FOLDER).filter((path) => !path.startsWith(`${PUBLIC_FOLDER}/`));
  if (suite === 'public') return jsonFiles(PUBLIC_FOLDER);
  const path = resolve(cwd, suite);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) return [path];
  const files = stats?.isDirectory() ? jsonFiles(path) : [];
  if (files.length > 0) return files;
  throw usageError(
    'no-such-suite',
    stats ? `There is no task file in ${suite}.` : `There is no suite, file or folder ${suite}.`,
    'Give sample, public, or the path of a task file or a folder of them.',
  );
}

function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const shown = (path: string): string => {
  const short = relative(packageRoot, path);
  return short.startsWith('..') ? path : short;
};

export function readTask(path: string): EvalTask {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError('bad-task', `${shown(path)} is no JSON: ${reason}`, 'Mend the file.');
  }
  const parsed = EvalTask.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the task';
  throw usageError('bad-task', `${shown(path)}, ${field}: ${issue?.message}`, 'Mend the file.');
}
