import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checksError } from '../errors.ts';
import { scratchDir } from '../paths.ts';
import type { RunResult } from '../process.ts';
import type { Repository } from '../repository/repository.ts';
import { type SandboxAvailability, trySandbox } from './bubblewrap.ts';
import { readConfined, removeConfined, writeConfined } from './confined-files.ts';
import { openLinked } from './open-linked.ts';
import { openSandboxed } from './open-sandboxed.ts';
import type { Place } from './place.ts';
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
  /** Repository-relative files of the copy that the program may read and not write; under bubblewrap alone. */
  readOnly?: readonly string[];
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
  /** Absolute folders that programs inside find empty, wherever they lie; under bubblewrap alone. */
  hidden?: readonly string[];
  signal?: AbortSignal;
}

let availability: Promise<SandboxAvailability> | undefined;

/** Whether bubblewrap works here, tried once per process. */
export function sandboxAvailable(): Promise<SandboxAvailability> {
  availability ??= trySandbox();
  return availability;
}

/** Fails with exit code 5 where bubblewrap does not work. */
async function requireSandbox(): Promise<void> {
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
    const place = await open({ root, copy, temp, folder, plan, hidden: options.hidden ?? [] });
    return assemble({ folder, copy, temp, plan, snapshot, sandbox, place });
  } catch (error) {
    await removeRunFolder(folder);
    throw error;
  }
}

function assemble(made: {
  folder: string;
  copy: string;
  temp: string;
  plan: CopyPlan;
  snapshot: Snapshot;
  sandbox: WorkingCopy['sandbox'];
  place: Place;
}): WorkingCopy {
  const { copy, temp, place, plan } = made;
  const closing = new AbortController();
  const running = new Set<Promise<RunResult>>();
  return {
    root: copy,
    insideRoot: place.insideRoot,
    sandbox: made.sandbox,
    snapshot: made.snapshot,
    ownOutput: plan.ownOutput,
    leftOut: plan.leftOut,
    temp: { host: temp, inside: place.insideTemp },
    write: (file, text) => writeConfined(copy, file, text),
    read: (file) => readConfined(copy, file),
    remove: (file) => removeConfined(copy, file),
    async readTemp(file, maxBytes) {
      const text = await readConfined(temp, file, maxBytes);
      return text === undefined ? undefined : place.mapBack(text);
    },
    async run(argv, options) {
      const signal = options.signal ? AbortSignal.any([closing.signal, options.signal]) : closing.signal;
      const run = place.start(argv, options, signal);
      running.add(run);
      try {
        const result = await run;
        return {
          ...result,
          argv,
          stdout: place.mapBack(result.stdout),
          stderr: place.mapBack(result.stderr),
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
