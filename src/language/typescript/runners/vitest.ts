import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { RunnerContext, RunnerKind, TestRunner } from '../../../check/test-runner.ts';
import type { Repository } from '../../../repository/repository.ts';
import {
  commandIn,
  configIn,
  filesMatching,
  inside,
  namePattern,
  reporterPath,
  requireInstalled,
  runReported,
  traces,
  upwards,
} from './common.ts';
import { literalsIn } from './config-literals.ts';
import { toTestRun } from './report.ts';
import { knownOptions } from './script.ts';

const EXTENSIONS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
const names = (base: string, extensions = EXTENSIONS) =>
  extensions.map((extension) => `${base}.${extension}`);
const OWN_CONFIG = [...names('vitest.config'), ...names('vitest.workspace', [...EXTENSIONS, 'json'])];

const DEFAULT_INCLUDE = ['**/*.{test,spec}.?(c|m)[jt]s?(x)'];

/** What a test script says that changes which tests there are or how they load. */
const OPTIONS = {
  '-c': 'value',
  '--config': 'value',
  '-r': 'value',
  '--root': 'value',
  '--dir': 'value',
  '--project': 'value',
  '--mode': 'value',
  '--environment': 'value',
  '--globals': 'switch',
  '--dom': 'switch',
  '--pool': 'value',
  '--isolate': 'switch',
  '--no-isolate': 'switch',
  '--no-file-parallelism': 'switch',
  '--testTimeout': 'value',
  '--hookTimeout': 'value',
  '-t': 'skip-value',
  '--testNamePattern': 'skip-value',
  '--reporter': 'skip-value',
  '--outputFile': 'skip-value',
  '--shard': 'skip-value',
} as const;

/** The configuration of a folder: Vitest's own, or a Vite one that has a `test` part. */
function configOf(repository: Repository, dir: string): string | undefined {
  const own = configIn(repository, dir, OWN_CONFIG);
  if (own !== undefined) return own;
  const vite = configIn(repository, dir, names('vite.config'));
  const text = vite === undefined ? '' : readFileSync(join(repository.root, vite), 'utf8');
  return /\btest\s*:/.test(text) ? vite : undefined;
}

const scriptIn = (repository: Repository, dir: string) =>
  commandIn(repository, dir, ({ program }) => program === 'vitest');

async function list(repository: Repository, dir: string, config: string | undefined): Promise<string[]> {
  const literals =
    config === undefined
      ? {}
      : await literalsIn(join(repository.root, config), ['include', 'exclude'], 'test');
  const base = config === undefined ? dir : posix.dirname(config) === '.' ? '' : posix.dirname(config);
  const found = await filesMatching(repository, base, literals.include ?? DEFAULT_INCLUDE, literals.exclude);
  const own = dir === '' ? found : found.filter((file) => file.startsWith(`${dir}/`));
  // Patterns of a workspace's projects are relative to the projects, which may lie anywhere.
  return own.length > 0 || config === undefined ? own : filesMatching(repository, dir, DEFAULT_INCLUDE);
}

/**
 * Vitest 1 to 5, from the nearest folder with a configuration, with its projects and aliases. It orders files by
 * itself (by size, the failed ones first): `order.files` says which, not when.
 */
export const vitest: RunnerKind = {
  name: 'vitest',

  detect: async (repository, dir) => traces(repository, dir, 'vitest', configOf(repository, dir)),

  async open(context: RunnerContext, packageDir: string): Promise<TestRunner> {
    const { repository, copy } = context;
    const { version, bin } = requireInstalled(repository, packageDir, 'vitest');
    const script = scriptIn(repository, packageDir);
    const own = script && knownOptions(script.args, OPTIONS);
    const named = own?.value('-c', '--config', '-r', '--root') !== undefined;
    const configured = named
      ? packageDir
      : upwards(packageDir).find((dir) => configOf(repository, dir) !== undefined);
    const cwd = configured ?? packageDir;
    const command = cwd === packageDir ? script : scriptIn(repository, cwd);
    const options = command ? knownOptions(command.args, OPTIONS).options : [];
    const major = Number.parseInt(version, 10);
    const runner = { name: 'vitest', version, dir: packageDir };
    return {
      ...runner,
      list: () => list(repository, packageDir, configOf(repository, cwd)),
      async run(order) {
        const pattern = namePattern(order.ids);
        const argv = [
          ...['node', inside(context, bin), 'run', ...options],
          ...['--no-color', '--no-cache', '--coverage.enabled=false', `--reporter=${reporterPath('vitest')}`],
          ...(major >= 5 ? [`--fsModuleCachePath=${posix.join(copy.temp.inside, 'vitest')}`] : []),
          ...(order.bail ? ['--bail=1'] : []),
          ...(pattern === undefined ? [] : [`--testNamePattern=${pattern}`]),
          ...order.files.map((file) => inside(context, file)),
        ];
        const env = command?.env ?? {};
        return toTestRun(context, runner, order, await runReported(context, { cwd, argv, env }, order));
      },
      close: async () => undefined,
    };
  },
};
