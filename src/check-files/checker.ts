import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { diffArrays } from 'diff';
import { type NotChecked, unseen } from '../check/not-checked.ts';
import type { Diagnostic, ExplainedDiagnostic } from '../check/report.ts';
import { newDiagnostics } from '../check/verdict.ts';
import { ClasswrightError } from '../errors.ts';
import { explainDiagnostics } from '../explain/explain.ts';
import { repair } from '../explain/repair.ts';
import type { LanguageSession } from '../language/language.ts';
import { type ChangedFile, fileDependents } from '../language/typescript/file-dependents.ts';
import { openTypeScriptSession, type TypeScriptSession } from '../language/typescript/session.ts';
import { isSource } from '../language/typescript/source-files.ts';
import { findCoverage } from '../language/typescript/tsconfig.ts';
import { listFiles, type Repository } from '../repository/repository.ts';
import { isSecretFile } from '../repository/secrets.ts';

export interface CheckRequest {
  /** Everything that differs between the baseline and what is judged. */
  changes: readonly ChangedFile[];
  /** Other files that are judged with another text than theirs on disk; undefined for one that counts as not there. */
  backdrop?: ReadonlyMap<string, string | undefined> | undefined;
  /** Repository-relative files that are asked about; those of the changes where it is not given. */
  files?: readonly string[] | undefined;
  /** Errors that were there before count as well. */
  all?: boolean | undefined;
  /** Mend what needs no mind in the files that are asked about; the texts are returned, nothing is written. */
  fix?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface Mended {
  file: string;
  text: string;
  /** What was done, one phrase each. */
  repairs: string[];
}

export interface FilesReport {
  /** Files that were asked about and checked. */
  files: string[];
  /** Files that depend on changed ones, checked too. */
  dependents: string[];
  /** Errors that the baseline does not have, explained. */
  diagnostics: ExplainedDiagnostic[];
  /** Errors of these files that were there before. */
  standing: number;
  notChecked: NotChecked[];
  mended: Mended[];
  seconds: number;
}

/** Type-checks texts that may not be on disk, on one language server that stays warm from one question to the next. */
export interface Checker {
  readonly repository: Repository;
  check(request: CheckRequest): Promise<FilesReport>;
  /** Runs `work` on the server as seen from a file, with nothing unsaved in place; one after the other. */
  look<T>(file: string, work: (language: LanguageSession, check: Checker['check']) => Promise<T>): Promise<T>;
  /** A file as it is on disk; undefined where there is none. */
  read(file: string): string | undefined;
  /** Every file of the repository, none that git ignores. */
  files(): Promise<string[]>;
  close(): Promise<void>;
}

/** Dependents that are checked, the nearest ones; the repository's own compiler sees the others. */
const MOST_DEPENDENTS = 150;
/** What stands for a file that is not there: the server cannot be told that a file on disk is none. */
const ABSENT = 'export {};\n';

const isDeclaration = (file: string): boolean => /\.d\.[cm]?ts$/.test(file);

export function openChecker(repository: Repository): Checker {
  const { root } = repository;
  let opening: Promise<TypeScriptSession> | undefined;
  let target = '';
  /** Texts that stand in place of what is on disk. */
  const shown = new Map<string, string>();
  let stamps: Map<string, string> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };

  const read = (file: string): string | undefined => {
    try {
      return readFileSync(join(root, file), 'utf8');
    } catch {
      return undefined;
    }
  };

  const session = (files: readonly string[]): Promise<TypeScriptSession> => {
    if (!opening) {
      target = files.find((file) => findCoverage(root, join(root, file)).covering) ?? files[0] ?? '';
      opening = openTypeScriptSession({ root, targetFile: target });
      opening.catch(() => {
        opening = undefined;
      });
    }
    return opening;
  };

  /**
   * The server, told what changed on disk since it was last asked, and every file of the repository. Where a tsconfig
   * or a manifest changed, another server is started: what belongs to which project may be otherwise.
   */
  const current = async (asked: readonly string[]): Promise<[TypeScriptSession, string[]]> => {
    const files = await listFiles(repository);
    const now = new Map<string, string>();
    for (const file of files) {
      if (!isSource(file) && !/\.(?:json|yaml)$/.test(file)) continue;
      const stat = lstatSync(join(root, file), { throwIfNoEntry: false });
      if (stat) now.set(file, `${stat.mtimeMs} ${stat.size} ${stat.ino}`);
    }
    const before = stamps;
    stamps = now;
    const changed = !before
      ? []
      : [...new Set([...before.keys(), ...now.keys()])].filter((file) => before.get(file) !== now.get(file));
    if (opening && changed.some((file) => CONFIGURATION.test(file))) {
      const outdated = opening;
      opening = undefined;
      shown.clear();
      await (await outdated.catch(() => undefined))?.close();
    }
    const isFresh = opening === undefined;
    const language = await session(asked);
    if (!isFresh && changed.length > 0) {
      await language.filesChanged(changed);
      // The target is open as a document: what is on disk is no news to the server.
      if (changed.includes(target) && !shown.has(target)) await show(language, target, undefined);
    }
    return [language, files];
  };

  const show = async (language: TypeScriptSession, file: string, text: string | undefined): Promise<void> => {
    const view = await language.from(file);
    if (text === undefined) shown.delete(file);
    else shown.set(file, text);
    await view.setCandidate(text ?? (file === target ? (read(file) ?? ABSENT) : undefined));
  };

  /** Has the server see each file with its text, and every other file as it is on disk. */
  const showAll = async (language: TypeScriptSession, texts: ReadonlyMap<string, string | undefined>) => {
    for (const file of [...shown.keys()]) if (!texts.has(file)) await show(language, file, undefined);
    for (const [file, text] of texts) {
      const wanted = text === read(file) ? undefined : (text ?? ABSENT);
      if (shown.get(file) !== wanted) await show(language, file, wanted);
    }
  };

  const check = async (request: CheckRequest): Promise<FilesReport> => {
    const started = performance.now();
    const { signal, all = false, fix = false } = request;
    const changes = request.changes.filter(({ file, before, now }) => isSource(file) && before !== now);
    const asked = (request.files ?? changes.map(({ file }) => file)).filter(isSource);
    const report: FilesReport = {
      files: [],
      dependents: [],
      diagnostics: [],
      standing: 0,
      notChecked: [],
      mended: [],
      seconds: 0,
    };
    const now = new Map(changes.map((change) => [change.file, change.now]));
    const { backdrop = new Map<string, string | undefined>() } = request;
    const textOf = (file: string) => {
      const texts = [now, backdrop].find((known) => known.has(file));
      return texts ? texts.get(file) : read(file);
    };
    const present = asked.filter((file) => textOf(file) !== undefined);
    if (asked.length === 0) return { ...report, seconds: (performance.now() - started) / 1000 };
    const [language, files] = await current([...present, ...asked]);
    const wanted = new Set(asked);
    const found = await fileDependents({
      root,
      packages: repository.packages,
      files,
      changed: changes.filter(({ file }) => wanted.has(file)),
      signal,
    });
    const possible = found.files.filter(
      (file) => !wanted.has(file) && isSource(file) && !isDeclaration(file) && textOf(file) !== undefined,
    );
    const dependents = possible.slice(0, MOST_DEPENDENTS);
    for (const file of possible.slice(MOST_DEPENDENTS))
      report.notChecked.push(
        unseen(file, `only the ${MOST_DEPENDENTS} nearest dependents are checked`, false),
      );
    for (const { file, specifier } of found.unmapped)
      report.notChecked.push(
        unseen(file, `it imports ${specifier}, whose source was not found behind its built output`, false),
      );

    for (const file of found.global)
      report.notChecked.push(
        unseen(`users of ${file}`, 'it declares globals, whose users are not looked for', false),
      );

    /** Undefined where the file cannot be checked. */
    const errorsOf = async (file: string): Promise<Diagnostic[] | undefined> => {
      try {
        return (await language.diagnostics(file, signal)).diagnostics;
      } catch (error) {
        if (error instanceof ClasswrightError && UNCHECKED.has(error.code)) {
          report.notChecked.push(unseen(file, error.message, wanted.has(file)));
          return undefined;
        }
        throw error;
      }
    };
    const isChanged = (file: string) => now.has(file);
    const before = new Map(changes.map((change) => [change.file, change.before]));
    const baseline = new Map<string, Diagnostic[]>();
    /** Errors that were there before, of the files that have some now. */
    const takeBaseline = async (wrong: readonly string[]): Promise<void> => {
      const open = wrong.filter((file) => !baseline.has(file));
      if (all || changes.length === 0 || open.length === 0) return;
      await showAll(language, new Map([...backdrop, ...before]));
      for (const file of open)
        baseline.set(
          file,
          before.has(file) && before.get(file) === undefined ? [] : ((await errorsOf(file)) ?? []),
        );
      await showAll(language, new Map([...backdrop, ...now]));
    };
    const newOf = (file: string, errors: readonly Diagnostic[]): Diagnostic[] => {
      if (all) return [...errors];
      // Nothing changed at all: whatever is there was there before.
      if (changes.length === 0) return [];
      const old = baseline.get(file) ?? [];
      if (!isChanged(file)) return newDiagnostics(old, errors, '');
      return newDiagnostics(moved(old, before.get(file) ?? '', now.get(file) ?? ''), errors, file);
    };
    const judge = async (): Promise<Map<string, Diagnostic[]>> => {
      await showAll(language, new Map([...backdrop, ...now]));
      const errors = new Map<string, Diagnostic[]>();
      for (const file of [...present, ...dependents]) {
        const own = await errorsOf(file);
        if (own) errors.set(file, own);
      }
      await takeBaseline([...errors].flatMap(([file, own]) => (own.length > 0 ? [file] : [])));
      return errors;
    };

    let errors = await judge();
    if (fix) {
      for (const file of present) {
        const text = textOf(file);
        if (text === undefined || newOf(file, errors.get(file) ?? []).length === 0) continue;
        const view = await language.from(file);
        await view.setCandidate(text);
        shown.set(file, text);
        const context = { language: view, targetFile: file, isWithheld };
        const done = await repair(text, context, (errors) => newOf(file, errors), signal ?? NEVER);
        if (done.repairs.length === 0) continue;
        report.mended.push({ file, ...done });
        now.set(file, done.text);
        if (!before.has(file)) before.set(file, text);
        shown.set(file, done.text);
      }
      if (report.mended.length > 0) {
        report.notChecked = report.notChecked.filter(({ what }) => errors.has(what) || !wanted.has(what));
        errors = await judge();
      }
    }
    const fresh = new Map<string, Diagnostic[]>();
    for (const [file, own] of errors) {
      const found = newOf(file, own);
      report.standing += own.length - found.length;
      (wanted.has(file) ? report.files : report.dependents).push(file);
      if (found.length > 0) fresh.set(file, found);
    }
    // Neighbours are explained together: what they look up is mostly the same, and leads to the same imports.
    for (const files of Map.groupBy(fresh.keys(), dirname).values()) {
      const [first = ''] = files;
      const context = {
        language: await language.from(first),
        read: textOf,
        isWithheld,
        className: '',
        targetFile: first,
      };
      const found = files.flatMap((file) => fresh.get(file) ?? []);
      report.diagnostics.push(...(await explainDiagnostics(found, context, report.diagnostics.length + 1)));
    }
    report.seconds = (performance.now() - started) / 1000;
    return report;
  };

  return {
    repository,
    read,
    files: () => listFiles(repository),
    check: (request) => inTurn(() => check(request)),
    look: (file, work) =>
      inTurn(async () => {
        const [language] = await current([file]);
        await showAll(language, new Map());
        return await work(await language.from(file), check);
      }),
    close: () =>
      inTurn(async () => {
        await (await opening?.catch(() => undefined))?.close();
      }),
  };
}

/** The errors of a text at the lines where they stand in another one: of several alike the right one is new. */
function moved(errors: readonly Diagnostic[], from: string, to: string): Diagnostic[] {
  const lines = new Map<number, number>();
  let [old, fresh] = [1, 1];
  for (const { added, removed, count } of diffArrays(from.split(/\r?\n/), to.split(/\r?\n/))) {
    if (!added && !removed) for (let i = 0; i < count; i++) lines.set(old + i, fresh + i);
    if (!added) old += count;
    if (!removed) fresh += count;
  }
  return errors.map((error) => ({ ...error, line: lines.get(error.line) ?? 0 }));
}

const isWithheld = (file: string): boolean => isSecretFile(file, true);
const NEVER = new AbortController().signal;
/** What decides which files belong to which project, and what their imports mean. */
const CONFIGURATION = /(?:^|\/)(?:tsconfig[^/]*|package|pnpm-workspace[^/]*)\.(?:json|yaml)$/;
/** What keeps one file from being checked and leaves the others alone. */
const UNCHECKED = new Set(['no-tsconfig', 'broken-tsconfig', 'too-many-projects']);
