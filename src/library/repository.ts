import { resolve } from 'node:path';
import type { ToolResult } from '../../tools/tool.ts';
import type { NotChecked } from '../check/not-checked.ts';
import type { ExplainedDiagnostic } from '../check/report.ts';
import { namedFiles, requireChecked, stagedQuestion, workTreeQuestion } from '../check-files/changes.ts';
import type { Checker } from '../check-files/checker.ts';
import { usageError } from '../errors.ts';
import { isSource } from '../language/typescript/source-files.ts';
import { checkDependencies, openRepository as findRepository } from '../repository/repository.ts';

/** What a check found. Paths are relative to the repository's root. */
export interface CheckResult {
  /** No new errors, and every file that was asked about was checked. */
  ok: boolean;
  /** Files that were asked about and checked. */
  files: string[];
  /** Files that depend on them, checked too. */
  dependents: string[];
  /** Errors that the baseline does not have, each with its source line and what settles it. */
  diagnostics: ExplainedDiagnostic[];
  /** Errors of these files that were there before. */
  standing: number;
  /** What was not checked, and why. */
  notChecked: NotChecked[];
  /** Texts with what needs no mind mended, where `fix` was asked for; nothing is written. */
  mended: { file: string; text: string; repairs: string[] }[];
  seconds: number;
}

/** Text that is not on disk, to be checked as if it were. */
export interface Candidate {
  /** Relative to the folder that the repository was opened from, or absolute; it need not exist. */
  file: string;
  text: string;
  /** Mend what needs no mind first (default: false). */
  fix?: boolean;
  signal?: AbortSignal;
}

/** What of the work tree is checked, and against which baseline. */
export interface ChangesToCheck {
  /** Files or folders; what changed where none is named. */
  files?: string[];
  /** The index instead of the files on disk (default: false). */
  staged?: boolean;
  /** Commit to compare with (default: HEAD). */
  since?: string;
  /** Errors that were there before count as well (default: false). */
  all?: boolean;
  fix?: boolean;
  signal?: AbortSignal;
}

/** A repository with its language server, which starts with the first question and stays warm. Close it in the end. */
export interface OpenedRepository extends AsyncDisposable {
  /** Absolute real path. */
  readonly root: string;
  /** Type-checks a text in place of a file, against the file on disk; the files that depend on it too. */
  checkCandidate(candidate: Candidate): Promise<CheckResult>;
  /** Type-checks what changed: what `classwright check` does. */
  check(changes?: ChangesToCheck): Promise<CheckResult>;
  /**
   * Asks one of the look-ups that the model has (`type-info`, `references` …), seen from `file`. Its answer is text
   * for a reader; `isError` where the question was wrong.
   */
  tool(
    name: string,
    input: Record<string, unknown>,
    options: { file: string; signal?: AbortSignal },
  ): Promise<ToolResult>;
  close(): Promise<void>;
}

/**
 * Opens the repository that holds a folder. Nothing of it is run.
 *
 * @throws ClasswrightError of kind `repository` where its dependencies are missing or it cannot be read.
 */
export async function openRepository(options: { cwd?: string } = {}): Promise<OpenedRepository> {
  const cwd = resolve(options.cwd ?? '.');
  const repository = await findRepository({ cwd, targetFile: cwd });
  checkDependencies(repository);
  // Loaded with the first repository: the engine is large, and whoever reads a schema alone does without.
  const { openChecker } = await import('../check-files/checker.ts');
  return opened(cwd, openChecker(repository));
}

/** The same over a checker that somebody holds already. */
export function opened(cwd: string, checker: Checker): OpenedRepository {
  const { repository, read } = checker;
  const fileOf = async (file: string): Promise<string> => {
    const [found = ''] = await namedFiles(repository, cwd, [file]);
    if (isSource(found)) return found;
    throw usageError(
      'no-typescript',
      `${file} is no TypeScript file.`,
      'Name a .ts, .tsx, .mts or .cts file.',
    );
  };
  const checked = async (request: Parameters<Checker['check']>[0]): Promise<CheckResult> => {
    const report = await checker.check(request);
    requireChecked(request.files ?? [], report.files, report.notChecked);
    const { diagnostics, notChecked } = report;
    return { ...report, ok: diagnostics.length === 0 && !notChecked.some(({ bars }) => bars) };
  };
  const close = () => checker.close();
  return {
    root: repository.root,
    async checkCandidate({ file, text, fix, signal }) {
      const target = await fileOf(file);
      const changes = [{ file: target, before: read(target), now: text }];
      return await checked({ changes, files: [target], fix, signal });
    },
    async check({ files, staged = false, since, all, fix, signal } = {}) {
      const asked = { files: files && (await namedFiles(repository, cwd, files)), since };
      const question = staged
        ? await stagedQuestion(repository, asked)
        : await workTreeQuestion(repository, read, asked);
      return await checked({ ...question, all, fix, signal });
    },
    async tool(name, input, { file, signal }) {
      const [{ runTool, toolNamed }, { withToolContext }] = await Promise.all([
        import('../../tools/index.ts'),
        import('./tool-context.ts'),
      ]);
      const tool = toolNamed(name);
      if (!tool)
        throw usageError(
          'unknown-tool',
          `There is no tool "${name}".`,
          'classwright tool --help lists them.',
        );
      const target = await fileOf(file);
      return await withToolContext(checker, target, signal ?? new AbortController().signal, (context) =>
        runTool(tool, input, context),
      );
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Type-checks a text in place of a file once: opens the repository, asks, and closes it. For more than one question
 * open the repository yourself: its server stays warm.
 */
export async function checkCandidate(candidate: Candidate & { cwd?: string }): Promise<CheckResult> {
  const repository = await openRepository(candidate.cwd === undefined ? {} : { cwd: candidate.cwd });
  try {
    return await repository.checkCandidate(candidate);
  } finally {
    await repository.close();
  }
}
