import picomatch from 'picomatch';
import { usageError } from '../errors.ts';
import type { ModuleGraph, Reach, Step } from '../language/typescript/module-graph.ts';
import type { CoveringTest } from '../loop/events.ts';
import type { Repository } from '../repository/repository.ts';

export interface CoveringOptions {
  repository: Repository;
  graph: ModuleGraph;
  className: string;
  targetFile: string;
  /** What the user named with `--tests`, repository-relative; empty means: whatever the graph finds. */
  testGlobs: readonly string[];
  /** Test files that the repository's runners list. */
  runnerFiles: readonly string[];
  /** Every file of the repository, for the globs. */
  files: readonly string[];
  /** Most files that are not direct users of the class; the rest is excluded by name. */
  limit?: number;
}

export interface Covering {
  /** Nearest first. */
  tests: (CoveringTest & { distance: number })[];
  /** Tests that have to do with the class and do not judge it, each with the reason. */
  excluded: CoveringTest[];
}

const DEFAULT_LIMIT = 40;

const through = ({ via }: Step): string => (via.length === 0 ? '' : ` through ${via.join(', ')}`);

/** How a chain of steps comes to the class, in words. */
function explain(chain: readonly Step[], className: string): string {
  const [first, ...rest] = chain;
  if (first === undefined) return `declares ${className} itself`;
  const verb = first.dynamic ? 'loads' : 'imports';
  if (rest.length === 0) {
    if (first.name === '' || first.name === '*')
      return `${verb} ${first.to}${through(first)}, which holds ${className}`;
    const renamed = first.name === 'default' ? `${className} (the default export)` : first.name;
    return `${verb} ${renamed}${through(first)}`;
  }
  const what = first.name === '' || first.name === '*' ? first.to : `${first.name} from ${first.to}`;
  const between = rest.slice(0, -1).map(({ to }) => to);
  const path = between.length === 0 ? '' : ` by way of ${between.join(', ')}`;
  return `${verb} ${what}${through(first)}, which uses ${className}${path}`;
}

function whyNot(reach: Reach, { className, targetFile, repository }: CoveringOptions): string | undefined {
  switch (reach.kind) {
    case 'mocked':
      return `mocks ${reach.mock}${reach.mock === targetFile ? '' : `, by which it would reach ${className}`}`;
    case 'built': {
      const own = repository.target.dir === '' ? "the package's" : `${repository.target.dir}'s`;
      return `loads ${own} built output (${reach.built}), not the source that is written here`;
    }
    case 'types':
      // A test that merely meets the class in some type along the way has nothing to do with it.
      return reach.chain.length === 1 ? `imports only types: ${explain(reach.chain, className)}` : undefined;
    default:
      return undefined;
  }
}

/**
 * The tests that judge the class, each with the reason: those whose imports lead to code that uses it, or those
 * that the user named. Throws a usage error where a glob matches nothing.
 */
export function findCoveringTests(options: CoveringOptions): Covering {
  const { graph, className, testGlobs, runnerFiles, files, targetFile, limit = DEFAULT_LIMIT } = options;
  const named = new Map<string, string>();
  for (const glob of testGlobs) {
    const matches = picomatch(glob.replace(/^\.\//, ''), { dot: true });
    const found = files.filter((file) => matches(file) && file !== targetFile);
    if (found.length === 0) {
      throw usageError(
        'no-such-tests',
        `--tests ${glob} matches no file of the repository.`,
        'Give a path or glob from its root.',
      );
    }
    for (const file of found) if (!named.has(file)) named.set(file, glob);
  }
  const tests: Covering['tests'] = [];
  const excluded: CoveringTest[] = [];
  for (const file of testGlobs.length > 0 ? named.keys() : new Set(runnerFiles)) {
    const reach = graph.reach(file);
    const glob = named.get(file);
    const because = whyNot(reach, options);
    if (reach.kind === 'covers') {
      const reason = explain(reach.chain, className);
      tests.push({
        file,
        reason: glob === undefined ? reason : `named by --tests; ${reason}`,
        distance: reach.distance,
      });
    } else if (glob !== undefined && reach.kind !== 'built') {
      const doubt = because ?? `no import that leads to ${className} was found`;
      tests.push({ file, reason: `named by --tests, although: ${doubt}`, distance: Number.MAX_SAFE_INTEGER });
    } else if (because !== undefined) excluded.push({ file, reason: because });
  }
  // Among equally near ones those of the class's own package, then those that lie beside it.
  const { dir } = options.repository.target;
  const isOwn = (file: string) => dir === '' || file.startsWith(`${dir}/`);
  const shared = (file: string) => {
    const names = targetFile.split('/');
    const different = file.split('/').findIndex((name, i) => name !== names[i]);
    return different < 0 ? names.length : different;
  };
  tests.sort(
    (a, b) =>
      a.distance - b.distance ||
      Number(isOwn(b.file)) - Number(isOwn(a.file)) ||
      shared(b.file) - shared(a.file) ||
      (a.file < b.file ? -1 : 1),
  );
  if (testGlobs.length > 0) return { tests, excluded };
  const direct = tests.filter(({ distance }) => distance <= 1).length;
  const kept = Math.max(limit, direct);
  for (const { file, reason } of tests.slice(kept)) {
    excluded.push({
      file,
      reason: `is farther away than the ${kept} nearest (${reason}); name it with --tests to run it`,
    });
  }
  return { tests: tests.slice(0, kept), excluded };
}
