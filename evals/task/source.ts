import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryError } from '../../src/errors.ts';
import { packageRoot } from '../../src/package-root.ts';
import { stateDir } from '../../src/paths.ts';
import type { EvalTask } from './schema.ts';

/** Folder of what evals keep on this machine: fetched repositories, prepared tasks, runs. */
export const evalsDir = (): string => join(stateDir(), 'evals');
/** A fetched repository: `sources` and `dependencies` below it. */
export const fetchedDir = (name: string, commit: string): string =>
  join(evalsDir(), 'repositories', `${name.replaceAll('/', '+')}@${commit.slice(0, 12)}`);

/** Where a task's repository lies on this machine. */
export interface SourceFolders {
  /** Absolute folder of the repository as its commit has it. */
  sources: string;
  /** Absolute folder whose node_modules folders belong to it; holds no sources where it is another one. */
  dependencies: string;
  /** Absolute folders in which the reference can be read, these included: no program of a run may see them. */
  hidden: readonly string[];
}

/** Classwright's own folders that hold references: its evals, its history, and what evals keep on this machine. */
function ownFolders(): string[] {
  mkdirSync(evalsDir(), { recursive: true });
  const own = ['evals', 'dist/evals', '.git'].map((name) => join(packageRoot, name));
  return [...own.filter((path) => existsSync(path)), evalsDir()];
}

/** Finds the repository of a task; throws `ClasswrightError` (repository) where it is not on this machine. */
export function findSource(task: EvalTask): SourceFolders {
  const { source } = task;
  if (source.kind === 'shipped') {
    const folder = join(packageRoot, 'evals/repos', source.name);
    if (!existsSync(join(folder, 'package.json')))
      throw repositoryError('no-repository', `${task.id}: there is no sample repository ${source.name}.`);
    if (!existsSync(join(folder, 'node_modules')))
      throw repositoryError(
        'dependencies-missing',
        `${task.id}: the dependencies of the sample repository ${source.name} are not installed.`,
        `Run \`npm ci --prefix ${folder}\`.`,
      );
    return { sources: folder, dependencies: folder, hidden: ownFolders() };
  }
  if (source.kind === 'local' && source.commit === undefined) {
    if (!existsSync(source.path))
      throw repositoryError(
        'no-repository',
        `${task.id}: there is no folder ${source.path}.`,
        'Mend its path.',
      );
    return {
      sources: source.path,
      dependencies: source.path,
      hidden: [...ownFolders(), source.path],
    };
  }
  const name = source.kind === 'public' ? source.name : source.path.replace(/^\//, '');
  const folder = fetchedDir(name, source.commit ?? '');
  if (!existsSync(join(folder, 'sources')))
    throw repositoryError(
      'not-fetched',
      `${task.id}: ${source.kind === 'public' ? source.name : source.path} at ${source.commit?.slice(0, 12)} is not on this machine.`,
      'Run `classwright eval fetch`, with --repos-dir where the network is closed.',
    );
  const local = source.kind === 'local' ? [source.path] : [];
  return {
    sources: join(folder, 'sources'),
    dependencies: join(folder, 'dependencies'),
    hidden: [...ownFolders(), ...local],
  };
}
