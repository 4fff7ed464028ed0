import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ClasswrightError, checksError, repositoryError } from '../errors.ts';
import { stateDir } from '../paths.ts';

const Holder = z.object({
  pid: z.number(),
  /** Tells a process from a later one of the same number, where the system says when it started. */
  started: z.string(),
  host: z.string(),
  file: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof Holder>;

export interface TargetLock {
  release(): Promise<void>;
}

/**
 * Takes the one lock that there is for a file of a repository. Throws `busy` where a living process holds it;
 * what a dead one left is taken over. The lock lies in the user's state folder, not in the repository.
 */
export async function lockTarget(
  repositoryRoot: string,
  file: string,
  dir = join(stateDir(), 'locks'),
): Promise<TargetLock> {
  const target = join(await realpath(repositoryRoot), file);
  const path = join(dir, createHash('sha256').update(target).digest('hex').slice(0, 32));
  const mine: Holder = {
    pid: process.pid,
    started: await startOf(process.pid),
    host: hostname(),
    file: target,
    since: new Date().toISOString(),
  };
  const text = JSON.stringify({ ...mine, token: randomBytes(8).toString('hex') });
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await acquire(path, text, file);
  } catch (error) {
    if (error instanceof ClasswrightError) throw error;
    throw checksError(
      'lock-unwritable',
      `The lock ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'Set XDG_STATE_HOME to a writable folder.',
    );
  }
  const onExit = () => releaseNow(path, text);
  process.once('exit', onExit);
  return {
    async release() {
      process.off('exit', onExit);
      await release(path, text);
    },
  };
}

/**
 * A dead holder's lock may be replaced only under a second lock, named after the very text that stands in the
 * first and taken in the same way. Without it two runs that both saw the dead one could replace each other's.
 */
async function acquire(path: string, text: string, file: string): Promise<void> {
  while (!(await place(path, text))) {
    const found = await read(path);
    if (found === undefined) continue;
    const holder = parseHolder(found);
    if (holder !== undefined && (await isAlive(holder))) throw busy(holder, file);
    const claim = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
    await acquire(claim, text, file);
    try {
      if ((await read(path)) !== found) continue;
      await rename(await draft(path, text), path);
      return;
    } finally {
      await release(claim, text);
    }
  }
}

/** A link appears whole or not at all: nobody ever reads half of a lock. */
async function place(path: string, text: string): Promise<boolean> {
  const whole = await draft(path, text);
  try {
    await link(whole, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

async function draft(path: string, text: string): Promise<string> {
  const name = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(name, text, { mode: 0o600, flag: 'wx' });
  return name;
}

const read = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

async function release(path: string, text: string): Promise<void> {
  if ((await read(path)) === text) await rm(path, { force: true });
}

/** For a process that ends without waiting for anything. */
function releaseNow(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path);
  } catch {
    // The next run takes it over.
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A holder on another machine, through a shared home, counts as alive: there is no asking it. */
async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return (await startOf(holder.pid)) === holder.started;
}

/** Start of a process in the kernel's clock ticks; empty where the system does not say. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const busy = (holder: Holder, file: string) =>
  repositoryError(
    'busy',
    `Another run of Classwright (process ${holder.pid}, since ${holder.since}) works on ${file}.`,
    holder.host === hostname()
      ? 'Wait for it to end, or stop it.'
      : `It runs on ${holder.host}: wait for it to end, or stop it there.`,
  );
