import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, extname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseJsonc } from 'jsonc-parser';
import picomatch from 'picomatch';
import { z } from 'zod';
import type { Detection, RunnerContext, RunOrder } from '../../../check/test-runner.ts';
import { repositoryError } from '../../../errors.ts';
import { packageRoot } from '../../../package-root.ts';
import type { PackageInfo, Repository } from '../../../repository/repository.ts';
import { parseReport, type Reported } from './report.ts';
import { type ScriptCommand, testCommands } from './script.ts';

export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
export const MAX_REPORT_BYTES = 128 * 1024 * 1024;

/** Repository-relative folders from `dir` up to the root. */
export function upwards(dir: string): string[] {
  const dirs = [dir];
  for (let at = dir; at !== ''; ) {
    at = posix.dirname(at) === '.' ? '' : posix.dirname(at);
    dirs.push(at);
  }
  return dirs;
}

export const packageAt = (repository: Repository, dir: string): PackageInfo | undefined =>
  repository.packages.find((info) => info.dir === dir);

const Manifest = z.object({
  version: z.string().catch('unknown'),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
});

/** A part of a folder's package.json that configures some tool; undefined where there is none. */
export function manifestKey(repository: Repository, dir: string, key: string): unknown {
  const path = join(repository.root, dir, 'package.json');
  if (!existsSync(path)) return undefined;
  const json: unknown = parseJsonc(readFileSync(path, 'utf8'));
  return z.record(z.string(), z.unknown()).catch({}).parse(json)[key];
}

export interface Installed {
  version: string;
  /** Folder of the package, repository-relative, through whatever links lead to it. */
  dir: string;
  bin: string;
}

/** An installed program as Node would find it from `from`, the repository's own node_modules alone. */
export function installed(repository: Repository, from: string, name: string): Installed | undefined {
  for (const at of upwards(from)) {
    const dir = posix.join(at, 'node_modules', name);
    const path = join(repository.root, dir, 'package.json');
    if (!existsSync(path)) continue;
    const { version, bin } = Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
    const entry = typeof bin === 'string' ? bin : bin?.[name];
    if (entry !== undefined) return { version, dir, bin: posix.join(dir, entry) };
  }
  return undefined;
}

export function requireInstalled(repository: Repository, from: string, name: string): Installed {
  const found = installed(repository, from, name);
  if (found) return found;
  throw repositoryError(
    'runner-not-installed',
    `The test runner ${name} is not installed in ${from === '' ? 'the repository' : from}.`,
    `Install the dependencies (${repository.packageManager.name} install), or give --test-command.`,
  );
}

/** The first of `names` that lies in the folder. */
export const configIn = (repository: Repository, dir: string, names: readonly string[]): string | undefined =>
  names.map((name) => posix.join(dir, name)).find((file) => existsSync(join(repository.root, file)));

export function commandIn(
  repository: Repository,
  dir: string,
  fits: (command: ScriptCommand) => boolean,
): ScriptCommand | undefined {
  const info = packageAt(repository, dir);
  return info && testCommands(info.manifest.scripts).find(fits);
}

/** Traces of a runner in one folder: a script that starts it, a configuration file, a dependency. */
export function traces(
  repository: Repository,
  dir: string,
  name: string,
  config: string | undefined,
): Detection | undefined {
  const version = installed(repository, dir, name)?.version ?? 'not installed';
  const command = commandIn(repository, dir, ({ program }) => program === name);
  if (command) return { version, why: `the script "${command.script}" runs ${name}`, strength: 3 };
  if (config !== undefined) return { version, why: `${config} configures it`, strength: 2 };
  const manifest = packageAt(repository, dir)?.manifest;
  const declared = { ...manifest?.peerDependencies, ...manifest?.dependencies, ...manifest?.devDependencies };
  return name in declared ? { version, why: `package.json declares ${name}`, strength: 1 } : undefined;
}

const extension = extname(fileURLToPath(import.meta.url));
const reporters = join(dirname(fileURLToPath(import.meta.url)), 'reporters');
export const reporterPath = (name: string): string => join(reporters, `${name}${extension}`);

/** A path of the copy as programs inside see it. */
export const inside = ({ copy }: RunnerContext, file: string): string => posix.join(copy.insideRoot, file);

/** Runs one command with a reporter of ours and reads what that wrote, however the command ended. */
export async function runReported(
  { copy }: RunnerContext,
  command: { cwd: string; argv: readonly string[]; env?: Record<string, string> },
  order: RunOrder,
): Promise<Reported> {
  order.signal?.throwIfAborted();
  // A name that no earlier run could know: nobody writes the report before it exists.
  const name = `tests-${randomUUID()}.jsonl`;
  const result = await copy.run(command.argv, {
    cwd: command.cwd,
    // CI: snapshots are compared, never written.
    env: {
      CI: 'true',
      NO_COLOR: '1',
      ...command.env,
      CLASSWRIGHT_REPORT: posix.join(copy.temp.inside, name),
    },
    timeoutMs: order.timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    readable: [reporters, join(packageRoot, 'package.json')],
    ...(order.signal ? { signal: order.signal } : {}),
  });
  order.signal?.throwIfAborted();
  const text = await copy.readTemp(name, MAX_REPORT_BYTES);
  await rm(join(copy.temp.host, name), { force: true });
  return { argv: command.argv, result, lines: parseReport(text ?? '') };
}

/** Regular expression for exactly these tests, by full name as runners build it; undefined where they are too many. */
export function namePattern(ids: readonly string[] | undefined): string | undefined {
  if (ids === undefined || ids.length === 0 || ids.length > 200) return undefined;
  const names = ids.map((id) =>
    testName(id)
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(' > ', '(?: > | )'),
  );
  return `^\\s*(?:${[...new Set(names)].join('|')})$`;
}

/** Suites and title of an id: without file, project and count. */
export const testName = (id: string): string =>
  id
    .replace(/^.*? > /s, '')
    .replace(/^\[[^\]]*\] > /, '')
    .replace(/ #\d+$/, '');

/** Folders that never hold the sources of a package's tests. */
const SKIPPED = /^(?:node_modules|dist|coverage|\..*)$/;

/** Files under a repository-relative folder whose path from that folder one of the globs matches. */
export async function filesMatching(
  repository: Repository,
  dir: string,
  globs: readonly string[],
  exclude: readonly string[] = [],
): Promise<string[]> {
  const isMatch = picomatch(
    globs.map((glob) => glob.replace(/^\.\//, '')),
    { dot: true },
  );
  const isExcluded = exclude.length > 0 ? picomatch([...exclude], { dot: true }) : () => false;
  const found: string[] = [];
  const walk = async (at: string): Promise<void> => {
    // A folder that this user may not read holds no test that could run.
    const entries = await readdir(join(repository.root, dir, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = posix.join(at, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.test(entry.name)) await walk(path);
      } else if (entry.isFile() && isMatch(path) && !isExcluded(path)) found.push(posix.join(dir, path));
    }
  };
  if (existsSync(join(repository.root, dir))) await walk('');
  return found;
}
