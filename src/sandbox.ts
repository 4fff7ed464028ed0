import { existsSync } from 'node:fs';
import { lstat, mkdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  programPath,
  runnerCaches,
  type SandboxAvailability,
  sandboxArgs,
  sandboxFailure,
  systemPath,
  trySandbox,
  viteTempPreload,
} from './bubblewrap.ts';
import { readConfined, removeConfined, writeConfined } from './confined-files.ts';
import { linkDependencies, nodeModulesAbove, outsideLinks } from './dependencies.ts';
import { checksError } from './errors.ts';
import { isInside, scratchDir } from './paths.ts';
import { type RunResult, runProcess } from './process.ts';
import type { Repository } from './repository.ts';
import { cleanStaleCopies, makeRunFolder, removeRunFolder } from './scratch.ts';
import type { Snapshot } from './snapshot.ts';
import { type CopyPlan, copyFiles, planCopy } from './working-copy.ts';

export interface SandboxRun {
  /** Repository-relative folder to run in. */
  cwd: string;
  env?: Record<string, string>;
  timeoutMs: number;
  /** Of stdout and of stderr each; 16 MiB unless given. */
  maxOutputBytes?: number;
  signal?: AbortSignal;
  /** Absolute paths outside the copy that the program must be able to read (a reporter of ours, say). */
  readable?: readonly string[];
}

/**
 * A working copy of the repository outside the repository, and the one way to run anything in it. Under
 * bubblewrap the copy is mounted *at the repository's own path*, so paths in messages need no mapping and links
 * into the repository point into the copy; dependencies are mounted read-only. Without it (`--no-sandbox`) the
 * copy is used where it lies, dependencies linked, runner caches redirected, and paths in output mapped back.
 */
export interface WorkingCopy {
  /** Absolute path of the copy on this machine. */
  readonly root: string;
  /** Absolute path under which programs inside see the copy. */
  readonly insideRoot: string;
  readonly sandbox: 'bubblewrap' | 'none';
  /** What the copied files were: `changedSince` names those that the user changed meanwhile. */
  readonly snapshot: Snapshot;
  /** Built output of the target's own package (repository-relative folders), left out of the copy. */
  readonly ownOutput: readonly string[];
  readonly leftOut: readonly { path: string; reason: string }[];
  /** Writes a repository-relative file into the copy. */
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string | undefined>;
  remove(file: string): Promise<void>;
  /** A private folder that programs inside may write to, as [path on this machine, path inside]. */
  readonly temp: { host: string; inside: string };
  /** Reads a file below `temp` that a program inside wrote, its paths mapped back; links are not followed. */
  readTemp(file: string, maxBytes?: number): Promise<string | undefined>;
  /** `argv[0]` is a program name or path as seen inside. Output has its paths mapped back to the repository. */
  run(argv: readonly string[], options: SandboxRun): Promise<RunResult>;
  /** Ends what runs in the copy and removes it. */
  dispose(): Promise<void>;
}

export interface WorkingCopyOptions {
  repository: Pick<Repository, 'root' | 'git' | 'packages' | 'target'>;
  sandbox: 'bubblewrap' | 'none';
  /** Repository-relative files to copy in place of those that `planCopy` chooses. */
  files?: readonly string[];
  signal?: AbortSignal;
}

let availability: Promise<SandboxAvailability> | undefined;

/** Whether bubblewrap works here, tried once per process. */
export function sandboxAvailable(): Promise<SandboxAvailability> {
  availability ??= trySandbox();
  return availability;
}

/** Fails with exit code 5 where bubblewrap does not work. */
export async function requireSandbox(): Promise<void> {
  const { available, reason } = await sandboxAvailable();
  if (available) return;
  throw checksError(
    'no-sandbox',
    `The repository's tests would run without a sandbox: ${reason}.`,
    'Install the package "bubblewrap" (apt install bubblewrap, dnf install bubblewrap), or pass --no-sandbox to run them as they are.',
  );
}

/** Makes a working copy from what the user's tree holds now. It goes with `dispose`, or with this process. */
export async function createWorkingCopy(options: WorkingCopyOptions): Promise<WorkingCopy> {
  const { repository, sandbox, signal } = options;
  const { root } = repository;
  if (sandbox === 'bubblewrap') await requireSandbox();
  const scratch = scratchDir(root);
  await cleanStaleCopies(scratch);
  const folder = await makeRunFolder(scratch);
  try {
    const copy = join(folder, 'copy');
    const temp = join(folder, 'temp');
    await mkdir(join(temp, 'home'), { recursive: true });
    await mkdir(copy);
    const plan = await planCopy(repository);
    const snapshot = await copyFiles({
      root,
      to: copy,
      files: options.files ?? plan.files,
      relocated: sandbox === 'none',
      signal,
    });
    const open = sandbox === 'none' ? openLinked : openSandboxed;
    const runner = await open({ root, copy, temp, folder, plan });
    return assemble({ repository, folder, copy, temp, plan, snapshot, sandbox, runner });
  } catch (error) {
    await removeRunFolder(folder);
    throw error;
  }
}

interface Place {
  root: string;
  copy: string;
  temp: string;
  /** The run's own folder, which holds both. */
  folder: string;
  plan: CopyPlan;
}

interface Runner {
  insideRoot: string;
  insideTemp: string;
  mapBack(text: string): string;
  start(argv: readonly string[], options: SandboxRun, signal: AbortSignal): Promise<RunResult>;
}

const environment = (
  path: string,
  temp: string,
  extra: Record<string, string> = {},
): Record<string, string> => ({
  PATH: path,
  HOME: `${temp}/home`,
  TMPDIR: temp,
  LANG: 'C.UTF-8',
  ...(process.env.TZ ? { TZ: process.env.TZ } : {}),
  CI: '1',
  NO_COLOR: '1',
  ...extra,
});

const defaultOutput = 16 * 1024 * 1024;

async function openSandboxed({ root, copy, temp, folder, plan }: Place): Promise<Runner> {
  const nodeModules: string[] = [];
  const caches: [string, string][] = [];
  for (const path of plan.nodeModules) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    if ((await lstat(join(root, path))).isSymbolicLink())
      await symlink(await readlink(join(root, path)), join(copy, path));
    else {
      await mkdir(join(copy, path), { recursive: true });
      nodeModules.push(path);
      for (const cache of runnerCaches) {
        if (!existsSync(join(root, path, cache))) continue;
        const own = join(folder, 'caches', String(caches.length));
        await mkdir(own, { recursive: true });
        caches.push([own, join(root, path, cache)]);
      }
    }
  }
  const files: [string, string][] = [];
  const preload = '/tmp/.classwright/vite-temp.cjs';
  const usesVite = plan.nodeModules.some((path) => existsSync(join(root, path, 'vite')));
  if (usesVite) {
    await writeFile(join(folder, 'vite-temp.cjs'), viteTempPreload);
    files.push([join(folder, 'vite-temp.cjs'), preload]);
  }
  const fixed = sandboxArgs({
    root,
    copy,
    temp,
    nodeModules,
    outside: await outsideLinks(root, plan.nodeModules),
    above: nodeModulesAbove(root),
    caches,
    files,
  });
  const path = programPath(true);
  return {
    insideRoot: root,
    insideTemp: '/tmp',
    mapBack: (text) => text,
    async start(argv, options, signal) {
      const env = environment(path, '/tmp', options.env);
      if (usesVite)
        env.NODE_OPTIONS = [`--require=${preload}`, options.env?.NODE_OPTIONS ?? ''].join(' ').trim();
      const args = ['bwrap', ...fixed];
      for (const readable of options.readable ?? []) {
        if (!isInside(root, readable)) args.push('--ro-bind', readable, readable);
      }
      for (const [key, value] of Object.entries(env)) args.push('--setenv', key, value);
      args.push('--chdir', join(root, options.cwd), '--', ...argv);
      const result = await runProcess(args, {
        cwd: '/',
        env: { PATH: systemPath() },
        timeoutMs: options.timeoutMs,
        maxOutputBytes: options.maxOutputBytes ?? defaultOutput,
        signal,
      });
      const failure = sandboxFailure(result);
      return failure === undefined
        ? result
        : { ...result, exitCode: undefined, stderr: '', spawnError: failure };
    },
  };
}

async function openLinked({ root, copy, temp, plan }: Place): Promise<Runner> {
  await linkDependencies(root, copy, plan.nodeModules);
  const path = programPath(false);
  return {
    insideRoot: copy,
    insideTemp: temp,
    mapBack: (text) => text.replaceAll(copy, root),
    start: (argv, options, signal) =>
      runProcess(argv, {
        cwd: join(copy, options.cwd),
        env: environment(path, temp, options.env),
        timeoutMs: options.timeoutMs,
        maxOutputBytes: options.maxOutputBytes ?? defaultOutput,
        signal,
      }),
  };
}

function assemble(made: {
  repository: WorkingCopyOptions['repository'];
  folder: string;
  copy: string;
  temp: string;
  plan: CopyPlan;
  snapshot: Snapshot;
  sandbox: WorkingCopy['sandbox'];
  runner: Runner;
}): WorkingCopy {
  const { copy, temp, runner, plan } = made;
  const closing = new AbortController();
  const running = new Set<Promise<RunResult>>();
  return {
    root: copy,
    insideRoot: runner.insideRoot,
    sandbox: made.sandbox,
    snapshot: made.snapshot,
    ownOutput: plan.ownOutput,
    leftOut: plan.leftOut,
    temp: { host: temp, inside: runner.insideTemp },
    write: (file, text) => writeConfined(copy, file, text),
    read: (file) => readConfined(copy, file),
    remove: (file) => removeConfined(copy, file),
    async readTemp(file, maxBytes) {
      const text = await readConfined(temp, file, maxBytes);
      return text === undefined ? undefined : runner.mapBack(text);
    },
    async run(argv, options) {
      const signal = options.signal ? AbortSignal.any([closing.signal, options.signal]) : closing.signal;
      const run = runner.start(argv, options, signal);
      running.add(run);
      try {
        const result = await run;
        return {
          ...result,
          argv,
          stdout: runner.mapBack(result.stdout),
          stderr: runner.mapBack(result.stderr),
        };
      } finally {
        running.delete(run);
      }
    },
    async dispose() {
      closing.abort();
      await Promise.all(running);
      await removeRunFolder(made.folder);
    },
  };
}
