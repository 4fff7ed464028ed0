import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { isAlive, until } from './wait.ts';

/** The program as it is installed: what `npm run build` made. */
const builtProgram = join(packageRoot, 'dist/src/cli/bin.js');

/** Fails where the build is missing or older than a source: a test of it would prove nothing. */
export function requireBuild(): void {
  const built = statSync(builtProgram, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newer = ['src', 'tools'].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.test)\.tsx?$/.test(file) && !/^(testing|e2e)\//.test(file))
      .map((file) => join(folder, file))
      .filter((file) => statSync(join(packageRoot, file)).mtimeMs > built),
  );
  if (built === 0 || newer.length > 0)
    throw new Error(
      `dist is ${built === 0 ? 'missing' : `older than ${newer[0]}`}: npm run build, then run the tests`,
    );
}

const INSTALLS = 'installs';

/** A folder of one case: the repository, and everything that the program writes for itself. */
export interface Place {
  base: string;
  repo: string;
  home: string;
  env: Record<string, string>;
  remove(): void;
}

export function makePlace(name = 'case'): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), `classwright-e2e-${name}-`)));
  const [repo, home, temp] = [join(base, 'repo'), join(base, 'home'), join(base, 'temp')];
  for (const folder of [repo, home, temp]) mkdirSync(folder);
  const bin = join(base, 'bin');
  mkdirSync(bin);
  for (const name of ['npm', 'npx', 'pnpm', 'yarn'])
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${join(base, INSTALLS)}'\n`, {
      mode: 0o755,
    });
  const env = {
    PATH: `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    TMPDIR: temp,
    LANG: 'C.UTF-8',
    // Many runs of one program: it need not be compiled anew each time.
    NODE_COMPILE_CACHE: join(packageRoot, 'node_modules/.cache/e2e'),
  };
  return {
    base,
    repo,
    home,
    env,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export interface ProgramOptions {
  cwd: string;
  env: Record<string, string>;
  /** What it reads; nothing unless given. Undefined leaves its input open. */
  stdin?: string | undefined;
  /** A program, with arguments, that starts it: `unshare`, say. */
  launcher?: readonly string[];
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface Started {
  child: ChildProcess;
  /** What it has said until now. */
  said: { stdout: string; stderr: string };
  ended: Promise<Ended>;
}

/** Starts the built program in a process of its own; `env` is its whole environment. */
export function startProgram(args: readonly string[], options: ProgramOptions): Started {
  const started = performance.now();
  const [file = '', ...rest] = [...(options.launcher ?? []), process.execPath, builtProgram, ...args];
  const child = spawn(file, rest, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.stderr += text;
  });
  // A program that reads no input closes it.
  child.stdin.on('error', () => {});
  const input = 'stdin' in options ? options.stdin : '';
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, ...said, seconds: (performance.now() - started) / 1000 }),
    );
  });
  return { child, said, ended };
}

/** Command lines of living processes, other than this one, that name `marker` in arguments, environment or folder. */
export function processesWith(marker: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const about = [line, readFileSync(`/proc/${pid}/environ`, 'utf8'), readlinkSync(`/proc/${pid}/cwd`)];
      if (about.some((text) => text.includes(marker)) && isAlive(Number(pid)))
        found.push(`${pid} ${line.replaceAll('\0', ' ').slice(0, 200)}`);
    } catch {
      // It has ended, or is none of ours.
    }
  }
  return found;
}

/** Waits a moment for what was killed to be gone, and returns what is still there. */
export async function processesLeft({ base }: Place): Promise<string[]> {
  await until(() => processesWith(base).length === 0, 3_000).catch(() => {});
  return processesWith(base);
}

/** Working copies, locks and temporary files: what a run may hold while it runs, and must leave to nobody. */
export function foldersLeft({ home, base }: Place): string[] {
  const folders = [
    join(home, 'cache/classwright/copies'),
    join(home, 'state/classwright/locks'),
    join(base, 'temp'),
  ];
  return folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [],
  );
}

/** What package managers were called for: a run installs nothing. */
export const installs = ({ base }: Place): string[] =>
  existsSync(join(base, INSTALLS)) ? readFileSync(join(base, INSTALLS), 'utf8').trimEnd().split('\n') : [];

/** Files below `folder`, links not followed, whose bytes hold `text`. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
