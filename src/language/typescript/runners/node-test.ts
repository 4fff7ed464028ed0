import { posix } from 'node:path';
import type { RunnerContext, RunnerKind, TestRunner } from '../../../check/test-runner.ts';
import { repositoryError } from '../../../errors.ts';
import type { Repository } from '../../../repository/repository.ts';
import { commandIn, filesMatching, namePattern, reporterPath, runReported, testName } from './common.ts';
import { toTestRun } from './report.ts';
import { knownOptions, type ScriptCommand } from './script.ts';

const DEFAULT_GLOBS = [
  '**/*.{test,spec}.?([cm])[jt]s',
  '**/*[-_]test.?([cm])[jt]s',
  '**/test-*.?([cm])[jt]s',
  '**/test.?([cm])[jt]s',
  '**/test/**/*.?([cm])[jt]s',
];

const BUILT = /^(?:\.\/)?(?:dist|build|out|lib|\.[\w-]*build[\w-]*)\//;

/** Node's own options that decide how modules load. */
const OPTIONS = {
  '--import': 'value',
  '-r': 'value',
  '--require': 'value',
  '--loader': 'value',
  '--experimental-loader': 'value',
  '--experimental-test-coverage': 'skip-value',
  '--experimental-*': 'switch',
  '--no-experimental-*': 'switch',
  '-C': 'value',
  '--conditions': 'value',
  '--env-file': 'value',
  '--enable-source-maps': 'switch',
  '--disable-warning': 'value',
  '--no-warnings': 'switch',
  '--test-isolation': 'value',
  '--test-force-exit': 'switch',
  '--tsconfig': 'value',
  '--test-reporter': 'skip-value',
  '--test-reporter-destination': 'skip-value',
  '--test-name-pattern': 'skip-value',
} as const;

const isTestCommand = ({ program, args }: ScriptCommand) =>
  (program === 'node' || program === 'tsx') && args.some((arg) => arg === '--test');

const commandOf = (repository: Repository, dir: string) => commandIn(repository, dir, isTestCommand);

/** Options for Node, and the environment: `tsx` is Node with a loader. */
function invocation(command: ScriptCommand | undefined) {
  if (!command) return { options: [], env: {}, positionals: [] };
  const { options, positionals, value } = knownOptions(command.args, OPTIONS);
  if (command.program === 'node') return { options, env: command.env, positionals };
  const tsconfig = value('--tsconfig');
  const own = options.filter(
    (option, at) => !option.startsWith('--tsconfig') && options[at - 1] !== '--tsconfig',
  );
  const env = tsconfig === undefined ? command.env : { ...command.env, TSX_TSCONFIG_PATH: tsconfig };
  return { options: ['--import', 'tsx', ...own], env, positionals };
}

/**
 * node:test of the Node that runs Classwright (20 or later), with the loaders of the package's test script. A file
 * that ends early reports nothing at all, which Node counts as passed: here it did not load.
 */
export const nodeTest: RunnerKind = {
  name: 'node:test',

  async detect(repository, dir) {
    const command = commandOf(repository, dir);
    if (!command) return undefined;
    const why = `the script "${command.script}" runs ${command.program} --test`;
    return { version: process.versions.node, why, strength: 3 };
  },

  async open(context: RunnerContext, packageDir: string): Promise<TestRunner> {
    const { repository } = context;
    const command = commandOf(repository, packageDir);
    const { options, env, positionals } = invocation(command);
    if (positionals.length > 0 && positionals.every((path) => BUILT.test(path)))
      throw repositoryError(
        'tests-run-built-output',
        `The tests of ${packageDir === '' ? 'the repository' : packageDir} run from built output (${positionals.join(' ')}), which cannot judge a class that is not built yet.`,
        'Give --test-command with a command that builds and tests, or run the sources (node --import tsx --test).',
      );
    const runner = { name: 'node:test', version: process.versions.node, dir: packageDir };
    return {
      ...runner,
      list: () => filesMatching(repository, packageDir, positionals.length > 0 ? positionals : DEFAULT_GLOBS),
      async run(order) {
        // A subtest runs only where the tests around it do.
        const outermost = order.ids?.map((id) => `: > ${testName(id).split(' > ')[0]}`);
        const pattern = order.ids && namePattern([...order.ids, ...(outermost ?? [])]);
        const argv = [
          ...['node', ...options, '--test', `--test-reporter=${reporterPath('node-test')}`],
          '--test-reporter-destination=stdout',
          ...(pattern === undefined ? [] : [`--test-name-pattern=/${pattern.replaceAll('/', '\\/')}/`]),
          ...order.files.map((file) => posix.relative(packageDir, file)),
        ];
        const reported = await runReported(context, { cwd: packageDir, argv, env }, order);
        const run = toTestRun(context, runner, order, reported);
        const silent = run.files.find(({ error }) => error === SILENT);
        if (run.failure || !silent) return run;
        const message = `${silent.file} ended without reporting a test: it has none, or it ended early (process.exit?).`;
        return { ...run, failure: { kind: 'early-exit', message } };
      },
      close: async () => undefined,
    };
  },
};

/** What the reporter says of a file that passed as a whole. */
const SILENT = 'The file ended without reporting a test.';
