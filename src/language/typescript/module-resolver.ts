import { existsSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { type PackageJson, readPackageJson } from '../../repository/package-json.ts';
import type { PackageInfo } from '../../repository/repository.ts';
import { matchPattern, type PathMappings, readPathMappings } from './path-mappings.ts';

/**
 * Where a specifier leads inside the repository, to sources alone: the extensions of NodeNext, `paths`, package
 * `exports` and `imports`, workspace packages, and built output mapped back to the source it was built from.
 */

export interface Resolution {
  /** Repository-relative source file. */
  file: string;
  /** Built file that a program loads at run time in place of the source, where it does. */
  built?: string;
}

/** A module of this repository that leads to no source file: what depends on it cannot be followed. */
interface Unmapped {
  unmapped: string;
}

export interface Alias {
  /** Folder whose files it holds for. */
  dir: string;
  pattern: string;
  /** Repository-relative. */
  targets: string[];
}

const sourceExtensions = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.d.ts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.d.mts',
  '.d.cts',
];
const substitutes: Record<string, string[]> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
const builtExtension = /\.d\.[cm]?ts$|\.[cm]?jsx?$/;
const outputFolder = /^(?:dist|build|out|output|lib|esm|cjs|es|umd|types|typings)$/;
const runtimeConditions = new Set([
  'node',
  'import',
  'require',
  'module',
  'module-sync',
  'default',
  'development',
]);
const builtins = new Set(builtinModules);

const dirOf = (file: string): string => {
  const dir = posix.dirname(file);
  return dir === '.' ? '' : dir;
};
const inDir = (dir: string, path: string): string => posix.normalize(dir === '' ? path : `${dir}/${path}`);

function* upwards(dir: string): Generator<string> {
  for (let at = dir; ; at = dirOf(at)) {
    yield at;
    if (at === '') return;
  }
}

interface Entry {
  target: string;
  conditions: string[];
}

/** Every target of a conditional `exports` or `imports` value, in its order. */
function entriesOf(value: unknown, star: string, conditions: string[] = []): Entry[] {
  if (typeof value === 'string') return [{ target: value.replaceAll('*', star), conditions }];
  if (Array.isArray(value)) return value.flatMap((one) => entriesOf(one, star, conditions));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => entriesOf(inner, star, [...conditions, key]));
}

const headLength = (pattern: string): number =>
  pattern.includes('*') ? pattern.indexOf('*') : pattern.length;

/** Targets of a subpath (`.`, `./x`, `#x`) of an exports or imports map, the most specific pattern first. */
function mapEntries(map: object, subpath: string): Entry[] {
  const patterns = Object.entries(map)
    .map(([pattern, value]) => ({ pattern, value, star: matchPattern(pattern, subpath) }))
    .sort((a, b) => headLength(b.pattern) - headLength(a.pattern));
  const exact = patterns.find(({ pattern }) => pattern === subpath);
  const chosen = exact ?? patterns.find(({ star }) => star !== undefined);
  return chosen === undefined ? [] : entriesOf(chosen.value, chosen.star ?? '');
}

const isSubpathMap = (exports: object): boolean => Object.keys(exports).some((key) => key.startsWith('.'));

export interface ModuleResolver {
  resolve(from: string, specifier: string): Resolution | Unmapped | undefined;
  /** Repository-relative folder of the package that holds a file. */
  packageDirOf(file: string): string;
}

export function openModuleResolver(options: {
  root: string;
  packages: readonly PackageInfo[];
  files: ReadonlySet<string>;
  /** Mappings of test runners and bundlers, before those of the tsconfigs. */
  aliases: readonly Alias[];
}): ModuleResolver {
  const { root, packages, files, aliases } = options;
  const mappings = readPathMappings(root, files);
  const manifests = new Map<string, PackageJson>();
  for (const { dir } of packages) {
    const manifest = readPackageJson(join(root, dir));
    if (manifest !== undefined) manifests.set(dir, manifest);
  }
  const byName = new Map(packages.flatMap((p) => (p.name === undefined ? [] : [[p.name, p.dir] as const])));
  const packageDirs = packages.map((p) => p.dir).sort((a, b) => b.length - a.length);
  const packageDirOf = (file: string): string =>
    packageDirs.find((dir) => dir === '' || file.startsWith(`${dir}/`)) ?? '';
  const mappingsFor = (dir: string): PathMappings[] =>
    [...upwards(dir)].flatMap((at) => mappings.get(at) ?? []);

  const isSource = (path: string): boolean => files.has(path);
  const isOnDisk = (path: string): boolean =>
    existsSync(join(root, path)) && statSync(join(root, path)).isFile();

  /** The source that a compiler turned into the built file at `path`; undefined where `path` is no built file. */
  const sourceOf = (path: string): string | undefined => {
    const extension = builtExtension.exec(path)?.[0];
    if (extension === undefined) return undefined;
    const packageDir = packageDirOf(path);
    const stem = path.slice(0, -extension.length);
    const stems: string[] = [];
    const outputs = mappingsFor(dirOf(path)).flatMap((m) => m.outputs);
    for (const { out, source } of outputs) {
      if (!stem.startsWith(`${out}/`)) continue;
      const rest = stem.slice(out.length + 1);
      const folders = source === undefined ? [packageDir, inDir(packageDir, 'src')] : [source];
      stems.push(...folders.map((folder) => inDir(folder, rest)));
    }
    const inside = packageDir === '' ? stem : stem.slice(packageDir.length + 1);
    const segments = inside.split('/');
    for (let cut = 1; cut < segments.length && outputFolder.test(segments[cut - 1] ?? ''); cut++) {
      const rest = segments.slice(cut).join('/');
      for (const folder of ['src', 'source', 'lib', '']) {
        const candidate = inDir(packageDir, folder === '' ? rest : `${folder}/${rest}`);
        if (candidate !== stem) stems.push(candidate);
      }
    }
    for (const candidate of stems) {
      for (const suffix of ['', '/index']) {
        const found = ['.ts', '.tsx', '.mts', '.cts'].find((ext) => isSource(candidate + suffix + ext));
        if (found !== undefined) return candidate + suffix + found;
      }
    }
    return undefined;
  };

  const listed = (path: string): Resolution | undefined => {
    if (!isSource(path)) return undefined;
    const source = sourceOf(path);
    return source === undefined ? { file: path } : { file: source, built: path };
  };

  /** A path as a specifier may write it, with or without an extension, to a source; folders are not followed. */
  const fileAt = (path: string): Resolution | undefined => {
    const extension = posix.extname(path);
    const stem = path.slice(0, path.length - extension.length);
    for (const ext of substitutes[extension] ?? []) if (isSource(stem + ext)) return { file: stem + ext };
    const source = sourceOf(path);
    if (source !== undefined) return { file: source, built: path };
    if (isSource(path)) return { file: path };
    if (extension in substitutes && isSource(`${stem}.d.ts`)) return { file: `${stem}.d.ts` };
    for (const ext of sourceExtensions) {
      const found = listed(path + ext);
      if (found !== undefined) return found;
    }
    const built = sourceOf(`${path}.js`);
    return built === undefined ? undefined : { file: built, built: `${path}.js` };
  };

  const pathAt = (path: string): Resolution | undefined => {
    // Outside the repository; an absolute one would also have no root folder to end at.
    if (path.startsWith('../') || path.startsWith('/')) return undefined;
    const clean = path === '.' ? '' : path.replace(/\/$/, '');
    const direct = clean === '' ? undefined : fileAt(clean);
    if (direct !== undefined) return direct;
    const manifest = manifests.get(clean);
    if (manifest !== undefined) {
      const main = packageEntry(clean, manifest, '.');
      if (main !== undefined && 'file' in main) return main;
    }
    const index = fileAt(clean === '' ? 'index' : `${clean}/index`);
    if (index !== undefined) return index;
    // Generated sources are often ignored by git, yet on disk and imported.
    for (const candidate of [
      clean,
      ...['.ts', '.tsx', '.js', '/index.ts', '/index.js'].map((ext) => clean + ext),
    ]) {
      if (
        /\.[cm]?[jt]sx?$/.test(candidate) &&
        !/(^|\/)node_modules\//.test(candidate) &&
        isOnDisk(candidate)
      ) {
        return { file: candidate };
      }
    }
    return undefined;
  };

  /** What a package gives for a subpath: the source, and the built file where a program would load that. */
  const packageEntry = (
    dir: string,
    manifest: PackageJson,
    subpath: string,
  ): Resolution | Unmapped | undefined => {
    const { exports } = manifest;
    let entries: Entry[];
    if (exports !== undefined && exports !== null) {
      const map =
        typeof exports === 'object' && !Array.isArray(exports) && isSubpathMap(exports)
          ? exports
          : { '.': exports };
      entries = mapEntries(map, subpath);
    } else if (subpath === '.') {
      const fields = [manifest.main, manifest.module, manifest.source, manifest.types ?? manifest.typings];
      entries = fields.flatMap((target, i) =>
        target === undefined
          ? []
          : [{ target, conditions: [['default'], ['import'], ['source'], ['types']][i] ?? [] }],
      );
      if (!entries.some(({ conditions }) => conditions[0] === 'default' || conditions[0] === 'import')) {
        const index = fileAt(inDir(dir, 'index')) ?? fileAt(inDir(dir, 'src/index'));
        if (index !== undefined) return index;
      }
    } else entries = [{ target: subpath, conditions: ['default'] }];

    const custom = new Set(mappingsFor(dir).flatMap((m) => m.customConditions));
    const found = entries.flatMap(({ target, conditions }) => {
      const resolution = pathOf(dir, target);
      return resolution === undefined ? [] : [{ resolution, conditions }];
    });
    const loaded = found.find(({ conditions }) =>
      conditions.every((c) => runtimeConditions.has(c) || custom.has(c)),
    );
    const direct = found.find(({ resolution }) => resolution.built === undefined);
    if (loaded !== undefined && loaded.resolution.built === undefined) return loaded.resolution;
    const built =
      loaded?.resolution.built ?? entries.find(({ conditions }) => !conditions.includes('types'))?.target;
    const file = direct?.resolution.file ?? loaded?.resolution.file ?? found[0]?.resolution.file;
    if (file !== undefined)
      return built === undefined
        ? { file }
        : { file, built: built.startsWith('.') ? inDir(dir, built) : built };
    return entries[0] === undefined ? undefined : { unmapped: inDir(dir, entries[0].target) };
  };

  /** A path that a manifest names: a file, a folder's index, or what a build puts there out of `src`. */
  const pathOf = (dir: string, target: string): Resolution | undefined => {
    const path = inDir(dir, target);
    if (path.startsWith('../') || path.startsWith('/')) return undefined;
    const direct = fileAt(path) ?? fileAt(`${path}/index`);
    if (direct !== undefined) return direct;
    const source = fileAt(inDir(dir, posix.join('src', target)));
    return source && { file: source.file, built: path };
  };

  const bare = (from: string, specifier: string): Resolution | Unmapped | undefined => {
    const owner = packageDirOf(from);
    const manifest = manifests.get(owner);
    if (specifier.startsWith('#')) {
      const [entry] = manifest?.imports === undefined ? [] : mapEntries(manifest.imports, specifier);
      const all = manifest?.imports === undefined ? [] : mapEntries(manifest.imports, specifier);
      for (const { target } of all) {
        const found = target.startsWith('.') ? pathOf(owner, target) : bare(from, target);
        if (found !== undefined) return found;
      }
      return entry?.target.startsWith('.') ? { unmapped: inDir(owner, entry.target) } : undefined;
    }
    const parts = specifier.split('/');
    const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
    const subpath = specifier === name ? '.' : `.${specifier.slice(name.length)}`;
    // A dependency may have another name here: `"core": "workspace:@shop/core@*"`.
    const declared = manifest?.dependencies[name] ?? manifest?.devDependencies[name];
    const renamed = /^(?:workspace|npm):(@?[^@]+)@/.exec(declared ?? '')?.[1];
    const dir = byName.get(renamed ?? name);
    const target = dir === undefined ? undefined : manifests.get(dir);
    if (dir === undefined || target === undefined) return undefined;
    const found = packageEntry(dir, target, subpath);
    if (found !== undefined && 'file' in found) return found;
    // Without an entry the compiler falls back on the folder itself: `core/src/book`.
    return (
      (subpath === '.' ? undefined : pathAt(inDir(dir, subpath))) ??
      found ?? { unmapped: inDir(dir, subpath) }
    );
  };

  const aliased = (dir: string, specifier: string): Resolution | undefined => {
    const own = aliases.filter(
      (alias) => alias.dir === '' || dir === alias.dir || dir.startsWith(`${alias.dir}/`),
    );
    for (const { pattern, targets } of [...own, ...mappingsFor(dir).flatMap((m) => m.aliases)]) {
      const star = matchPattern(pattern, specifier);
      if (star === undefined) continue;
      for (const target of targets) {
        const found = pathAt(posix.normalize(target.replace('*', star)));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };

  const cache = new Map<string, Resolution | Unmapped | undefined>();
  const resolve = (from: string, raw: string): Resolution | Unmapped | undefined => {
    const specifier = raw.replace(/[?].*$/, '');
    if (specifier === '' || specifier.startsWith('node:') || builtins.has(specifier)) return undefined;
    const dir = dirOf(from);
    const key = `${dir}\0${specifier}`;
    if (cache.has(key)) return cache.get(key);
    const isRelative = /^\.\.?(?:\/|$)/.test(specifier);
    const found = isRelative
      ? pathAt(inDir(dir, specifier))
      : (aliased(dir, specifier) ?? bare(from, specifier));
    cache.set(key, found);
    return found;
  };
  return { resolve, packageDirOf };
}
