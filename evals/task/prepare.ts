import { checksError } from '../../src/errors.ts';
import type { Repository } from '../../src/repository/repository.ts';
import type { Perturbation } from '../run/schema.ts';
import type { EvalTask } from './schema.ts';

export interface PrepareOptions {
  /** Folder to make (it may not exist yet, or be empty); the repository lies in `<folder>/<name>` afterwards. */
  folder: string;
  /** Folder of clones, for public repositories; those that `eval fetch` brought otherwise. */
  reposDir?: string;
  /** Changes the reference repository before the class is taken out. */
  perturb?: { perturbation: Perturbation; apply: Perturb };
  signal?: AbortSignal;
}

/**
 * Meaning-preserving change of the whole source tree: gets the texts of files by repository-relative path, gives
 * those that change (and the task, where names of it change).
 */
export type Perturb = (input: {
  task: EvalTask;
  files: ReadonlyMap<string, string>;
  perturbation: Perturbation;
}) => { task: EvalTask; changed: ReadonlyMap<string, string> };

export interface Reference {
  /** The whole target file with the class. */
  fileText: string;
  /** The class's statement, its documentation apart. */
  classText: string;
}

/** A task as a model meets it: a repository without the class, its held-out tests and anything that tells of them. */
export interface Prepared {
  task: EvalTask;
  /** Absolute path of the repository; it is a git repository with one commit. Samples only read it. */
  root: string;
  repository: Repository;
  reference: Reference;
  /** The target file as it stands there; undefined where the class was all that it held. */
  targetText: string | undefined;
  /** Visible test files, repository-relative: `task.tests` of the loop. */
  visibleFiles: readonly string[];
  /** Test files as scoring restores them, by path. */
  heldOutTexts: Readonly<Record<string, string>>;
  /** Absolute folders that no program in the sandbox may see: `hidden` of `createWorkingCopy`. */
  hidden: readonly string[];
  /** Other test files that were taken away because they name the class. */
  removed: readonly string[];
}

/** Makes the task's repository in `folder`. Throws `ClasswrightError` (checks) where something of the reference leaks. */
export async function prepareTask(task: EvalTask, _options: PrepareOptions): Promise<Prepared> {
  throw checksError('not-built', `${task.id} cannot be prepared yet.`);
}
