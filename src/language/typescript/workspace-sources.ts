import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isInside } from '../../paths.ts';
import { type PackageJson, readPackageJson } from '../../repository/package-json.ts';
import type { PackageInfo } from '../../repository/repository.ts';
import { findCoverage } from './tsconfig.ts';
import { readTsConfig } from './tsconfig-file.ts';

/**
 * Imports of workspace packages lead to what their manifest names, often built output that knows nothing of a
 * candidate. Here they are led to the sources that the output is built from.
 */
export interface WorkspaceSources {
  /** For the tsconfig's `paths`; absolute targets. */
  paths: Record<string, string[]>;
  /** Absolute paths of the tsconfigs that cover those sources, so that their own imports resolve by them. */
  references: string[];
}

const OUTPUT_FOLDER = /^(?:build|cjs|dist|es|esm|lib|out|output|types|typings|umd)$/;
const SOURCE_FOLDERS = ['src', 'source', 'lib', ''];
const SOURCES = ['.ts', '.tsx', '.mts', '.cts'];
const BUILT = /\.d\.[cm]?ts$|\.[cm]?jsx?$/;

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

export interface WorkspaceMapper {
  /** For the project of a tsconfig in `folder` (absolute): the workspace packages that its package declares. */
  sourcesFor(folder: string): WorkspaceSources;
}

/** `targetFile` (absolute) counts as a source also where it is still to be written. */
export function openWorkspaceMapper(
  root: string,
  packages: readonly PackageInfo[],
  targetFile: string,
): WorkspaceMapper {
  const byName = new Map(
    packages.flatMap((info) => (info.name === undefined ? [] : [[info.name, info] as const])),
  );
  const mapped = new Map<string, WorkspaceSources>();
  const sourcesOf = (info: PackageInfo, name: string): WorkspaceSources => {
    const known = mapped.get(name) ?? mapPackage(root, join(root, info.dir), name, targetFile);
    mapped.set(name, known);
    return known;
  };
  return {
    sourcesFor(folder) {
      const holders = packages.filter(({ dir }) => isInside(folder, join(root, dir)));
      const owner = packages
        .filter(({ dir }) => isInside(join(root, dir), folder))
        .sort((a, b) => b.dir.length - a.dir.length)[0];
      const result: WorkspaceSources = { paths: {}, references: [] };
      for (const { name, manifest } of owner ? [owner, ...holders] : holders) {
        const declared = {
          ...manifest.peerDependencies,
          ...manifest.devDependencies,
          ...manifest.dependencies,
        };
        for (const dependency of Object.keys(declared)) {
          const info = byName.get(dependency);
          if (!info || dependency === name) continue;
          const { paths, references } = sourcesOf(info, dependency);
          Object.assign(result.paths, paths);
          result.references.push(...references);
        }
      }
      return { paths: result.paths, references: [...new Set(result.references)] };
    },
  };
}

function mapPackage(root: string, dir: string, name: string, targetFile: string): WorkspaceSources {
  const manifest = readPackageJson(dir);
  if (manifest === undefined) return { paths: {}, references: [] };
  const outputs = readOutputs(dir);
  const paths: Record<string, string[]> = {};
  const references = new Set<string>();
  for (const { subpath, targets } of entries(manifest)) {
    const sources = targets
      .map((target) => sourcesOf(dir, target, outputs, targetFile))
      .find((found) => found.length > 0);
    if (sources === undefined) continue;
    paths[subpath === '.' ? name : name + subpath.slice(1)] = sources;
    const { covering } = findCoverage(root, (sources[0] ?? '').replace('*', 'index'));
    if (covering) references.add(covering.path);
  }
  // Imports that reach into the built folder by name: `core/dist/book`.
  for (const { out, source } of outputs) {
    if (isFolder(source)) paths[`${name}/${relative(dir, out)}/*`] ??= [join(source, '*')];
  }
  return { paths, references: [...references] };
}

interface Output {
  out: string;
  source: string;
}

/** Where the package's tsconfigs say that its output lies, and what it is built from. */
function readOutputs(dir: string): Output[] {
  const outputs: Output[] = [];
  const names = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.lib.json'];
  for (const path of names.map((file) => join(dir, file)).filter(isFile)) {
    let options: Record<string, unknown>;
    try {
      options = readTsConfig(path).options;
    } catch {
      // A broken tsconfig is an error where it covers a file that is checked.
      continue;
    }
    const rootDir = typeof options.rootDir === 'string' ? options.rootDir : undefined;
    const source = rootDir ?? (isFolder(join(dir, 'src')) ? join(dir, 'src') : dir);
    for (const out of [options.declarationDir, options.outDir])
      if (typeof out === 'string' && isInside(dir, out) && out !== source) outputs.push({ out, source });
  }
  return outputs;
}

/** Subpaths of a package with everything that they may lead to, types first. */
function entries({
  exports,
  types,
  typings,
  main,
  module,
}: PackageJson): { subpath: string; targets: string[] }[] {
  const fields = [types, typings, module, main].filter((target) => target !== undefined);
  if (exports === undefined || exports === null) return [{ subpath: '.', targets: fields }];
  const isMap = typeof exports === 'object' && Object.keys(exports).some((key) => key.startsWith('.'));
  const subpaths = isMap ? Object.entries(exports) : [['.', exports] as const];
  return subpaths.map(([subpath, value]) => {
    const targets = conditionalTargets(value, false);
    const typed = targets.filter((target) => target.isTypes).map((target) => target.path);
    return {
      subpath,
      targets: [...typed, ...targets.map((target) => target.path), ...(subpath === '.' ? fields : [])],
    };
  });
}

function conditionalTargets(value: unknown, isTypes: boolean): { path: string; isTypes: boolean }[] {
  if (typeof value === 'string') return [{ path: value, isTypes }];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => conditionalTargets(item, isTypes));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([condition, item]) =>
    conditionalTargets(item, isTypes || condition.startsWith('types')),
  );
}

/** The source behind a built file of a manifest; for a path with `*` the forms it may have. Empty for no built file. */
function sourcesOf(dir: string, target: string, outputs: readonly Output[], targetFile: string): string[] {
  const built = resolve(dir, target);
  const stem = built.replace(BUILT, '');
  if (stem === built && !built.endsWith('*') && !isFolder(built) && existsSync(built)) return [];
  if (!isInside(dir, built)) return [];
  const stems = outputs
    .filter(({ out }) => isInside(out, stem))
    .map(({ out, source }) => join(source, relative(out, stem)));
  const parts = relative(dir, stem).split('/');
  for (let cut = 1; cut < parts.length && OUTPUT_FOLDER.test(parts[cut - 1] ?? ''); cut++) {
    for (const folder of SOURCE_FOLDERS) stems.push(join(dir, folder, ...parts.slice(cut)));
  }
  for (const candidate of stems.filter((path) => path !== stem)) {
    if (candidate.includes('*')) {
      if (!isFolder(dirname(candidate.slice(0, candidate.indexOf('*') + 1)))) continue;
      // Where the manifest adds the extension, the import has none, and NodeNext adds none to a mapped path.
      return stem === built ? [candidate] : SOURCES.map((extension) => candidate + extension);
    }
    for (const suffix of ['', '/index']) {
      const found = SOURCES.map((extension) => candidate + suffix + extension).find(
        (path) => path === targetFile || isFile(path),
      );
      if (found !== undefined) return [found];
    }
  }
  return [];
}
