import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLintTools, lintInCopy } from '../../src/apply/lint.ts';
import type { Diagnostic } from '../../src/check/report.ts';
import { newDiagnostics } from '../../src/check/verdict.ts';
import { compileInCopy } from '../../src/language/typescript/compile.ts';
import { findClass, normalisedLines } from '../../src/language/typescript/syntax.ts';
import { findCoverage } from '../../src/language/typescript/tsconfig.ts';
import { listFiles } from '../../src/repository/repository.ts';
import type { WorkingCopy } from '../../src/sandbox/sandbox.ts';
import { classFacts, copiedShare, countIgnores } from './class-facts.ts';
import { type HeldOutOptions, openHeldOut } from './held-out.ts';
import type { Prepared } from './prepare.ts';

export type ScoreOptions = HeldOutOptions;

/** What scoring decides about one text of the target file. */
export interface ClassScore {
  /** The repository's own compiler finds nothing that it does not find with the reference. */
  compiles: boolean;
  /** Codes of what it finds, one each time. */
  codes: number[];
  /** Denominators are the task's; a test that is missing has failed. */
  heldOut: { passed: number; total: number; failed: string[] };
  /** Compiles, every held-out test passed, and it is no copy of the reference. */
  solved: boolean;
  /** What made the run of the tests worthless: early exit, hang, changed tests, changed assertion library. */
  problems: string[];
  /** Share of the reference's normalised lines that the class has, 0 to 1. */
  copied: number;
  /** Why it is counted apart: 90 % or more of a reference of at least 20 lines. */
  disqualified: string | undefined;
  /** Of the class and, for comments, its whole file. */
  anys: number;
  ignores: number;
  /** Problems of the repository's own linter that the file did not have before. */
  lintFindings: number;
  /** Names of other files of the repository that the class uses. */
  symbols: string[];
  /** Set where nothing could be judged, and that is not the class's fault. */
  infrastructure: string | undefined;
}

const MOST_COPIED = 0.9;
const LEAST_LINES = 20;

/** Scores one text of the target file in a fresh copy with the held-out tests put back. Aborts reject. */
export async function scoreClass(
  prepared: Prepared,
  fileText: string,
  options: ScoreOptions,
): Promise<ClassScore> {
  const { task, reference } = prepared;
  const found = findClass(fileText, task.file, task.className);
  const classText = found ? fileText.slice(found.start, found.end) : '';
  const facts = classFacts(fileText, task.file, task.className, isOwnModule(prepared));
  const copied = copiedShare(reference.classText, classText);
  const isCopy = copied >= MOST_COPIED && normalisedLines(reference.classText).length >= LEAST_LINES;
  const heldOut = await openHeldOut(prepared, options);
  try {
    const { codes, failure } = await compileWith(prepared, heldOut.copy, fileText, options.signal);
    const lintFindings = await lint(prepared, heldOut.copy, fileText, options.signal);
    const { passed, total, failed, problems, infrastructure } = await heldOut.run(fileText);
    const compiles = codes.length === 0 && failure === undefined;
    return {
      compiles,
      codes,
      heldOut: { passed, total, failed },
      solved: compiles && failed.length === 0 && problems.length === 0 && !isCopy,
      problems,
      copied,
      disqualified: isCopy ? `copied: ${Math.round(copied * 100)} % of the reference's lines` : undefined,
      anys: facts?.anys ?? 0,
      ignores: countIgnores(fileText),
      lintFindings,
      symbols: facts?.symbols ?? [],
      infrastructure: infrastructure ?? (failure && isOurs(failure.kind) ? failure.message : undefined),
    };
  } finally {
    await heldOut.dispose();
  }
}

/** Relative modules and packages of the workspace. */
export function isOwnModule({ repository }: Pick<Prepared, 'repository'>): (module: string) => boolean {
  const names = repository.packages.flatMap(({ name }) => name ?? []);
  return (module) =>
    module.startsWith('.') || names.some((name) => module === name || module.startsWith(`${name}/`));
}

const isOurs = (kind: string) => kind === 'no-compiler' || kind === 'aborted';

/** Further projects that are compiled besides the class's own: those of files that name it. */
const MOST_PROJECTS = 4;

async function projectsOf({ root, repository, task }: Prepared): Promise<string[]> {
  const name = new RegExp(`\\b${task.className}\\b`);
  const naming = (await listFiles(repository)).filter(
    (file) =>
      /\.[cm]?tsx?$/.test(file) &&
      existsSync(join(root, file)) &&
      name.test(readFileSync(join(root, file), 'utf8')),
  );
  const configs = [task.file, ...naming].flatMap(
    (file) => findCoverage(root, join(root, file)).covering?.path ?? [],
  );
  return [...new Set(configs)].slice(0, MOST_PROJECTS);
}

/** Errors that stand there with the reference too, by project: asked for once. */
const standing = new WeakMap<Prepared, Map<string, Diagnostic[]>>();

/** What the repository's own compiler finds with the text, and did not find with the reference. */
async function compileWith(
  prepared: Prepared,
  copy: WorkingCopy,
  text: string,
  signal: AbortSignal | undefined,
) {
  const { task, repository, reference } = prepared;
  const found: Diagnostic[] = [];
  for (const tsconfig of await projectsOf(prepared)) {
    const request = { copy, repository, tsconfig, signal };
    await copy.write(task.file, text);
    const now = await compileInCopy(request);
    signal?.throwIfAborted();
    if (now.failure) return { codes: now.diagnostics.map(({ code }) => code), failure: now.failure };
    if (now.diagnostics.length === 0) continue;
    const known = standing.get(prepared) ?? new Map<string, Diagnostic[]>();
    standing.set(prepared, known);
    let before = known.get(tsconfig);
    if (before === undefined) {
      await copy.write(task.file, reference.fileText);
      const compiled = await compileInCopy(request);
      signal?.throwIfAborted();
      before = compiled.failure ? [] : compiled.diagnostics;
      known.set(tsconfig, before);
    }
    found.push(...newDiagnostics(before, now.diagnostics, task.file));
  }
  return { codes: found.map(({ code }) => code), failure: undefined };
}

async function lint(prepared: Prepared, copy: WorkingCopy, text: string, signal: AbortSignal | undefined) {
  const { repository, task, targetText } = prepared;
  const { linter } = await findLintTools(repository, task.file);
  if (!linter) return 0;
  const linted = await lintInCopy(copy, linter, { file: task.file, text, original: targetText }, signal);
  return linted.findings.length;
}
