import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checksError, repositoryError } from '../../src/errors.ts';
import { findClass, removeClass } from '../../src/language/typescript/syntax.ts';
import { packageVersion } from '../../src/package-root.ts';
import { findGitRoot, readGit } from '../../src/repository/git.ts';
import { listFiles, openRepository, type Repository } from '../../src/repository/repository.ts';
import { copyFiles } from '../../src/sandbox/working-copy.ts';
import type { Perturbation } from '../run/schema.ts';
import { linkDependencies } from './dependencies.ts';
import { findReference, git, leaksIn, walk } from './leaks.ts';
import type { EvalTask } from './schema.ts';
import { findSource } from './source.ts';
import { keepTests } from './split.ts';
import { isTestFile } from './test-file.ts';

export interface PrepareOptions {
  /** Absolute folder to make; the repository lies in it afterwards, in a folder of the name that it has. */
  folder: string;
  /** Changes the repository before the class is taken out. */
  perturb?: { perturbation: Perturbation; apply: Perturb };
  signal?: AbortSignal;
}

/**
 * Meaning-preserving change of the whole source tree: gets the texts of files by repository-relative path, gives
 * those that change (and the task, where names of it change).
 */
export type Perturb = (input: {
  task: EvalTask;
  files: ReadonlyMap<string, string>;
  perturbation: Perturbation;
}) => { task: EvalTask; changed: ReadonlyMap<string, string> };

export interface Reference {
  /** The whole target file with the class. */
  fileText: string;
  /** The class's statement, its documentation apart. */
  classText: string;
}

/** A task as a model meets it: a repository without the class, its held-out tests and anything that tells of them. */
export interface Prepared {
  task: EvalTask;
  /** Absolute path of the repository; it is a git repository with one commit. Samples only read it. */
  root: string;
  repository: Repository;
  reference: Reference;
  /** The target file as it stands there; undefined where the class was all that it held. */
  targetText: string | undefined;
  /** Visible test files, repository-relative: `task.tests` of the loop. */
  visibleFiles: readonly string[];
  /** Whole texts of the test files that scoring puts back, by path. */
  heldOutTexts: Readonly<Record<string, string>>;
  /** Absolute folders that no program in the sandbox may see: `hidden` of `createWorkingCopy`. */
  hidden: readonly string[];
  /** Files that were taken away: further tests that name the class, output and recordings that hold it. */
  removed: readonly string[];
}

/**
 * Makes the task's repository in `folder`: its own files, dependencies by hard links, the class and its held-out tests
 * taken out, a fresh git history. Throws `ClasswrightError` (checks) where something of the reference leaks.
 */
export async function prepareTask(given: EvalTask, options: PrepareOptions): Promise<Prepared> {
  const { folder, perturb, signal } = options;
  const source = findSource(given);
  const root = join(folder, basename(source.sources));
  if (existsSync(root))
    throw checksError(
      'folder-in-use',
      `${root} exists already.`,
      'Prepare each task in a folder of its own.',
    );
  mkdirSync(root, { recursive: true });
  const files = await sourceFiles(source.sources, given);
  await copyFiles({ root: source.sources, to: root, files, relocated: true, signal });
  const tree = openTree(root, files);
  const task = perturb ? perturbed(tree, given, perturb) : given;

  const fileText = tree.read(task.file);
  const found = fileText === undefined ? undefined : findClass(fileText, task.file, task.className);
  if (fileText === undefined || !found)
    throw repositoryError(
      'no-reference',
      `${task.id}: there is no class ${task.className} in ${task.file} of the repository.`,
      'Mend the task, or take the commit that it was made for.',
    );
  const reference = { fileText, classText: fileText.slice(found.start, found.end) };
  const heldOutTexts = takeHeldOut(tree, task);
  const without = removeClass(fileText, task.file, task.className);
  tree.write(task.file, without === '' ? undefined : without);
  const removed = removeOthers(tree, task, reference);

  const workspace = await openRepository({ cwd: root, targetFile: join(root, task.file) });
  const names = new Set(workspace.packages.flatMap(({ name }) => name ?? []));
  linkDependencies({ from: source.dependencies, to: root, leaveOut: names });
  await commit(root);
  const prepared: Prepared = {
    task,
    root,
    repository: await openRepository({ cwd: root, targetFile: join(root, task.file) }),
    reference,
    targetText: without === '' ? undefined : without,
    visibleFiles: task.visible.map(({ file }) => file),
    heldOutTexts,
    hidden: source.hidden,
    removed,
  };
  const [leak, ...more] = await leaksIn(prepared);
  if (leak)
    throw checksError(
      'reference-leaks',
      `${task.id} leaks (${more.length + 1} times): ${leak.where}: ${leak.detail.replaceAll('\n', ' ⏎ ')}`,
      'The task cannot be used so: hold that file out, or choose another class.',
    );
  return prepared;
}

/** Repository-relative files: what git lists where it holds the repository, everything but caches otherwise. */
async function sourceFiles(root: string, task: EvalTask): Promise<string[]> {
  // What was fetched holds nothing but the commit's files, and no history.
  if (task.source.kind !== 'shipped' && task.source.commit !== undefined) return [...walk(root)];
  const holder = findGitRoot(root);
  const usable = holder !== undefined && (await readGit(holder)).usable;
  if (holder === undefined || !usable) return [...walk(root)];
  const repository = await openRepository({ cwd: root, targetFile: join(root, task.file) });
  const prefix = root === repository.root ? '' : `${root.slice(repository.root.length + 1)}/`;
  const listed = await listFiles(repository);
  return listed.flatMap((file) => (file.startsWith(prefix) ? [file.slice(prefix.length)] : []));
}

interface Tree {
  /** Repository-relative paths, in order. */
  files: ReadonlySet<string>;
  read(file: string): string | undefined;
  /** Undefined takes the file away. */
  write(file: string, text: string | undefined): void;
}

function openTree(root: string, listed: readonly string[]): Tree {
  const files = new Set(listed.filter((file) => existsSync(join(root, file))));
  return {
    files,
    read: (file) => (files.has(file) ? readFileSync(join(root, file), 'utf8') : undefined),
    write(file, text) {
      if (text === undefined) {
        rmSync(join(root, file), { force: true });
        files.delete(file);
        return;
      }
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
      files.add(file);
    },
  };
}

const SOURCE = /\.[cm]?tsx?$/;

function perturbed(
  tree: Tree,
  task: EvalTask,
  { apply, perturbation }: NonNullable<PrepareOptions['perturb']>,
) {
  const sources = [...tree.files].filter((file) => SOURCE.test(file));
  const files = new Map(sources.map((file) => [file, tree.read(file) ?? '']));
  const result = apply({ task, files, perturbation });
  for (const [file, text] of result.changed) tree.write(file, text);
  return result.task;
}

/** Takes held-out tests out of the tree, and gives the whole files that scoring puts back. */
function takeHeldOut(tree: Tree, task: EvalTask): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { file, ids } of task.heldOut) {
    const text = tree.read(file);
    if (text === undefined)
      throw repositoryError('no-test-file', `${task.id}: there is no test file ${file}.`, 'Mend the task.');
    texts[file] = text;
    const visible = task.visible.find((set) => set.file === file)?.ids ?? [];
    const snapshot = join(dirname(file), '__snapshots__', `${basename(file)}.snap`);
    if (tree.files.has(snapshot)) {
      if (visible.length > 0)
        throw checksError(
          'snapshot-not-split',
          `${task.id}: ${file} has stored snapshots, which tell of its held-out tests.`,
          'Split its tests by file.',
        );
      texts[snapshot] = tree.read(snapshot) ?? '';
      tree.write(snapshot, undefined);
    }
    const kept =
      visible.length > 0
        ? keepTests(text, file, { keep: new Set(visible), all: [...visible, ...ids] })
        : undefined;
    tree.write(file, kept);
  }
  return texts;
}

/** What may hold the reference and is no source: output, recordings, documents. */
const NO_SOURCE =
  /(?:^|\/)(?:dist|build|out|lib|esm|cjs|coverage)\/|\.(?:d\.[cm]?ts|map|[cm]?js|jsonl?|snap|md|txt|html|log|patch|diff)$/;

/** Takes away further tests that name the class, and files that are no sources and hold it. */
function removeOthers(tree: Tree, task: EvalTask, { classText }: Reference): string[] {
  const visible = new Set(task.visible.map(({ file }) => file));
  const name = new RegExp(`\\b${task.className}\\b`);
  const removed: string[] = [];
  const find = findReference(classText);
  for (const file of [...tree.files]) {
    if (visible.has(file)) continue;
    const text = tree.read(file) ?? '';
    const isOther = name.test(text) && (isTestFile(file, text) || file.endsWith('.snap'));
    const isOutput = NO_SOURCE.test(file) && (find(text) ?? find(text.replaceAll('\\n', '\n'))) !== undefined;
    if (!isOther && !isOutput) continue;
    tree.write(file, undefined);
    removed.push(file);
  }
  return removed;
}

/** A repository of its own, as a user's would be, whose history holds nothing but what stands there. */
async function commit(root: string): Promise<void> {
  const steps = [
    ['init', '-q', '-b', 'main'],
    ['config', 'core.excludesFile', '/dev/null'],
    ['add', '-A', '--', '.', ':(exclude,glob)**/node_modules/**'],
    [
      ...[
        '-c',
        'user.name=Classwright',
        '-c',
        'user.email=classwright@example.com',
        '-c',
        'commit.gpgsign=false',
      ],
      ...['commit', '-q', '--no-verify', '-m', `Prepared by Classwright ${packageVersion}`],
    ],
  ];
  for (const args of steps) {
    if (args[0] === 'add') {
      mkdirSync(join(root, '.git/info'), { recursive: true });
      writeFileSync(join(root, '.git/info/exclude'), 'node_modules\n');
    }
    if ((await git(root, args)) === undefined)
      throw checksError('git-failed', `git ${args[0]} failed in ${root}.`, 'Install git.');
  }
}
