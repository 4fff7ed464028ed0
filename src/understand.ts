import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { hashFile } from './apply.ts';
import { findCoveringTests } from './check/covering.ts';
import type { Diagnostic } from './check/report.ts';
import { readTestFiles } from './check/test-files.ts';
import type { TestRunner } from './check/test-runner.ts';
import { countTests } from './check/test-titles.ts';
import type { TestGroup } from './check/tests.ts';
import type { CoveringTest } from './events.ts';
import { partBaseline } from './goals.ts';
import type { Ground } from './ground.ts';
import { type ModuleGraph, openModuleGraph } from './language/typescript/module-graph.ts';
import { openCommandRunner } from './language/typescript/runners/command.ts';
import { findRunner, openRunner } from './language/typescript/runners/index.ts';
import { openTypeScriptSession, type TypeScriptSession } from './language/typescript/session.ts';
import { listFiles, type Repository } from './repository.ts';
import { createWorkingCopy, type WorkingCopy } from './sandbox.ts';
import { openSearch } from './search.ts';
import type { Task } from './task.ts';
import { withholding } from './withheld.ts';
import type { Progress } from './workbench.ts';

/** Dependents that the overlay checks in each attempt; the repository's own compiler sees them all in the verdict. */
const MOST_DEPENDENTS = 150;

export interface UnderstandOptions {
  repository: Repository;
  task: Task;
  sandbox: 'bubblewrap' | 'none';
  /** For one run of the covering tests. */
  testTimeoutMs: number;
  signal: AbortSignal;
}

/**
 * Opens everything a run stands on, without running anything of the repository: its files, the language server on
 * the target, the working copy, the covering tests and what was wrong before the run began.
 */
export async function* understand(options: UnderstandOptions): AsyncGenerator<Progress, Ground> {
  const { repository, task, signal } = options;
  const { root } = repository;
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T>(thing: T, close: (thing: T) => Promise<void>): T => {
    opened.push({ close: () => close(thing) });
    return thing;
  };
  try {
    const onDisk = join(root, task.file);
    const [files, original, originalHash] = await Promise.all([
      listFiles(repository),
      readFile(onDisk, 'utf8').catch(() => undefined),
      hashFile(onDisk),
    ]);
    for (const note of repository.notes) yield { type: 'note', message: note };
    const graph = await openModuleGraph({
      root,
      packages: repository.packages,
      files,
      target: { file: task.file, className: task.className },
      signal,
    });
    const openLanguage = openTypeScriptSession({
      root,
      targetFile: task.file,
      className: task.className,
      repository,
      moduleGraph: async () => graph,
    }).then((language) => keep(language, (l) => l.close()));
    const openCopy = createWorkingCopy({ repository, sandbox: options.sandbox, signal }).then((copy) =>
      keep(copy, (c) => c.dispose()),
    );
    // Both have settled before anything is thrown, so that whatever was opened is closed.
    const [languageResult, copyResult] = await Promise.allSettled([openLanguage, openCopy]);
    if (languageResult.status === 'rejected') throw languageResult.reason;
    if (copyResult.status === 'rejected') throw copyResult.reason;
    const language = languageResult.value;
    const copy = copyResult.value;
    for (const note of language.project.notes) yield { type: 'note', message: note };

    const tests = await coverage({ repository, task, copy, graph, files });
    for (const { runner } of tests.groups) keep(runner, (r) => r.close());
    for (const { file, reason } of tests.excluded)
      yield { type: 'note', message: `Not a covering test: ${file}, it ${reason}.` };
    const covering = tests.covering.map((t) => t.file);
    const isWithheld = withholding(covering, task.showTests);
    const testFiles = await readTestFiles(copy, covering);
    const { files: dependents, notChecked } = await language.dependents();
    const nearest = dependents.slice(0, MOST_DEPENDENTS);
    const found = await errorsBefore(
      language,
      original === undefined ? nearest : [task.file, ...nearest],
      signal,
    );
    const { goals, baseline } = partBaseline(found, task, original);

    return {
      task,
      repository,
      original,
      originalHash,
      candidate: original,
      language,
      search: openSearch(root, isWithheld),
      copy,
      coveringTests: tests.covering,
      groups: tests.groups,
      testFiles,
      expectedTests: Object.fromEntries(
        covering.map((file) => [file, countTests(testFiles[file] ?? '', file)]),
      ),
      testTimeoutMs: options.testTimeoutMs,
      allowedPackages: allowedPackages(repository),
      pathPatterns: pathPatterns(language.project.options),
      siblings: await siblingsOf(root, task.file, files, isWithheld),
      dependents: nearest,
      // What runs as a test is judged by running it; a missing type check of it hides nothing.
      notChecked: notChecked.filter(({ what }) => !tests.listed.has(what)),
      baseline: Map.groupBy(baseline, (d) => d.file),
      goals,
      isWithheld,
      files,
      close: () => closeAll(opened),
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(opened: { close(): Promise<void> }[]): Promise<void> {
  for (const { close } of opened.splice(0).reverse()) await close();
}

interface Coverage {
  groups: TestGroup[];
  covering: CoveringTest[];
  excluded: CoveringTest[];
  /** Every file that a runner would run. */
  listed: Set<string>;
}

interface CoverageOptions {
  repository: Repository;
  task: Task;
  copy: WorkingCopy;
  graph: ModuleGraph;
  files: readonly string[];
}

/** The covering tests of the target's package and of every package with a file that reaches the class. */
async function coverage({ repository, task, copy, graph, files }: CoverageOptions): Promise<Coverage> {
  if (task.require === 'types') return { groups: [], covering: [], excluded: [], listed: new Set() };
  const runners = await openRunners(repository, task, copy, graph);
  const listed = await Promise.all(runners.map(async (runner) => ({ runner, files: await runner.list() })));
  const { tests, excluded } = findCoveringTests({
    repository,
    graph,
    className: task.className,
    targetFile: task.file,
    testGlobs: task.tests,
    runnerFiles: listed.flatMap((l) => l.files),
    files,
  });
  // A file that the user named and no runner lists goes to the target's own runner.
  const runnerOf = (file: string) => (listed.find((l) => l.files.includes(file)) ?? listed[0])?.runner;
  const byRunner = Map.groupBy(tests, (test) => runnerOf(test.file));
  const groups = [...byRunner].flatMap(([runner, own]) =>
    runner ? [{ runner, files: own.map((t) => t.file) }] : [],
  );
  for (const runner of runners) if (!groups.some((group) => group.runner === runner)) await runner.close();
  const covering = tests.map(({ file, reason }) => ({ file, reason }));
  const all = [...listed.flatMap((l) => l.files), ...covering.map((t) => t.file)];
  return { groups, covering, excluded, listed: new Set(all) };
}

/** The target's own runner first; a package without one is left out, unless it is the target's. */
async function openRunners(
  repository: Repository,
  task: Task,
  copy: WorkingCopy,
  graph: ModuleGraph,
): Promise<TestRunner[]> {
  const context = { repository, copy };
  const own = repository.target.dir;
  if (task.testCommand) return [await openCommandRunner(context, own, task.testCommand)];
  const packageOf = (file: string) =>
    repository.packages
      .filter(({ dir }) => dir === '' || file.startsWith(`${dir}/`))
      .reduce((deep, p) => (p.dir.length >= deep.length ? p.dir : deep), '');
  const dirs = new Set([own, ...graph.dependents().map(({ file }) => packageOf(file))]);
  const found = new Map<string, string>();
  for (const dir of dirs) {
    const runner = await findRunner(repository, dir);
    if (runner && !found.has(`${runner.kind.name} ${runner.dir}`))
      found.set(`${runner.kind.name} ${runner.dir}`, dir);
  }
  if (found.size === 0) return [await openRunner(context, own)];
  return await Promise.all([...found.values()].map((dir) => openRunner(context, dir)));
}

function allowedPackages({ target, packages }: Repository): string[] {
  const { dependencies, devDependencies, peerDependencies } = target.manifest;
  const root = packages.find((p) => p.dir === '')?.manifest;
  return [
    ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
    ...Object.keys({ ...root?.dependencies, ...root?.devDependencies }),
    ...(target.name === undefined ? [] : [target.name]),
  ];
}

const CompilerPaths = z.object({
  paths: z.record(z.string(), z.unknown()).optional(),
  baseUrl: z.string().optional(),
});

const pathPatterns = (options: Record<string, unknown>): string[] => {
  const { data } = CompilerPaths.safeParse(options);
  return Object.keys(data?.paths ?? {});
};

/** A few files beside the target: enough to see how its folder is written. */
async function siblingsOf(
  root: string,
  target: string,
  files: readonly string[],
  isWithheld: (file: string) => boolean,
) {
  const beside = files.filter(
    (file) =>
      dirname(file) === dirname(target) && file !== target && /\.[cm]?tsx?$/.test(file) && !isWithheld(file),
  );
  const texts = await Promise.all(
    beside.slice(0, 5).map(async (fileName) => {
      // A link to nothing has no style.
      const text = await readFile(join(root, fileName), 'utf8').catch(() => undefined);
      return text === undefined ? [] : [{ fileName, text }];
    }),
  );
  return texts.flat();
}

async function errorsBefore(
  language: TypeScriptSession,
  files: readonly string[],
  signal: AbortSignal,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const file of files) found.push(...(await language.diagnostics(file, signal)).diagnostics);
  return found;
}
