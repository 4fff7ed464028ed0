import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, posix } from 'node:path';
import { z } from 'zod';
import type { CommandEvidence, Diagnostic } from '../../check/report.ts';
import { repositoryError } from '../../errors.ts';
import { within } from '../../posix-paths.ts';
import type { RunResult } from '../../process.ts';
import type { Repository } from '../../repository/repository.ts';
import type { WorkingCopy } from '../../sandbox/sandbox.ts';
import { parseDiagnostics } from './compiler-output.ts';
import { readTsConfig, type TsConfigFile } from './tsconfig-file.ts';

export interface CompileRequest {
  copy: WorkingCopy;
  repository: Pick<Repository, 'root'>;
  /** Repository-relative or absolute (below the repository's root). */
  tsconfig: string;
  signal?: AbortSignal | undefined;
  /** Of the whole compilation; 10 minutes unless given. */
  timeoutMs?: number;
}

export type CompileFailure = {
  /** `types-not-checked`: it ended before it judged types, so that an empty list would say nothing. */
  kind: 'no-compiler' | 'timeout' | 'output-limit' | 'aborted' | 'crash' | 'types-not-checked';
  message: string;
};

export interface Compilation {
  /** Errors alone, in the compiler's order; multi-line messages keep their lines. */
  diagnostics: Diagnostic[];
  /** The command that judged the target's project. */
  evidence: CommandEvidence;
  /** What had to run before it, such as a build of the referenced projects. */
  earlier: CommandEvidence[];
  /** Set where the diagnostics are no verdict. */
  failure?: CompileFailure;
}

const TEN_MINUTES = 600_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Compiles one project in the working copy with the repository's own TypeScript. A plain project is only checked
 * (`-p --noEmit`, with a build record in the copy's temporary folder, so that a second run is faster). A composite
 * one, or one that only refers to others, is built (`-b`), as it answers TS6305 otherwise; referenced projects of
 * a plain one are built first. What a build writes beside sources is taken away again.
 */
export async function compileInCopy(request: CompileRequest): Promise<Compilation> {
  const { repository } = request;
  const path = isAbsolute(request.tsconfig) ? request.tsconfig : join(repository.root, request.tsconfig);
  const compiler = findCompiler(repository.root, dirname(path));
  const config = readTsConfig(path);
  const job: Job = {
    ...request,
    config,
    compiler,
    file: within(repository.root, path) ?? request.tsconfig,
    until: performance.now() + (request.timeoutMs ?? TEN_MINUTES),
  };
  if (!compiler) {
    const message = `No TypeScript is installed for ${job.file}: node_modules/typescript was not found in its folder or above.`;
    return {
      diagnostics: [],
      evidence: evidenceOf(job, [], undefined, 0),
      earlier: [],
      failure: { kind: 'no-compiler', message },
    };
  }
  if (config.options.composite === true || (config.references.length > 0 && isSolution(config)))
    return build(job, [path]);
  if (config.references.length === 0) return check(job, []);
  const references = await build(job, config.references);
  if (references.failure && references.failure.kind !== 'types-not-checked') return references;
  return check(job, [references.evidence]);
}

interface Job extends CompileRequest {
  config: TsConfigFile;
  compiler: Compiler | undefined;
  /** Repository-relative path of the tsconfig. */
  file: string;
  /** When time is up, on the clock of `performance.now()`. */
  until: number;
}

interface Compiler {
  /** Repository-relative or absolute folder of the package. */
  dir: string;
  version: string;
}

const Manifest = z.object({ version: z.string() });

/** The TypeScript that a program in `from` would load, the repository's own first. */
function findCompiler(root: string, from: string): Compiler | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    const manifest = join(dir, 'node_modules/typescript/package.json');
    if (existsSync(manifest)) {
      const parsed = Manifest.safeParse(JSON.parse(readFileSync(manifest, 'utf8')));
      if (parsed.success)
        return { dir: within(root, dirname(manifest)) ?? dirname(manifest), version: parsed.data.version };
    }
    if (dirname(dir) === dir) return undefined;
  }
}

/** Throws `ClasswrightError` (repository) where no compiler could ever judge the file. */
export function requireCompiler(root: string, file: string): void {
  if (findCompiler(root, dirname(join(root, file)))) return;
  throw repositoryError(
    'no-compiler',
    `No TypeScript is installed for ${file}: node_modules/typescript was not found in its folder or above.`,
    'Add typescript to the devDependencies, and install them.',
  );
}

/** A tsconfig without files of its own. */
const isSolution = (config: TsConfigFile): boolean =>
  config.files?.length === 0 && (config.include === undefined || config.include.length === 0);

async function check(job: Job, earlier: CommandEvidence[]): Promise<Compilation> {
  const record = `${createHash('sha256').update(job.file).digest('hex').slice(0, 16)}.tsbuildinfo`;
  const incremental = Number.parseInt(job.compiler?.version ?? '', 10) >= 4;
  const ran = await run(job, [
    ...['-p', posix.basename(job.file), '--noEmit', '--pretty', 'false'],
    ...(incremental ? ['--incremental', '--tsBuildInfoFile', posix.join(job.copy.temp.inside, record)] : []),
  ]);
  return { ...(await judged(job, ran)), earlier };
}

async function build(job: Job, configs: readonly string[]): Promise<Compilation> {
  const targets = configs.map((c) => posix.relative(dirname(join(job.repository.root, job.file)), c) || '.');
  const ran = await run(job, ['-b', ...targets, '--verbose', '--listEmittedFiles', '--pretty', 'false']);
  await removeBesideSources(job, ran.result.stdout);
  const compilation = await judged(job, ran);
  if (compilation.failure || !SKIPPED.test(ran.result.stdout)) return compilation;
  return inOrder(job, configs, compilation);
}

/** Before TypeScript 5.6 a build leaves out every project above one with errors, baseline errors too. */
const SKIPPED =
  /(Skipping build of project|can't be built because its dependency|because its dependency .* (has errors|was not built))/;

/** Compiles project after project, what they refer to first, whether or not there are errors. */
async function inOrder(job: Job, configs: readonly string[], built: Compilation): Promise<Compilation> {
  const earlier: CommandEvidence[] = [built.evidence];
  const diagnostics = new Map(built.diagnostics.map((d) => [keyOf(d), d]));
  const order = references(configs);
  let evidence = built.evidence;
  for (const [i, path] of order.entries()) {
    const config = readTsConfig(path);
    if (isSolution(config)) continue;
    const target = posix.relative(dirname(join(job.repository.root, job.file)), path);
    const ran = await run(job, [
      '-p',
      target,
      '--noEmitOnError',
      'false',
      '--listEmittedFiles',
      '--pretty',
      'false',
    ]);
    await removeBesideSources(job, ran.result.stdout);
    const compiled = await judged(job, ran);
    if (compiled.failure) return { ...compiled, earlier };
    for (const d of compiled.diagnostics) diagnostics.set(keyOf(d), d);
    if (i < order.length - 1) earlier.push(compiled.evidence);
    evidence = compiled.evidence;
  }
  return { diagnostics: [...diagnostics.values()], evidence, earlier };
}

const keyOf = (d: Diagnostic): string => `${d.file}\0${d.line}\0${d.column}\0${d.code}\0${d.message}`;

/** Projects and all that they refer to, each behind what it refers to. */
function references(configs: readonly string[], seen: Set<string> = new Set()): string[] {
  return configs.flatMap((path) => {
    if (seen.has(path) || !existsSync(path)) return [];
    seen.add(path);
    return [...references(readTsConfig(path).references, seen), path];
  });
}

interface Ran {
  args: readonly string[];
  argv: readonly string[];
  result: RunResult;
}

async function run(job: Job, args: readonly string[]): Promise<Ran> {
  const dir = job.compiler?.dir ?? '';
  const script = join(isAbsolute(dir) ? dir : join(job.copy.insideRoot, dir), 'bin/tsc');
  const argv = [process.execPath, script, ...args];
  const result = await job.copy.run(argv, {
    cwd: posix.dirname(job.file) === '.' ? '' : posix.dirname(job.file),
    timeoutMs: Math.max(1, Math.round(job.until - performance.now())),
    maxOutputBytes: MOST_OUTPUT,
    ...(job.signal ? { signal: job.signal } : {}),
  });
  return { args, argv, result };
}

function evidenceOf(
  job: Job,
  args: readonly string[],
  result: RunResult | undefined,
  errors: number,
): CommandEvidence {
  return {
    what: `the repository's own TypeScript on ${job.file}`,
    command: ['tsc', ...args],
    ...(job.compiler ? { version: `tsc ${job.compiler.version}` } : {}),
    exitStatus: result?.exitCode ?? null,
    seconds: result?.seconds ?? 0,
    counts: { errors },
  };
}

async function judged(job: Job, { args, result }: Ran): Promise<Compilation> {
  const diagnostics = parseDiagnostics(result.stdout, {
    cwd: posix.dirname(job.file),
    roots: [job.repository.root, job.copy.insideRoot],
    project: job.file,
  }).filter((d) => !isUnwritableRecord(d));
  const failure = failureOf(job, result, diagnostics) ?? (await unjudged(job, diagnostics));
  return {
    diagnostics,
    evidence: evidenceOf(job, args, result, diagnostics.length),
    earlier: [],
    ...(failure ? { failure } : {}),
  };
}

/** Dependencies are read-only in the copy, and some repositories keep their build record in there. */
const isUnwritableRecord = (d: Diagnostic): boolean => d.code === 5033 && d.message.includes('.tsbuildinfo');

function failureOf(
  job: Job,
  result: RunResult,
  diagnostics: readonly Diagnostic[],
): CompileFailure | undefined {
  const who = `The repository's own compiler (tsc ${job.compiler?.version}) on ${job.file}`;
  if (result.spawnError !== undefined)
    return { kind: 'crash', message: `${who} could not be started: ${result.spawnError}` };
  if (result.killedBy === 'timeout')
    return { kind: 'timeout', message: `${who} did not end within ${Math.round(result.seconds)} s.` };
  if (result.killedBy === 'output-limit')
    return { kind: 'output-limit', message: `${who} printed more than ${MOST_OUTPUT} bytes.` };
  if (result.killedBy === 'abort') return { kind: 'aborted', message: `${who} was stopped.` };
  const said = firstLines(result.stderr || result.stdout);
  if (result.killedBy === 'signal' || result.exitCode === undefined)
    return { kind: 'crash', message: `${who} was killed: ${said}` };
  if (result.exitCode > 4)
    return { kind: 'crash', message: `${who} ended with exit status ${result.exitCode}: ${said}` };
  if (result.exitCode > 0 && diagnostics.length === 0 && !result.stdout.includes('error TS5033'))
    return {
      kind: 'crash',
      message: `${who} ended with exit status ${result.exitCode} and named no error: ${said}`,
    };
  return undefined;
}

const firstLines = (text: string): string =>
  text.trim().split('\n').slice(-3).join(' ').slice(0, 400) || 'it said nothing';

/** Complaints about a configuration that do not keep the compiler from judging types. */
const HARMLESS = new Set([5023, 5024, 5025, 6046]);

/**
 * The compiler judges types only where neither syntax, options nor global types have errors. Where those are all
 * that it reports, it says nothing about types.
 */
async function unjudged(job: Job, diagnostics: readonly Diagnostic[]): Promise<CompileFailure | undefined> {
  const [first] = diagnostics;
  if (!first || diagnostics.every((d) => HARMLESS.has(d.code))) return undefined;
  const ofSyntax = new Map<string, boolean>();
  for (const d of diagnostics) {
    if (d.file.endsWith('.json')) continue;
    if (d.code < 1000 || d.code > 1999) return undefined;
    const broken = ofSyntax.get(d.file) ?? (await hasBrokenSyntax(job, d.file));
    ofSyntax.set(d.file, broken);
    if (!broken) return undefined;
  }
  return {
    kind: 'types-not-checked',
    message: `The repository's own compiler (tsc ${job.compiler?.version}) stopped before it judged types, at ${first.file}:${first.line} TS${first.code} ${first.message}`,
  };
}

async function hasBrokenSyntax(job: Job, file: string): Promise<boolean> {
  const text = await job.copy.read(file);
  if (text === undefined) return false;
  const { syntaxErrors } = await import('./ast.ts');
  return syntaxErrors(text, file).length > 0;
}

/** A build without an output folder leaves `x.js` beside `x.ts`, where a test runner would take it for the source. */
async function removeBesideSources(job: Job, stdout: string): Promise<void> {
  const { root } = job.repository;
  for (const [, path = ''] of stdout.matchAll(/^TSFILE: (.+)$/gm)) {
    const file = within(root, path) ?? within(job.copy.insideRoot, path);
    const stem = file && /^(.*?)(\.d)?\.([cm]?)jsx?(\.map)?$|^(.*)\.d\.([cm]?)ts(\.map)?$/.exec(file);
    if (!file || !stem) continue;
    const base = stem[1] ?? stem[5] ?? '';
    const letter = stem[3] ?? stem[6] ?? '';
    const sources = letter ? [`${base}.${letter}ts`] : [`${base}.ts`, `${base}.tsx`];
    for (const source of sources)
      if (existsSync(join(job.copy.root, source)) && source !== file) {
        await job.copy.remove(file);
        break;
      }
  }
}
