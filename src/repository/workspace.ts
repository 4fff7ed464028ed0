import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { repositoryError } from '../errors.ts';
import { upwards, within } from '../posix-paths.ts';
import { readPackageJson } from './package-json.ts';

const WorkspaceFile = z.object({ packages: z.array(z.string()).catch([]) }).catch({ packages: [] });

/** Workspace globs that the folder declares; undefined where it is no workspace root. */
function workspaceGlobs(dir: string): string[] | undefined {
  const pnpm = join(dir, 'pnpm-workspace.yaml');
  if (existsSync(pnpm)) {
    try {
      return WorkspaceFile.parse(parseYaml(readFileSync(pnpm, 'utf8'))).packages;
    } catch (error) {
      const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw repositoryError(
        'broken-workspace-file',
        `${pnpm} is not valid YAML: ${message}`,
        'Mend the file.',
      );
    }
  }
  return readPackageJson(dir)?.workspaces;
}

/** Folders of installed packages. */
export const skipped = new Set(['node_modules', 'bower_components']);

/** Folders below `root` (posix, relative) that the globs name and that hold a package.json. */
async function workspaceMembers(root: string, globs: readonly string[]): Promise<string[]> {
  const clean = (glob: string) => glob.replace(/^\.\//, '').replace(/\/+$/, '');
  const include = globs.filter((glob) => !glob.startsWith('!')).map(clean);
  const exclude = globs.filter((glob) => glob.startsWith('!')).map((glob) => clean(glob.slice(1)));
  const depth = include.some((glob) => glob.includes('**'))
    ? Number.POSITIVE_INFINITY
    : Math.max(0, ...include.map((glob) => glob.split('/').length));
  const included = picomatch(include);
  const excluded = picomatch(exclude);
  const found: string[] = [];
  const walk = async (dir: string, level: number): Promise<void> => {
    const entries = await readdir(join(root, dir), { withFileTypes: true }).catch(() => []);
    if (dir !== '' && included(dir) && !excluded(dir) && entries.some((e) => e.name === 'package.json'))
      found.push(dir);
    if (level >= depth) return;
    for (const entry of entries) {
      if (entry.isDirectory() && !skipped.has(entry.name) && !entry.name.startsWith('.git')) {
        await walk(dir === '' ? entry.name : `${dir}/${entry.name}`, level + 1);
      }
    }
  };
  if (include.length > 0) await walk('', 0);
  return found.sort();
}

export interface Workspace {
  /** Absolute. */
  root: string;
  /** Folders below it, posix and relative. */
  members: string[];
}

/** The outermost workspace that counts the package in `dir` as its own or as a member. */
export async function findWorkspace(
  packageDir: string,
  gitRoot: string | undefined,
): Promise<Workspace | undefined> {
  let outermost: Workspace | undefined;
  for (const root of upwards(packageDir)) {
    let globs: string[] | undefined;
    try {
      globs = workspaceGlobs(root);
    } catch (error) {
      // A broken manifest matters inside the repository, not in a folder that merely lies above it.
      if (root === packageDir || (gitRoot !== undefined && within(gitRoot, root) !== undefined)) throw error;
    }
    if (globs === undefined) continue;
    const members = await workspaceMembers(root, globs);
    const inside = within(root, packageDir);
    if (inside === '' || members.some((member) => member === inside)) outermost = { root, members };
  }
  return outermost;
}
