import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { ts } from '../../src/language/typescript/ast.ts';
import { runProcess } from '../../src/process.ts';
import type { Prepared } from './prepare.ts';
import { assertionsIn } from './split.ts';
import { isTestFile } from './test-file.ts';

export interface Leak {
  kind: 'reference' | 'class-name' | 'assertion';
  /** Where it was found: a path in the prepared repository, `git objects`, or `request <n>`. */
  where: string;
  detail: string;
}

const WINDOW = 3;
const WINDOW_LENGTH = 60;
/** Larger files are data that no tool shows as a whole. */
const LARGEST_FILE = 8 * 1024 * 1024;

/** Lines as windows compare them: without comments that fill a line, empty lines and lines of punctuation. */
function plainLines(text: string): string[] {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => /\w/.test(line) && !line.startsWith('//'));
}

/**
 * Fields, parameters, type parameters, a constructor's head, and what it is given put into fields: every class of a
 * repository has such lines, and no behaviour is in them.
 */
const WIRING = new RegExp(
  [
    /(?:(?:private|protected|public|readonly|declare|static|override) )*#?\w+[?!]?: (?:[^=(]+|\([^()]*\) => [^=()]+)[;,]/,
    /T[A-Z]?\w*(?: extends [^={}()]+)?(?: = [^=(){}]+)?,?/,
    /constructor\([^)]*(?:\) \{(?: ?\})?)?/,
    /this\.#?\w+ = \w+;/,
  ]
    .map(({ source }) => `^${source}$`)
    .join('|'),
);

function* windowsOf(lines: readonly string[]): Generator<string> {
  for (let at = 0; at + WINDOW <= lines.length; at++) {
    const some = lines.slice(at, at + WINDOW);
    const window = some.join('\n');
    if (some.every((line) => WIRING.test(line))) continue;
    if (window.length - (WINDOW - 1) >= WINDOW_LENGTH) yield window;
  }
}

/** Finds 3 lines in a row of the class, of 60 characters together, as written or as compiled. */
export function findReference(classText: string): (text: string) => string | undefined {
  const compiled = ts.transpileModule(classText, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  }).outputText;
  const windows = new Set([...windowsOf(plainLines(classText)), ...windowsOf(plainLines(compiled))]);
  return (text) => {
    for (const window of windowsOf(plainLines(text))) if (windows.has(window)) return window;
    return undefined;
  };
}

/** In recordings and source maps code stands in strings. */
const unescaped = (text: string) => text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\\"', '"');

/** Files of a folder (relative posix paths) in which the reference is found, with the window. node_modules apart. */
export function filesWithReference(
  root: string,
  files: Iterable<string>,
  find: (text: string) => string | undefined,
): { file: string; window: string }[] {
  const found: { file: string; window: string }[] = [];
  for (const file of files) {
    const stats = lstatSync(join(root, file), { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.size > LARGEST_FILE) continue;
    const text = readFileSync(join(root, file), 'utf8');
    const window = find(text) ?? (text.includes('\\n') ? find(unescaped(text)) : undefined);
    if (window !== undefined) found.push({ file, window });
  }
  return found;
}

/** Every file below a folder but installed dependencies and git's own, as relative posix paths. */
export function* walk(root: string, at = ''): Generator<string> {
  for (const entry of readdirSync(join(root, at), { withFileTypes: true })) {
    const path = posix.join(at, entry.name);
    if (!entry.isDirectory()) yield path;
    else if (entry.name !== 'node_modules' && entry.name !== '.git') yield* walk(root, path);
  }
}

/**
 * What of the reference the tools could read in the prepared repository: windows of the class in any file, in
 * installed packages that name it and in git's objects, and tests that name it beyond the visible ones.
 */
export async function leaksIn(prepared: Prepared): Promise<Leak[]> {
  const { root, reference, task } = prepared;
  const find = findReference(reference.classText);
  const own = [...walk(root)];
  const installed = await installedNaming(root, task.className);
  const leaks = filesWithReference(root, [...own, ...installed], find).map(
    ({ file, window }): Leak => ({ kind: 'reference', where: file, detail: window }),
  );
  const objects = await git(root, ['cat-file', '--batch-all-objects', '--batch', '--buffer']);
  const inGit = objects === undefined ? undefined : find(objects);
  if (inGit !== undefined) leaks.push({ kind: 'reference', where: 'git objects', detail: inGit });
  const name = new RegExp(`\\b${task.className}\\b`);
  for (const file of own) {
    if (prepared.visibleFiles.includes(file) || !/\.[cm]?[jt]sx?$/.test(file)) continue;
    const text = readFileSync(join(root, file), 'utf8');
    if (name.test(text) && isTestFile(file, text))
      leaks.push({
        kind: 'class-name',
        where: file,
        detail: `a test that is not visible names ${task.className}`,
      });
  }
  return leaks;
}

/** Files of installed packages that name the class. */
async function installedNaming(root: string, className: string): Promise<string[]> {
  const { stdout } = await runProcess(
    [
      ...[
        rgPath,
        '--no-config',
        '--files-with-matches',
        '--fixed-strings',
        '--word-regexp',
        '--no-ignore',
        '--hidden',
      ],
      ...['--glob', '**/node_modules/**', '--glob', '!.git', '--', className, '.'],
    ],
    {
      cwd: root,
      env: { PATH: process.env.PATH ?? '' },
      timeoutMs: 120_000,
      maxOutputBytes: 16 * 1024 * 1024,
    },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\.\//, ''));
}

/** Output of git, undefined where there is no repository. Not in a parent's: the folder has its own, or none. */
export async function git(root: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runProcess(
    ['git', '--git-dir', join(root, '.git'), '--work-tree', root, ...['-c', 'core.fsmonitor=false'], ...args],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: root,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
        GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
      },
      timeoutMs: 120_000,
      maxOutputBytes: 256 * 1024 * 1024,
    },
  );
  return result.exitCode === 0 ? result.stdout : undefined;
}

const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ');
/** Shorter ones (`expect(x).toBe(1)`) say nothing that could not be chance. */
const TELLING = 30;

/** Assertions of the held-out tests that stand in no visible one, on one line each. */
export function heldOutAssertions(prepared: Prepared): string[] {
  const visible = squeeze(
    prepared.visibleFiles.map((file) => readFileSync(join(prepared.root, file), 'utf8')).join('\n'),
  );
  return prepared.task.heldOut
    .flatMap(({ file, ids }) => assertionsIn(prepared.heldOutTexts[file] ?? '', file, ids))
    .filter((assertion) => assertion.length >= TELLING && !visible.includes(assertion));
}

/**
 * Held-out assertions in the texts of the model's requests (system prompt, messages and tool results, decoded from
 * JSON). What the model itself wrote does not count: leave it out.
 */
export function leaksInRequests(prepared: Prepared, requests: readonly string[]): Leak[] {
  const assertions = heldOutAssertions(prepared);
  return requests.flatMap((request, at) => {
    const text = squeeze(request);
    return assertions
      .filter((assertion) => text.includes(assertion))
      .map((detail): Leak => ({ kind: 'assertion', where: `request ${at + 1}`, detail }));
  });
}
