import { basename, join, resolve } from 'node:path';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import { loadConfig } from '../config/config.ts';
import { DEFAULTS } from '../config/settings.ts';
import { usageError } from '../errors.ts';
import { type CheckReport, Submission } from '../loop/events.ts';
import { feedbackText } from '../loop/feedback.ts';
import type { Task } from '../loop/task.ts';
import { listFiles, openRepository, type Repository, toPosix, within } from '../repository/repository.ts';
import { openWorkbench } from '../workbench/open-workbench.ts';
import { folderOf } from './flags.ts';
import type { OwnFlags } from './tool-arguments.ts';

/** Runs a tool on the repository as it is, in the surroundings that a run would give it. */
export async function runByHand(
  found: Tool,
  input: Record<string, unknown>,
  own: OwnFlags,
): Promise<ToolResult> {
  const cwd = folderOf({ repo: own.repo, cwd: own.cwd });
  const { config } = loadConfig({
    cwd,
    env: process.env,
    flags: {
      ...(own.tests ? { tests: own.tests } : {}),
      ...(own['show-tests'] ? { showTests: true } : {}),
      ...(own['no-sandbox'] ? { sandbox: false } : {}),
    },
  });
  const repository = await openRepository({ cwd, targetFile: own.file ?? cwd });
  const file =
    own.file === undefined
      ? await anySource(repository, await listFiles(repository))
      : within(repository.root, resolve(cwd, own.file));
  if (file === undefined)
    throw usageError(
      'outside-repository',
      `${own.file} lies outside ${repository.root}.`,
      'Name a file inside it with --file.',
    );
  const task: Task = {
    className: own['class-name'] ?? basename(file).replace(/\.\w+$/, ''),
    file: toPosix(file),
    description: '',
    form: 'replace',
    tests: config.tests,
    context: [],
    // Runners are opened for the tools that judge a class alone.
    require: ['run-tests', 'submit-class'].includes(found.name) ? 'tests' : 'types',
    requireLint: false,
    showTests: config.showTests,
    ask: false,
    strategy: DEFAULTS.strategy,
    ...(config.testCommand ? { testCommand: config.testCommand } : {}),
  };
  const sandbox = config.sandbox ? 'bubblewrap' : 'none';
  const bench = openWorkbench({ repository, task, sandbox, testTimeoutMs: config.testTimeout * 1000 });
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await lastOf(bench.understand(controller.signal));
    // A tool's own `file` is given as on any command line, and means what it means to the model.
    const asked = own.file !== undefined && 'file' in input ? { ...input, file: task.file } : input;
    if (found.name !== 'submit-class') return await bench.callTool(found, asked, controller.signal);
    const { report } = await lastOf<{ report: CheckReport }>(
      bench.check(1, Submission.parse(input), controller.signal),
    );
    return { text: feedbackText(report), isError: !report.ok };
  } finally {
    await bench.close();
  }
}

/** Runs a step to its end for what it returns; by hand nobody follows its progress. */
async function lastOf<Returned>(step: AsyncGenerator<unknown, Returned>): Promise<Returned> {
  for (;;) {
    const { done, value } = await step.next();
    if (done) return value;
  }
}

/** Where no file is named, any source that a tsconfig covers will do: the question is about the repository. */
async function anySource({ root, target }: Repository, files: readonly string[]): Promise<string> {
  const inPackage = (path: string) => target.dir === '' || path.startsWith(`${target.dir}/`);
  const isOdd = (path: string) => /(test|spec|config)s?[./]|__|(^|\/)\./.test(path);
  const rank = (path: string) =>
    (inPackage(path) ? 0 : 4) + (isOdd(path) ? 2 : 0) + (/\bsrc\//.test(path) ? 0 : 1);
  const sources = files
    .filter((path) => /(?<!\.d)\.[cm]?tsx?$/.test(path))
    .toSorted((a, b) => rank(a) - rank(b));
  const { findCoverage } = await import('../language/typescript/tsconfig.ts');
  const covered = sources
    .slice(0, TRIED)
    .find((path) => findCoverage(root, join(root, path)).covering !== undefined);
  if (covered !== undefined) return covered;
  throw usageError(
    'no-source',
    `No TypeScript file that a tsconfig covers was found in ${root}.`,
    'Name one with --file <path>.',
  );
}

const TRIED = 50;
