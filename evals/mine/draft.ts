import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { parse, ts } from '../../src/language/typescript/ast.ts';
import { findClass } from '../../src/language/typescript/syntax.ts';
import { type HeldOut, openHeldOut } from '../task/held-out.ts';
import { prepareTask } from '../task/prepare.ts';
import type { EvalTask, Source } from '../task/schema.ts';
import { isOwnModule } from '../task/score.ts';
import { findSource } from '../task/source.ts';
import type { Candidate } from './candidates.ts';
import { divideTests, type TestFile } from './divide.ts';

export interface DraftOptions {
  source: Source;
  /** First part of the id. */
  name: string;
  seed: number;
  /** Absolute folder for the prepared repository; it is removed again. */
  folder: string;
  sandbox: 'bubblewrap' | 'none';
  signal?: AbortSignal;
}

/** Test files whose tests are run and parted. */
const MOST_FILES = 3;
/** So many tests of the nearest files are enough. */
const ENOUGH_TESTS = 40;

const NOT_DESCRIBED = { text: '', by: '' };

/** A task without descriptions, from what its tests do with the class and without it; or why there can be none. */
export async function draftTask(candidate: Candidate, options: DraftOptions): Promise<EvalTask | string> {
  const { source, name, folder, seed } = options;
  const { file, className, packageDir, facts } = candidate;
  const files = nearest(candidate);
  const task: EvalTask = {
    schemaVersion: 1,
    id: `${name}/${className}`,
    source,
    packageDir,
    file,
    className,
    runner: '',
    visible: [],
    heldOut: files.map((test) => ({ file: test, ids: [] })),
    descriptions: { detailed: NOT_DESCRIBED, sketchy: NOT_DESCRIBED },
    level: 'standalone',
    reference: { lines: facts.lines, members: facts.members, symbols: facts.symbols },
    notes: candidate.clones.map((clone) => `Much like ${clone}, which stays where it is.`),
  };
  const { sources } = findSource(task);
  const path = posix.join(sources, file);
  task.level = levelOf(readFileSync(path, 'utf8'), candidate);
  try {
    const prepared = await prepareTask(task, options);
    if (levelOf(prepared.reference.fileText, candidate, isOwnModule(prepared)) === 'project')
      task.level = 'project';
    const heldOut = await openHeldOut(prepared, options);
    try {
      task.runner = heldOut.groups[0]?.runner.name ?? '';
      const reference = await testsIn(heldOut, task.file, prepared.reference.fileText, prepared.heldOutTexts);
      const without = await testsIn(heldOut, task.file, prepared.targetText, prepared.heldOutTexts);
      const needing = files.map(
        (test): TestFile => ({
          file: test,
          text: prepared.heldOutTexts[test] ?? '',
          ids: [...reference].filter((id) => id.startsWith(`${test} > `) && !without.has(id)),
          hasSnapshots: existsSync(posix.join(sources, snapshotOf(test))),
        }),
      );
      const found = findClass(prepared.reference.fileText, file, className);
      const members = new Set(found?.members.map((member) => member.name));
      const divided = divideTests(enough(needing), members, seed, task.id);
      return typeof divided === 'string' ? divided : { ...task, ...divided };
    } finally {
      await heldOut.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const snapshotOf = (test: string) =>
  posix.join(posix.dirname(test), '__snapshots__', `${posix.basename(test)}.snap`);

/** Those named like the class's file or the class first, then those that come to it on the shortest way. */
function nearest({ tests, file, className }: Candidate): string[] {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const names = [plain(posix.basename(file).replace(/\..*$/, '')), plain(className)];
  const isNamed = (test: string) => names.includes(plain(posix.basename(test).replace(/\..*$/, '')));
  const best = tests.filter((test) => isNamed(test.file));
  const [first] = tests;
  const rest = tests.filter((test) => !best.includes(test) && test.distance === first?.distance);
  return [...best, ...rest].slice(0, MOST_FILES).map((test) => test.file);
}

function enough(files: readonly TestFile[]): TestFile[] {
  const taken: TestFile[] = [];
  for (const file of files)
    if (taken.flatMap(({ ids }) => ids).length < ENOUGH_TESTS && file.ids.length > 0) taken.push(file);
  return taken;
}

/** Ids of tests that pass, those apart that a file reports twice. */
async function testsIn(
  { copy, groups }: HeldOut,
  file: string,
  text: string | undefined,
  texts: Readonly<Record<string, string>>,
): Promise<Set<string>> {
  if (text === undefined) await copy.remove(file);
  else await copy.write(file, text);
  for (const [test, original] of Object.entries(texts)) await copy.write(test, original);
  const passed = new Set<string>();
  for (const { runner, files } of groups) {
    const run = await runner.run({ files, timeoutMs: 120_000 });
    const twice = new Set(run.tests.flatMap(({ id }) => (/ #2$/.test(id) ? [id.slice(0, -3)] : [])));
    for (const { id, status } of run.tests)
      if (status === 'passed' && !twice.has(id.replace(/ #\d+$/, ''))) passed.add(id);
  }
  return passed;
}

/** The widest that the class takes something from. */
function levelOf(
  text: string,
  { file, className, facts }: Candidate,
  isOwn: (module: string) => boolean = (module) => module.startsWith('.'),
): EvalTask['level'] {
  const found = findClass(text, file, className);
  const used = new Set(text.slice(found?.start, found?.end).match(/[A-Za-z_$][\w$]*/g));
  let level: EvalTask['level'] = facts.packages.length > 0 ? 'third-party' : 'standalone';
  const widen = (to: EvalTask['level'], from: readonly EvalTask['level'][]) => {
    if (from.includes(level)) level = to;
  };
  for (const statement of parse(text, file).statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const module = statement.moduleSpecifier.text;
      const names = statement.importClause?.getText().match(/[A-Za-z_$][\w$]*/g) ?? [];
      if (!names.some((name) => used.has(name)) || !isOwn(module)) continue;
      if (module.startsWith('.')) widen('package', ['standalone', 'file']);
      else level = 'project';
    } else if ('name' in statement && named(statement) !== className && used.has(named(statement) ?? ''))
      widen('file', ['standalone']);
  }
  return level;
}

const named = (statement: ts.Statement): string | undefined =>
  'name' in statement && statement.name && typeof statement.name === 'object' && 'text' in statement.name
    ? String(statement.name.text)
    : undefined;
