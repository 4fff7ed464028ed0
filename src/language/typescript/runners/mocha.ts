import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { TestRun } from '../../../check/report.ts';
import type { RunnerContext, RunnerKind, RunOrder, TestRunner } from '../../../check/test-runner.ts';
import type { Repository } from '../../../repository/repository.ts';
import {
  commandIn,
  configIn,
  filesMatching,
  type Installed,
  inside,
  manifestKey,
  namePattern,
  reporterPath,
  requireInstalled,
  runReported,
  traces,
} from './common.ts';
import { literalsIn, pick } from './config-literals.ts';
import { pathMap, toTestRun } from './report.ts';
import { knownOptions } from './script.ts';

const CONFIG = ['cjs', 'js', 'mjs', 'yaml', 'yml', 'jsonc', 'json'].map(
  (extension) => `.mocharc.${extension}`,
);

const OPTIONS = {
  '-r': 'value',
  '--require': 'value',
  '--import': 'value',
  '--loader': 'value',
  '--experimental-*': 'switch',
  '--no-experimental-*': 'switch',
  '--conditions': 'value',
  '-C': 'value',
  '--extension': 'value',
  '--file': 'value',
  '-t': 'value',
  '--timeout': 'value',
  '-u': 'value',
  '--ui': 'value',
  '-n': 'value',
  '--node-option': 'value',
  '--exit': 'switch',
  '--check-leaks': 'switch',
  '--retries': 'value',
  '--config': 'skip-value',
  '-R': 'skip-value',
  '--reporter': 'skip-value',
  '--ignore': 'skip-value',
  '--spec': 'skip-value',
  '-g': 'skip-value',
  '--grep': 'skip-value',
  '-f': 'skip-value',
  '--fgrep': 'skip-value',
} as const;

const configOf = (repository: Repository, dir: string): string | undefined =>
  configIn(repository, dir, CONFIG) ??
  (manifestKey(repository, dir, 'mocha') === undefined ? undefined : posix.join(dir, 'package.json'));

/** Mocha adds the configured files to those it is given: this configuration is the repository's without them. */
function configWithoutFiles(mochaDir: string, host: string, config: string | undefined): string {
  const loader = ['config.cjs', 'config.js'].find((name) => existsSync(join(host, 'lib/cli', name)));
  return `
const { loadConfig, findConfig } = require(${JSON.stringify(`${mochaDir}/lib/cli/${loader}`)});
const { readFileSync } = require('node:fs');
const inPackage = () => {
  try { return JSON.parse(readFileSync('package.json', 'utf8')).mocha; } catch { return {}; }
};
const file = ${JSON.stringify(config)} ?? findConfig();
const own = { ...inPackage(), ...(file ? loadConfig(file) : {}) };
for (const name of ['spec', 'reporter', 'R', 'reporter-option', 'reporter-options', 'reporterOption', 'reporterOptions',
  'O', 'parallel', 'p', 'jobs', 'watch', 'w', 'dry-run', 'grep', 'g', 'fgrep', 'f', 'bail', 'b', 'sort', 'S'])
  delete own[name];
module.exports = own;
`;
}

async function list(repository: Repository, dir: string, config: string | undefined): Promise<string[]> {
  const command = commandIn(repository, dir, ({ program }) => program === 'mocha');
  const fromScript = command ? knownOptions(command.args, OPTIONS).positionals : [];
  const literals =
    config === undefined
      ? {}
      : config.endsWith('package.json')
        ? pick(manifestKey(repository, dir, 'mocha'), ['spec'])
        : await literalsIn(join(repository.root, config), ['spec']);
  const specs = [...fromScript, ...(literals.spec ?? [])].map((spec) =>
    spec.replace(/^\.\//, '').replace(/\/$/, ''),
  );
  if (specs.length === 0) specs.push('test');
  const globs = specs.flatMap((spec) =>
    /[*{?]|\.[cm]?[jt]sx?$/.test(spec) ? [spec] : [`${spec}/**/*.?([cm])[jt]s?(x)`],
  );
  return filesMatching(repository, dir, globs);
}

const exception = (text: string) =>
  /(?:Exception during run|Error while running tests?): *([\s\S]*)/i.exec(text)?.[1] ?? text;

/**
 * Mocha 8 to 12, files in the order given. One file that does not load keeps Mocha from running any: then each file
 * is run by itself.
 */
export const mocha: RunnerKind = {
  name: 'mocha',

  detect: async (repository, dir) => traces(repository, dir, 'mocha', configOf(repository, dir)),

  async open(context: RunnerContext, packageDir: string): Promise<TestRunner> {
    const { repository, copy } = context;
    const { version, bin, dir }: Installed = requireInstalled(repository, packageDir, 'mocha');
    const command = commandIn(repository, packageDir, ({ program }) => program === 'mocha');
    const script = command && knownOptions(command.args, OPTIONS);
    const options = script?.options ?? [];
    const text = configWithoutFiles(
      inside(context, dir),
      join(repository.root, dir),
      script?.value('--config'),
    );
    const config = `mocharc-${randomUUID()}.cjs`;
    await writeFile(join(copy.temp.host, config), text, { flag: 'wx' });
    const runner = { name: 'mocha', version, dir: packageDir };

    const runOnce = async (order: RunOrder): Promise<TestRun> => {
      const pattern = namePattern(order.ids);
      const argv = [
        ...['node', inside(context, bin), ...options],
        ...['--no-package', '--config', posix.join(copy.temp.inside, config)],
        // Shortened traces have paths that name no file for certain.
        ...['--no-parallel', '--full-trace', '--reporter', reporterPath('mocha')],
        ...(order.bail ? ['--bail'] : []),
        ...(pattern === undefined ? [] : ['--grep', pattern]),
        ...order.files.map((file) => inside(context, file)),
      ];
      const reported = await runReported(context, { cwd: packageDir, argv, env: command?.env ?? {} }, order);
      const run = toTestRun(context, runner, order, reported);
      const [file] = order.files;
      if (run.failure?.kind !== 'crash' || reported.lines.length > 0 || file === undefined) return run;
      // It ended before its first test: with a single file, that file is why.
      const { stdout, stderr } = reported.result;
      const error = pathMap(context)
        .text(exception(`${stdout}\n${stderr}`))
        .trim()
        .slice(0, 4_000);
      const { failure, ...rest } = run;
      return order.files.length === 1
        ? { ...rest, files: [{ file, loaded: false, error }] }
        : { ...rest, failure };
    };

    return {
      ...runner,
      list: () => list(repository, packageDir, configOf(repository, packageDir)),
      async run(order) {
        const until = performance.now() + order.timeoutMs;
        const whole = await runOnce(order);
        if (whole.failure?.kind !== 'crash' || order.files.length < 2 || whole.tests.length > 0) return whole;
        const runs: TestRun[] = [];
        for (const file of order.files)
          runs.push(
            await runOnce({ ...order, files: [file], timeoutMs: Math.max(1, until - performance.now()) }),
          );
        return joinRuns(whole, runs);
      },
      close: async () => undefined,
    };
  },
};

/** Runs of single files as one; the evidence stays that of the first command, with the counts of all. */
function joinRuns(whole: TestRun, runs: readonly TestRun[]): TestRun {
  const counts: Record<string, number> = {};
  for (const { evidence } of runs)
    for (const [name, count] of Object.entries(evidence.counts)) counts[name] = (counts[name] ?? 0) + count;
  const failure = runs.find((run) => run.failure)?.failure;
  return {
    files: runs.flatMap((run) => run.files),
    tests: runs.flatMap((run) => run.tests),
    ...(failure ? { failure } : {}),
    evidence: {
      ...whole.evidence,
      seconds: runs.reduce((sum, run) => sum + run.evidence.seconds, whole.evidence.seconds),
      counts,
    },
  };
}
