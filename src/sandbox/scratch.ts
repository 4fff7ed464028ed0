import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/**
 * Folders of one run each, with a file that says whose they are: what a dead process left behind is removed at
 * the next start, and what a living one owns never is.
 */

const Owner = z.object({ pid: z.number(), started: z.string(), machine: z.string() });
type Owner = z.infer<typeof Owner>;

const ownerFile = 'owner.json';
const day = 24 * 3600_000;

/** Where a process id means the same process: host, boot and process namespace. */
const machine = (): string => {
  const parts = [hostname()];
  try {
    parts.push(
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      readlinkSync('/proc/self/ns/pid'),
    );
  } catch {
    // No Linux: the host's name has to do.
  }
  return parts.join(' ');
};

/** Start time of a process; '' where the system does not tell; undefined where there is no such process. */
function startTime(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the program's name, which may hold spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

const living = new Set<string>();
let hooked = false;

/** Makes an empty folder that belongs to this process; it is removed by `removeRunFolder` or when the process exits. */
export async function makeRunFolder(scratch: string): Promise<string> {
  if (!hooked) {
    hooked = true;
    process.on('exit', () => {
      for (const folder of living) {
        try {
          rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
        } catch {
          // The next start removes it.
        }
      }
    });
  }
  const folder = await mkdtemp(join(scratch, 'new-'));
  const owner: Owner = { pid: process.pid, started: startTime(process.pid) ?? '', machine: machine() };
  await writeFile(join(folder, ownerFile), JSON.stringify(owner));
  // Its owner is known from the moment it has its final name.
  const final = join(dirname(folder), basename(folder).replace(/^new-/, 'run-'));
  await rename(folder, final);
  living.add(final);
  return final;
}

export async function removeRunFolder(folder: string): Promise<void> {
  await removeTree(folder);
  living.delete(folder);
}

/** Removes a tree, also where a program took away its own right to write to a folder in it. */
async function removeTree(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  try {
    await remove();
  } catch {
    await makeWritable(folder);
    await remove();
  }
}

/** The failed removal may still be at work on other parts: what is gone meanwhile is no error. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

/** Removes the folders of dead processes. Returns how many; what cannot be removed stays for another time. */
export async function cleanStaleCopies(scratch: string): Promise<number> {
  let removed = 0;
  const here = machine();
  for (const name of await readdir(scratch).catch(() => [])) {
    if (!/^(run|new|gone)-/.test(name)) continue;
    try {
      if (!(await isStale(join(scratch, name), here))) continue;
      // Two starts at once: the one that renames it removes it.
      const claimed = join(scratch, `gone-${process.pid}-${name.replace(/^gone-/, '')}`);
      await rename(join(scratch, name), claimed);
      await removeTree(claimed);
      removed += 1;
    } catch {
      // Somebody else was quicker, or may not.
    }
  }
  return removed;
}

async function isStale(folder: string, here: string): Promise<boolean> {
  const text = await readFile(join(folder, ownerFile), 'utf8').catch(() => undefined);
  const parsed = Owner.safeParse(text === undefined ? undefined : safeJson(text));
  const age = Date.now() - (await stat(folder)).mtimeMs;
  // Just being made, or on another machine that shares this folder: only age tells.
  if (!parsed.success) return age > day / 24;
  const owner = parsed.data;
  if (owner.machine !== here) return sameHostEarlierBoot(owner.machine, here) || age > 7 * day;
  return startTime(owner.pid) !== owner.started;
}

const sameHostEarlierBoot = (theirs: string, here: string): boolean => {
  const [host, boot] = theirs.split(' ');
  const [ourHost, ourBoot] = here.split(' ');
  return host === ourHost && boot !== undefined && ourBoot !== undefined && boot !== ourBoot;
};

const safeJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
