import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'jsonc-parser';
import { z } from 'zod';
import { isInside } from '../paths.ts';
import type { Repository } from './repository.ts';

const Config = z
  .object({
    extends: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .catch(undefined),
    compilerOptions: z
      .object({
        outDir: z.string().optional().catch(undefined),
        declarationDir: z.string().optional().catch(undefined),
      })
      .optional()
      .catch(undefined),
  })
  .catch({});

const Manifest = z.record(z.string(), z.unknown()).catch({});
const entryFields = ['main', 'module', 'browser', 'types', 'typings', 'exports', 'bin', 'publishConfig'];
const usualNames = ['dist', 'build', 'out', 'esm', 'cjs', 'lib', 'es', 'types', 'output'];

/** Whether a folder holds TypeScript that somebody wrote: then it is no folder of built output. */
function holdsSources(folder: string): boolean {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return false;
  }
  return entries.some((entry) =>
    entry.isDirectory()
      ? entry.name !== 'node_modules' && holdsSources(join(folder, entry.name))
      : /\.[cm]?tsx?$/.test(entry.name) && !/\.d\.([^.]+\.)?[cm]?ts$/.test(entry.name),
  );
}

/**
 * Folders that hold what the target's own package is built into, repository-relative: `declared` by one of its
 * tsconfigs; `likely` by its package.json or by custom, so only where git ignores them too.
 */
export function ownOutputFolders(repository: Pick<Repository, 'root' | 'packages' | 'target'>): {
  declared: string[];
  likely: string[];
} {
  const { root, target } = repository;
  const folder = join(root, target.dir);
  const inRepository = (path: string): string | undefined => {
    const inside = relative(root, path);
    return inside === '' || inside.startsWith('..') ? undefined : inside;
  };
  const holdsPackage = (path: string) =>
    isInside(path, folder) || repository.packages.some((info) => isInside(path, join(root, info.dir)));

  const declared = new Set<string>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!/^tsconfig.*\.json$/.test(name)) continue;
    for (const path of outputsOf(join(folder, name), folder)) {
      const inside = inRepository(path);
      if (inside !== undefined && !holdsPackage(path) && !holdsSources(path)) declared.add(inside);
    }
  }

  const likely = new Set(usualNames.map((name) => (target.dir === '' ? name : `${target.dir}/${name}`)));
  const manifest = Manifest.parse(readJsonc(join(folder, 'package.json')));
  for (const field of entryFields) {
    for (const entry of strings(manifest[field])) {
      const [first, second] = entry.replace(/^\.\//, '').split('/');
      if (!first || second === undefined || first.startsWith('.') || first === 'src' || first.includes('*'))
        continue;
      likely.add(target.dir === '' ? first : `${target.dir}/${first}`);
    }
  }
  return { declared: [...declared], likely: [...likely].filter((path) => !holdsSources(join(root, path))) };
}

function outputsOf(config: string, packageFolder: string, seen = new Set<string>()): string[] {
  if (seen.has(config)) return [];
  seen.add(config);
  const { extends: bases, compilerOptions } = Config.parse(readJsonc(config));
  const found: string[] = [];
  for (const output of [compilerOptions?.outDir, compilerOptions?.declarationDir]) {
    if (output === undefined) continue;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: TypeScript's own placeholder.
    found.push(resolve(dirname(config), output.replace('${configDir}', packageFolder)));
  }
  // The nearest value wins; a folder that a base names is inherited only where none is set here.
  if (found.length === 0) {
    for (const base of [bases ?? []].flat()) {
      if (!base.startsWith('.')) continue;
      const path = resolve(dirname(config), base);
      const file = [path, `${path}.json`].find(
        (candidate) => candidate.endsWith('.json') && existsSync(candidate),
      );
      if (file) found.push(...outputsOf(file, packageFolder, seen));
    }
  }
  return found;
}

const readJsonc = (path: string): unknown => {
  try {
    return parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
};

const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];
