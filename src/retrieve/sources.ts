import type { Task } from '../loop/task.ts';
import type { Repository } from '../repository/repository.ts';
import { distance } from './name-lookup.ts';

/** Tests that do not cover the class, type tests among them, are no examples of its use either. */
const TEST = /(^|\/)(tests?|__tests__|__mocks__|e2e)\/|\.(test|spec|bench|stories)(-d)?\.[cm]?tsx?$/;
const NO_SOURCE = /(^|\/)(fixtures|examples?|samples?)\//;
const SOURCE = /\.[cm]?tsx?$/;

export interface Sources {
  /** What the first prompt may show: sources of the target's package, then of those it declares, nearest first; tests left out. */
  files: string[];
  /** Files whose imports lead to the class, nearest first. */
  dependents: string[];
}

/** Which files the first prompt may be made of. A package can import only what it declares, so the rest tells nothing. */
export function sourcesFor(options: {
  task: Pick<Task, 'file' | 'showTests'>;
  repository: Pick<Repository, 'packages' | 'target'>;
  /** Files of the repository, none that git ignores. */
  files: readonly string[];
  users: readonly string[];
  isWithheld(file: string): boolean;
}): Sources {
  const { task, repository, isWithheld } = options;
  const { dir, manifest } = repository.target;
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies };
  const deepestFirst = repository.packages.toSorted((a, b) => b.dir.length - a.dir.length);
  const rankOf = (file: string): number => {
    const owner = deepestFirst.find((p) => isBelow(p.dir, file));
    if (owner?.dir === dir) return 0;
    return !owner || (owner.name !== undefined && Object.hasOwn(declared, owner.name)) ? 1 : 2;
  };
  // A package may itself lie below a folder of that name.
  const isSource = (file: string) => {
    const inside = isBelow(dir, file) ? file.slice(dir === '' ? 0 : dir.length + 1) : file;
    return !TEST.test(inside) && !NO_SOURCE.test(inside);
  };
  const isShown = (file: string) => SOURCE.test(file) && !isWithheld(file);
  return {
    files: options.files
      .filter((file) => isShown(file) && (file === task.file || isSource(file)))
      .map((file) => ({ file, rank: rankOf(file), far: distance(task.file, file) }))
      .filter(({ rank }) => rank < 2)
      .sort((a, b) => a.rank - b.rank || a.far - b.far || (a.file < b.file ? -1 : 1))
      .map(({ file }) => file),
    dependents: options.users.filter((file) => isShown(file) && (task.showTests || !TEST.test(file))),
  };
}

const isBelow = (dir: string, file: string): boolean => dir === '' || file.startsWith(`${dir}/`);
