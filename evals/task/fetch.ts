import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryError } from '../../src/errors.ts';
import { checkOut, findClone } from './checkout.ts';
import { installDependencies, isInstalled } from './install.ts';
import type { EvalTask, Source } from './schema.ts';
import { fetchedDir } from './source.ts';

/** A repository that tasks are in, at a commit. */
export interface Wanted {
  name: string;
  commit: string;
  source: Exclude<Source, { kind: 'shipped' }>;
  /** Repository-relative folders of the packages that the tasks are in. */
  packageDirs: string[];
  tasks: string[];
}

/** The repositories of tasks that have to be brought to this machine, in the order of the tasks. */
export function repositoriesOf(tasks: readonly EvalTask[]): Wanted[] {
  const found = new Map<string, Wanted>();
  for (const { id, source, packageDir } of tasks) {
    if (source.kind === 'shipped' || source.commit === undefined) continue;
    const name = source.kind === 'public' ? source.name : source.path.replace(/^\//, '');
    const key = `${name}@${source.commit}`;
    const wanted = found.get(key) ?? { name, commit: source.commit, source, packageDirs: [], tasks: [] };
    found.set(key, wanted);
    if (!wanted.packageDirs.includes(packageDir)) wanted.packageDirs.push(packageDir);
    wanted.tasks.push(id);
  }
  return [...found.values()];
}

export interface FetchOptions {
  /** Absolute folder of clones; without it public repositories come from their addresses. */
  reposDir?: string | undefined;
  signal?: AbortSignal | undefined;
  onStep?: (step: string) => void;
}

export interface Fetched {
  folder: string;
  /** Nothing had to be done. */
  wasThere: boolean;
  /** Files of the commit that the clone does not hold. */
  missing: string[];
}

/** Brings sources and dependencies of one repository; what is there already stays. Throws `ClasswrightError`. */
export async function fetchRepository(wanted: Wanted, options: FetchOptions): Promise<Fetched> {
  const { name, commit, packageDirs } = wanted;
  const { signal, onStep = () => {} } = options;
  const folder = fetchedDir(name, commit);
  const [sources, dependencies] = [join(folder, 'sources'), join(folder, 'dependencies')];
  const hasSources = existsSync(sources);
  const hasDependencies = isInstalled(dependencies, packageDirs);
  let missing: string[] = [];
  if (!hasSources) {
    onStep('checking out');
    await mkdir(dirname(sources), { recursive: true });
    const to = `${sources}.new`;
    ({ missing } = await checkOut({ name, commit, from: placeOf(wanted, options.reposDir), to, signal }));
    await rename(to, sources);
  }
  if (!hasDependencies) {
    onStep('installing dependencies');
    if (!hasSources) await rm(dependencies, { recursive: true, force: true });
    await installDependencies({ name, sources, to: dependencies, packageDirs, signal });
  }
  return { folder, wasThere: hasSources && hasDependencies, missing };
}

function placeOf({ source, name }: Wanted, reposDir: string | undefined) {
  if (source.kind === 'local') return { clone: source.path };
  if (reposDir === undefined) return { url: source.url };
  const clone = findClone(reposDir, name);
  if (clone !== undefined) return { clone };
  throw repositoryError(
    'no-clone',
    `There is no clone of ${name} in ${reposDir}.`,
    `Make one: \`git clone ${source.url} ${join(reposDir, name)}\`.`,
  );
}
