import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { hashFile } from '../apply/apply.ts';
import { type NotChecked, together, unseen } from '../check/not-checked.ts';
import { readTestFiles } from '../check/test-files.ts';
import { countTests } from '../check/test-titles.ts';
import { openModuleGraph } from '../language/typescript/module-graph.ts';
import type { Task } from '../loop/task.ts';
import type { Progress } from '../loop/workbench.ts';
import { listFiles, type Repository } from '../repository/repository.ts';
import { withholding } from '../retrieve/withheld.ts';
import { createWorkingCopy } from '../sandbox/sandbox.ts';
import type { Snapshot } from '../sandbox/snapshot.ts';
import { openSearch } from '../search.ts';
import { type Coverage, coverage } from './coverage.ts';
import type { Ground } from './ground.ts';
import { openView } from './view.ts';

/** Tests that are told one by one why they do not count. */
const MOST_TOLD = 8;

export interface UnderstandOptions {
  repository: Repository;
  task: Task;
  sandbox: 'bubblewrap' | 'none';
  /** For one run of the covering tests. */
  testTimeoutMs: number;
  /** Absolute folders that no program of the run may see. */
  hidden?: readonly string[];
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
    const graph = await openModuleGraph({
      root,
      packages: repository.packages,
      files,
      target: { file: task.file, className: task.className },
      signal,
    });
    const openLanguage = openView({ repository, task, graph, files, original, signal }).then((view) =>
      keep(view, ({ language }) => language.close()),
    );
    const openCopy = createWorkingCopy({
      repository,
      sandbox: options.sandbox,
      signal,
      hidden: options.hidden ?? [],
    }).then((copy) => keep(copy, (c) => c.dispose()));
    // Both have settled before anything is thrown, so that whatever was opened is closed.
    const [languageResult, copyResult] = await Promise.allSettled([openLanguage, openCopy]);
    if (languageResult.status === 'rejected') throw languageResult.reason;
    if (copyResult.status === 'rejected') throw copyResult.reason;
    const copy = copyResult.value;
    const { language, dependents, goals, baseline, ...view } = languageResult.value;
    for (const note of view.notes) yield { type: 'note', message: note };
    const tests = await coverage({ repository, task, copy, graph, files });
    for (const { runner } of tests.groups) keep(runner, (r) => r.close());
    for (const message of leftOut(tests)) yield { type: 'note', message };
    const covering = tests.covering.map((t) => t.file);
    const reaching = new Set(graph.dependents().map(({ file }) => file));
    const { dir } = repository.target;
    const isNear = (file: string) => Number(dir === '' || file.startsWith(`${dir}/`));
    const isWithheld = withholding({ coveringTests: covering, reaching, showTests: task.showTests });
    const testFiles = await readTestFiles(copy, covering);

    return {
      task,
      repository,
      original,
      originalHash,
      candidate: original,
      language,
      search: openSearch(root, isWithheld),
      copy,
      hidden: options.hidden ?? [],
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
      dependents,
      users: graph
        .dependents()
        .toSorted((a, b) => a.distance - b.distance || isNear(b.file) - isNear(a.file))
        .map(({ file }) => file),
      // What runs as a test is judged by running it; a missing type check of it hides nothing.
      late: view.late.filter(({ file }) => !tests.listed.has(file)),
      notChecked: together([
        ...view.notChecked.filter(({ what }) => !tests.listed.has(what)),
        ...(await unreadable(root, files, copy.snapshot)),
      ]),
      openAnother: view.openAnother,
      baseline: Map.groupBy(baseline, (d) => d.file),
      goals,
      isWithheld,
      isDependent: (file) => reaching.has(file),
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

/** Sources that this user may not read: whether they depend on the class, nobody can say. */
async function unreadable(root: string, files: readonly string[], seen: Snapshot): Promise<NotChecked[]> {
  const missing = files.filter(
    (file) => /\.([cm]?tsx?|vue|svelte|astro)$/.test(file) && !seen.files.has(file),
  );
  const found = await Promise.all(
    missing.map(async (file) => {
      const error: unknown = await access(join(root, file), constants.R_OK).catch((e: unknown) => e);
      const isDenied = error instanceof Error && 'code' in error && error.code === 'EACCES';
      return isDenied ? [unseen(file, 'it cannot be read: permission denied', true)] : [];
    }),
  );
  return found.flat();
}

/** Tests that stay out, told one by one, of each reason the first few. */
function leftOut({ excluded, uninstalled }: Coverage): string[] {
  const told = excluded
    .slice(0, MOST_TOLD)
    .map(({ file, reason }) => `Not a covering test: ${file}, it ${reason}.`);
  if (excluded.length > told.length)
    told.push(`Not covering tests either: ${excluded.length - told.length} more.`);
  const [first, ...others] = uninstalled;
  if (first !== undefined)
    told.push(
      `Tests of ${first}${others.length > 0 ? ` and ${others.length} more packages` : ''} are left out: dependencies are not installed.`,
    );
  return told;
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
