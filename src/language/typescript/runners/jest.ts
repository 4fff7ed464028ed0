import { join, posix } from 'node:path';
import type { RunnerContext, RunnerKind, TestRunner } from '../../../check/test-runner.ts';
import type { Repository } from '../../../repository/repository.ts';
import {
  commandIn,
  configIn,
  filesMatching,
  inside,
  manifestKey,
  namePattern,
  reporterPath,
  requireInstalled,
  runReported,
  traces,
  upwards,
} from './common.ts';
import { literalsIn, pick } from './config-literals.ts';
import { toTestRun } from './report.ts';
import { knownOptions } from './script.ts';

const CONFIG = ['ts', 'js', 'mjs', 'cjs', 'json', 'cts', 'mts'].map(
  (extension) => `jest.config.${extension}`,
);

const DEFAULT_MATCH = ['**/__tests__/**/*.?([mc])[jt]s?(x)', '**/?(*.)+(spec|test).?([mc])[jt]s?(x)'];

const OPTIONS = {
  '-c': 'value',
  '--config': 'value',
  '--rootDir': 'value',
  '--projects': 'value',
  '--selectProjects': 'value',
  '--preset': 'value',
  '--env': 'value',
  '--testEnvironment': 'value',
  '--testTimeout': 'value',
  '-i': 'switch',
  '--runInBand': 'switch',
  '-t': 'skip-value',
  '--testNamePattern': 'skip-value',
  '--reporters': 'skip-value',
  '--outputFile': 'skip-value',
  '-w': 'skip-value',
  '--maxWorkers': 'skip-value',
} as const;

/** The file that configures Jest in a folder: one of its own, or package.json with a `jest` part. */
const configOf = (repository: Repository, dir: string): string | undefined =>
  configIn(repository, dir, CONFIG) ??
  (manifestKey(repository, dir, 'jest') === undefined ? undefined : posix.join(dir, 'package.json'));

async function list(repository: Repository, dir: string, config: string | undefined): Promise<string[]> {
  const keys = ['testMatch', 'testRegex'];
  const literals =
    config === undefined
      ? {}
      : config.endsWith('package.json')
        ? pick(
            manifestKey(repository, posix.dirname(config) === '.' ? '' : posix.dirname(config), 'jest'),
            keys,
          )
        : await literalsIn(join(repository.root, config), keys);
  const globs = literals.testMatch?.map((glob) => glob.replace(/^<rootDir>\//, '**/'));
  const regexes = (literals.testRegex ?? []).flatMap((source) => {
    try {
      return new RegExp(source.replaceAll('<rootDir>', ''));
    } catch {
      return [];
    }
  });
  if (!globs && regexes.length > 0) {
    const sources = await filesMatching(repository, dir, ['**/*.?([mc])[jt]s?(x)']);
    return sources.filter((file) => regexes.some((regex) => regex.test(`/${file}`)));
  }
  return filesMatching(repository, dir, globs ?? DEFAULT_MATCH);
}

/**
 * Jest 27 to 30 with jest-circus, whatever transforms its sources. Its sequencer orders files by itself:
 * `order.files` says which, not when. Handles that a test leaves open do not keep it from ending, as they do not
 * where Jest runs in workers.
 */
export const jest: RunnerKind = {
  name: 'jest',

  detect: async (repository, dir) => traces(repository, dir, 'jest', configOf(repository, dir)),

  async open(context: RunnerContext, packageDir: string): Promise<TestRunner> {
    const { repository, copy } = context;
    const { version, bin } = requireInstalled(repository, packageDir, 'jest');
    const scriptIn = (dir: string) => commandIn(repository, dir, ({ program }) => program === 'jest');
    const script = scriptIn(packageDir);
    const named =
      script && knownOptions(script.args, OPTIONS).value('-c', '--config', '--rootDir') !== undefined;
    const configured = named
      ? packageDir
      : upwards(packageDir).find((dir) => configOf(repository, dir) !== undefined);
    const cwd = configured ?? packageDir;
    const command = scriptIn(cwd);
    const options = command ? knownOptions(command.args, OPTIONS).options : [];
    const runner = { name: 'jest', version, dir: packageDir };
    return {
      ...runner,
      list: () => list(repository, packageDir, configOf(repository, cwd)),
      async run(order) {
        const pattern = namePattern(order.ids);
        const argv = [
          ...['node', inside(context, bin), ...options, '--ci', '--watchman=false', '--coverage=false'],
          ...[`--cacheDirectory=${posix.join(copy.temp.inside, 'jest')}`, '--forceExit'],
          `--reporters=${reporterPath('jest')}`,
          ...(order.bail ? ['--bail=1'] : []),
          ...(pattern === undefined ? [] : [`--testNamePattern=${pattern}`]),
          ...['--runTestsByPath', ...order.files.map((file) => inside(context, file))],
        ];
        const env = command?.env ?? {};
        return toTestRun(context, runner, order, await runReported(context, { cwd, argv, env }, order));
      },
      close: async () => undefined,
    };
  },
};
