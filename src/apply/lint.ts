import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { CommandEvidence, Finding } from '../check/report.ts';
import type { RunResult } from '../process.ts';
import type { Repository } from '../repository/repository.ts';
import type { WorkingCopy } from '../sandbox/sandbox.ts';
import { LINT_KINDS, type LintKind, type LintProblem } from './lint-kinds.ts';

/** The repository's own formatter and linter: found by their configuration files, run inside the working copy. */

export interface LintTool {
  kind: LintKind;
  version: string;
  /** Repository-relative: its program, and the configuration file that it was recognised by. */
  program: string;
  config: string;
}

export interface LintTools {
  formatter: LintTool | undefined;
  linter: LintTool | undefined;
  /** What is configured and cannot be used, and why. */
  notes: string[];
}

/** Folders from that of `file` up to the root, '' last. */
const upwards = (file: string): string[] => {
  const parts = file.split('/').slice(0, -1);
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    parts.slice(0, parts.length - index).join('/'),
  );
};
const inFolder = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);

const readManifest = async (root: string, file: string): Promise<Record<string, unknown> | undefined> => {
  try {
    const value: unknown = JSON.parse(await readFile(join(root, file), 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** Finds what formats and lints `file`, by syntax: nothing is executed. The nearest configuration wins. */
export async function findLintTools(repository: Pick<Repository, 'root'>, file: string): Promise<LintTools> {
  const { root } = repository;
  const tools: LintTools = { formatter: undefined, linter: undefined, notes: [] };
  const folders = upwards(file);
  for (const folder of folders) {
    const manifest = await readManifest(root, inFolder(folder, 'package.json'));
    for (const kind of LINT_KINDS) {
      const wanted = (kind.format && !tools.formatter) || (kind.lint && !tools.linter);
      if (!wanted) continue;
      const config = await configOf(root, folder, kind, manifest);
      if (config === undefined) continue;
      const installed = await installedAt(root, folders, kind);
      if (!installed) {
        const note = `${config} configures ${kind.name}, but ${kind.package} is not installed: it was not run`;
        if (!tools.notes.includes(note)) tools.notes.push(note);
        continue;
      }
      const tool = { kind, config, ...installed };
      if (kind.format) tools.formatter ??= tool;
      if (kind.lint) tools.linter ??= tool;
    }
  }
  return tools;
}

async function configOf(
  root: string,
  folder: string,
  kind: LintKind,
  manifest: Record<string, unknown> | undefined,
): Promise<string | undefined> {
  for (const name of kind.configs) {
    const path = inFolder(folder, name);
    if (
      await readFile(join(root, path)).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return kind.manifestKey !== undefined && manifest?.[kind.manifestKey] !== undefined
    ? inFolder(folder, 'package.json')
    : undefined;
}

async function installedAt(root: string, folders: string[], kind: LintKind) {
  for (const folder of folders) {
    const base = inFolder(folder, `node_modules/${kind.package}`);
    const manifest = await readManifest(root, `${base}/package.json`);
    if (!manifest) continue;
    const bin: unknown = manifest.bin;
    const program =
      typeof bin === 'object' && bin !== null
        ? Object.entries(bin).find(([name]) => name === kind.name)?.[1]
        : bin;
    if (typeof program !== 'string') return undefined;
    return { program: `${base}/${program.replace(/^\.\//, '')}`, version: String(manifest.version) };
  }
  return undefined;
}

const timeoutMs = 90_000;

const runTool = async (
  copy: WorkingCopy,
  tool: LintTool,
  what: string,
  file: string,
  argumentsFor: ((file: string) => string[]) | undefined,
  signal: AbortSignal | undefined,
): Promise<{ result: RunResult; evidence: CommandEvidence }> => {
  // Some look for their configuration from where they are started, not from the file.
  const cwd = posix.dirname(tool.config);
  const args = argumentsFor?.(posix.relative(cwd, file)) ?? [];
  const result = await copy.run(['node', join(copy.insideRoot, tool.program), ...args], {
    cwd,
    timeoutMs,
    ...(signal ? { signal } : {}),
  });
  const command = [tool.kind.name, ...args];
  return {
    result,
    evidence: {
      what,
      command,
      version: `${tool.kind.name} ${tool.version}`,
      exitStatus: result.exitCode ?? null,
      seconds: result.seconds,
      counts: {},
    },
  };
};

/** Why a run says nothing about the file; undefined where it ran as it should. */
const brokenRun = ({ killedBy, spawnError, exitCode, stderr }: RunResult, fine: readonly number[]) => {
  if (spawnError !== undefined) return spawnError;
  if (killedBy !== undefined) return `ended by ${killedBy}`;
  if (exitCode !== undefined && fine.includes(exitCode)) return undefined;
  return `exit status ${exitCode}: ${stderr.trim().split('\n')[0] ?? ''}`;
};

export interface Formatted {
  text: string;
  /** Set where the text is as it was given, and why. */
  note: string | undefined;
  evidence: CommandEvidence[];
}

/**
 * The text of `file` as the repository's formatter writes it. A file that the user keeps in another form than the
 * formatter's (`original` would change) is left alone: the change would not be the class's. Leaves the result in
 * the copy.
 */
export async function formatInCopy(
  copy: WorkingCopy,
  tool: LintTool,
  { file, text, original }: { file: string; text: string; original: string | undefined },
  signal?: AbortSignal,
): Promise<Formatted> {
  const evidence: CommandEvidence[] = [];
  const format = async (before: string): Promise<{ text: string; problem?: string }> => {
    await copy.write(file, before);
    const run = await runTool(copy, tool, `format ${file}`, file, tool.kind.format, signal);
    evidence.push(run.evidence);
    const problem = brokenRun(run.result, [0]);
    if (problem !== undefined)
      return { text: before, problem: `${tool.kind.name} could not format it (${problem})` };
    return { text: (await copy.read(file)) ?? before };
  };
  if (original !== undefined && original.trim() !== '') {
    const kept = await format(original);
    const note = kept.problem ?? `${file} itself is not formatted by ${tool.kind.name}: it was left as it is`;
    if (kept.text !== original || kept.problem !== undefined) {
      await copy.write(file, text);
      return { text, note, evidence };
    }
  }
  const formatted = await format(text);
  if (formatted.problem !== undefined) await copy.write(file, text);
  return { text: formatted.text, note: formatted.problem, evidence };
}

export interface Linted {
  /** Problems that the original text did not have; `code` is `lint`. */
  findings: Finding[];
  /** Set where the linter could not say, and why. */
  note: string | undefined;
  evidence: CommandEvidence[];
}

/** What the repository's linter says of the new text and did not say of the original. Leaves `text` in the copy. */
export async function lintInCopy(
  copy: WorkingCopy,
  tool: LintTool,
  { file, text, original }: { file: string; text: string; original: string | undefined },
  signal?: AbortSignal,
): Promise<Linted> {
  const evidence: CommandEvidence[] = [];
  const lint = async (content: string): Promise<LintProblem[] | string> => {
    await copy.write(file, content);
    const run = await runTool(copy, tool, `lint ${file}`, file, tool.kind.lint?.args, signal);
    evidence.push(run.evidence);
    const broken = brokenRun(run.result, [0, 1]);
    const problems = broken === undefined ? tool.kind.lint?.parse(run.result.stdout) : undefined;
    if (problems === undefined) return broken ?? 'its output is not what it should be';
    run.evidence.counts = { problems: problems.length };
    return problems;
  };
  const before = original === undefined ? [] : await lint(original);
  const after = await lint(text);
  if (typeof after === 'string')
    return { findings: [], note: `${tool.kind.name} could not check ${file}: ${after}`, evidence };
  const known = new Map<string, number>();
  const keyOf = (problem: LintProblem) => `${problem.rule}\0${problem.message}`;
  for (const problem of typeof before === 'string' ? [] : before) {
    known.set(keyOf(problem), (known.get(keyOf(problem)) ?? 0) + 1);
  }
  const findings: Finding[] = [];
  for (const problem of after) {
    const left = known.get(keyOf(problem)) ?? 0;
    if (left > 0) known.set(keyOf(problem), left - 1);
    else
      findings.push({
        code: 'lint',
        message: `${problem.rule}: ${problem.message}`,
        file,
        line: problem.line,
      });
  }
  return { findings, note: undefined, evidence };
}
