import { findCoveringTests } from '../check/covering.ts';
import type { TestRunner } from '../check/test-runner.ts';
import type { TestGroup } from '../check/tests.ts';
import type { ModuleGraph } from '../language/typescript/module-graph.ts';
import { openCommandRunner } from '../language/typescript/runners/command.ts';
import { findRunner, openRunner } from '../language/typescript/runners/index.ts';
import type { CoveringTest } from '../loop/events.ts';
import type { Task } from '../loop/task.ts';
import { isUninstalled, packageOf, type Repository } from '../repository/repository.ts';
import type { WorkingCopy } from '../sandbox/sandbox.ts';

export interface Coverage {
  groups: TestGroup[];
  covering: CoveringTest[];
  excluded: CoveringTest[];
  /** Packages that reach the class and whose tests cannot run, for want of their dependencies. */
  uninstalled: string[];
  /** Every file that a runner would run. */
  listed: Set<string>;
}

export interface CoverageOptions {
  repository: Repository;
  task: Task;
  copy: WorkingCopy;
  graph: ModuleGraph;
  files: readonly string[];
}

/** The covering tests of the target's package and of every package with a file that reaches the class. */
export async function coverage({ repository, task, copy, graph, files }: CoverageOptions): Promise<Coverage> {
  if (task.require === 'types')
    return { groups: [], covering: [], excluded: [], uninstalled: [], listed: new Set() };
  const packages = reachingPackages(repository, graph);
  const uninstalled = packages.filter((dir) => isUninstalled(repository, `${dir}/`));
  const runners = await openRunners(
    { repository, copy },
    task,
    packages.filter((dir) => !uninstalled.includes(dir)),
  );
  const listed = await Promise.all(
    runners.map(async (runner) => ({
      runner,
      files: (await runner.list()).filter(
        (file) => !uninstalled.includes(packageOf(repository, file)?.dir ?? ''),
      ),
    })),
  );
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
  return { groups, covering, excluded, uninstalled, listed: new Set(all) };
}

/** Folders of the packages with files that reach the class, the target's own first. */
const reachingPackages = (repository: Repository, graph: ModuleGraph): string[] => [
  ...new Set([
    repository.target.dir,
    ...graph.dependents().map(({ file }) => packageOf(repository, file)?.dir ?? ''),
  ]),
];

/** The target's own runner first; a package without one is left out, unless it is the target's. */
async function openRunners(
  context: { repository: Repository; copy: WorkingCopy },
  task: Task,
  dirs: readonly string[],
): Promise<TestRunner[]> {
  const own = context.repository.target.dir;
  if (task.testCommand) return [await openCommandRunner(context, own, task.testCommand)];
  const found = new Map<string, string>();
  for (const dir of dirs) {
    const runner = await findRunner(context.repository, dir);
    if (runner && !found.has(`${runner.kind.name} ${runner.dir}`))
      found.set(`${runner.kind.name} ${runner.dir}`, dir);
  }
  if (found.size === 0) return [await openRunner(context, own)];
  return await Promise.all([...found.values()].map((dir) => openRunner(context, dir)));
}
