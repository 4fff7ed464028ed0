import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { upwards, within } from '../posix-paths.ts';
import { readPackageJson } from './package-json.ts';

export interface PackageManager {
  name: 'npm' | 'pnpm' | 'yarn';
  version: string | undefined;
  /** Dependencies are resolved by Yarn's Plug'n'Play: there is no node_modules. */
  pnp: boolean;
  /** Repository-relative folder where it installs: the workspace root, or the package with the lockfile. */
  dir: string;
  lockfile: string | undefined;
}

const lockfiles = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
] as const;

const YarnConfig = z.object({ nodeLinker: z.string().optional() }).catch({});

/** Plug'n'Play is on where Yarn says so, left its loader, or is of version 2 or later and made no node_modules. */
function usesPnp(dir: string, version: string | undefined): boolean {
  if (existsSync(join(dir, '.pnp.cjs')) || existsSync(join(dir, '.pnp.js'))) return true;
  const config = join(dir, '.yarnrc.yml');
  let linker: string | undefined;
  if (existsSync(config)) {
    try {
      linker = YarnConfig.parse(parseYaml(readFileSync(config, 'utf8'))).nodeLinker;
    } catch {
      linker = undefined;
    }
  }
  if (linker !== undefined) return linker === 'pnp';
  const lock = join(dir, 'yarn.lock');
  const berry =
    (version !== undefined && !/^[01]\./.test(version)) ||
    existsSync(config) ||
    (existsSync(lock) && readFileSync(lock, 'utf8').slice(0, 2_000).includes('__metadata:'));
  return berry && !existsSync(join(dir, 'node_modules'));
}

/** From the workspace root (or the target's own package) upwards: the first `packageManager` field or lockfile decides. */
export function findPackageManager(root: string, packageDir: string, notes: string[]): PackageManager {
  for (const dir of upwards(packageDir)) {
    const inside = within(root, dir);
    if (inside === undefined) break;
    const declared = readPackageJson(dir)?.packageManager;
    const lock = lockfiles.find(([file]) => existsSync(join(dir, file)));
    const name = declared?.name ?? lock?.[1];
    if (name !== undefined) {
      const version = declared?.version;
      const lockfile = lockfiles.find(([file, owner]) => owner === name && existsSync(join(dir, file)))?.[0];
      return { name, version, dir: inside, lockfile, pnp: name === 'yarn' && usesPnp(dir, version) };
    }
    if (existsSync(join(dir, 'bun.lock')) || existsSync(join(dir, 'bun.lockb'))) {
      notes.push('The lockfile is of Bun: the installed node_modules are used as they are.');
    }
  }
  const pnp = usesPnp(root, undefined);
  const dir = within(root, packageDir) ?? '';
  return { name: pnp ? 'yarn' : 'npm', version: undefined, pnp, dir: pnp ? '' : dir, lockfile: undefined };
}
