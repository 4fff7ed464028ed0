import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { ClasswrightError, checksError } from '../../errors.ts';
import { readPackageJson } from '../../repository/package-json.ts';
import { isInMissingFolder } from './missing-folder.ts';
import type { TypeScriptServer } from './server.ts';
import { type Translation, translate } from './translate.ts';
import { findCoverage, noTsConfig } from './tsconfig.ts';
import { readTsConfig, type TsConfigFile } from './tsconfig-file.ts';
import { matchesTsConfig } from './tsconfig-match.ts';
import type { WorkspaceMapper } from './workspace-sources.ts';

/** A tsconfig that the server has loaded in its translation. */
export interface OpenProject {
  /** Absolute. */
  tsconfig: string;
  translation: Translation;
  compilerVersion: string;
}

export interface Projects {
  /**
   * The project of the target, with the target in it even where it is still to be written. `tsconfig` asks for
   * one; it has to cover the target. Throws `no-tsconfig`.
   */
  openTarget(tsconfig: string | undefined): Promise<OpenProject & { notes: string[] }>;
  /** The project that covers a file, loaded on demand; undefined where none does. Throws `too-many-projects`. */
  of(file: string): Promise<OpenProject | undefined>;
  /** Has a file that is not on disk belong to the project that covers it. */
  include(file: string): Promise<void>;
  /** Has files that no tsconfig covers checked by the options of the target's, in a project of their own. */
  gather(files: readonly string[]): void;
  /** Like `of`, without loading a project: what stands in the way of checking a file; undefined where nothing does. */
  obstacle(file: string): Promise<Obstacle | undefined>;
}

export interface Obstacle {
  reason: string;
  /** Its project does not fit into this session: another one can check it. Otherwise the file can be gathered. */
  isLate: boolean;
  /** Set where gathering gives no full check: its own options cannot be read. */
  lacks?: string;
}

/** Projects beyond the target's own that are loaded for its dependents, each with a program in memory. */
const MAX_PROJECTS = 24;
/** Tsconfigs that do not name the target, asked whether their program imports it. */
const MAX_ASKED = 4;
const UNKNOWN = 'unknown';
const GATHERED = 'tsconfig.classwright-uncovered.json';
const UNCOVERED = 'no tsconfig covers it';

export function openProjects(
  server: TypeScriptServer,
  workspace: Promise<WorkspaceMapper>,
  targetFile: string,
): Projects {
  const { root } = server;
  const configs = new Map<string, TsConfigFile>();
  const overlays = new Map<string, Promise<Translation>>();
  const opened = new Map<string, Promise<OpenProject>>();
  const covering = new Map<string, TsConfigFile | undefined>();
  const admitted = new Set<string>();
  /** Files not on disk, by the tsconfig that they were added to. */
  const included = new Map<string, Set<string>>();
  /** The target's project and the first others that are asked for. */
  const isAdmitted = (path: string): boolean => {
    if (!admitted.has(path) && admitted.size > MAX_PROJECTS) return false;
    admitted.add(path);
    return true;
  };

  const configAt = (path: string): TsConfigFile => {
    const config = configs.get(path) ?? readTsConfig(path);
    configs.set(path, config);
    return config;
  };

  /** Opens the translation of a tsconfig, and of those it references, in place of their texts. */
  const overlay = (path: string, file?: string): Promise<Translation> => {
    const known = overlays.get(path);
    if (known) return known;
    const promise = (async () => {
      const config = configAt(path);
      const { paths, references } = (await workspace).sourcesFor(dirname(path));
      const translation = translate({
        config,
        version: versionNumbers(compilerVersion(dirname(path))),
        files: file === undefined ? [] : [file],
        paths,
        unreachable: isInMissingFolder(targetFile) ? targetFile : undefined,
        references: references.filter((reference) => reference !== path),
      });
      await server.openDocument(path, translation.text);
      return translation;
    })();
    // Known before its references are followed: they may come back to it.
    overlays.set(path, promise);
    return promise.then(async (translation) => {
      for (const reference of referencesOf(translation)) if (existsSync(reference)) await overlay(reference);
      return translation;
    });
  };

  const open = (path: string, file?: string): Promise<OpenProject> => {
    const promise =
      opened.get(path) ??
      overlay(path, file).then(async (translation) => {
        await server.openProject(path);
        return { tsconfig: path, translation, compilerVersion: compilerVersion(dirname(path)) };
      });
    opened.set(path, promise);
    return promise;
  };

  const imports = (path: string, file: string): Promise<boolean> =>
    server.query(`the files of ${path}`, async (snapshot) => {
      const names = await snapshot.getProject(path)?.program.getSourceFileNames();
      return names?.includes(file) ?? false;
    });

  const importerOf = async (file: string): Promise<string | undefined> => {
    for (const path of opened.keys()) if (await imports(path, file)) return path;
    return undefined;
  };

  const coverage = (file: string): TsConfigFile | undefined => {
    if (!covering.has(file)) {
      const inOpened = [...opened.keys()].map(configAt).find((config) => matchesTsConfig(config, file));
      // Most dependents are neighbours: ask the tsconfig of their nearest folder before looking around.
      const near = inOpened && isNearest(root, inOpened.path, file) ? inOpened : undefined;
      covering.set(file, near ?? findCoverage(root, file).covering);
    }
    return covering.get(file);
  };

  return {
    async openTarget(tsconfig) {
      if (tsconfig !== undefined) {
        const isNamed = matchesTsConfig(configAt(tsconfig), targetFile);
        const project = await open(tsconfig, isNamed ? targetFile : undefined);
        if (!isNamed && !(await imports(tsconfig, targetFile)))
          throw noTsConfig(root, targetFile, [tsconfig]);
        covering.set(targetFile, configAt(tsconfig));
        return { ...project, notes: project.translation.notes };
      }
      const found = findCoverage(root, targetFile);
      if (found.covering) {
        covering.set(targetFile, found.covering);
        isAdmitted(found.covering.path);
        const project = await open(found.covering.path, targetFile);
        const also = found.also.map((config) => relative(root, config.path));
        return {
          ...project,
          notes: [
            ...project.translation.notes,
            ...(also.length > 0
              ? [
                  `checked by ${relative(root, project.tsconfig)}; ${also.join(', ')} cover${also.length === 1 ? 's' : ''} the file too`,
                ]
              : []),
          ],
        };
      }
      for (const config of existsSync(targetFile) ? found.others.slice(0, MAX_ASKED) : []) {
        const project = await open(config.path);
        if (!(await imports(config.path, targetFile))) continue;
        covering.set(targetFile, config);
        return {
          ...project,
          notes: [
            ...project.translation.notes,
            `${relative(root, config.path)} does not name the file, but its program imports it`,
          ],
        };
      }
      throw noTsConfig(
        root,
        targetFile,
        found.others.map((config) => config.path),
      );
    },
    async of(file) {
      const config = coverage(file);
      if (config) {
        if (!isAdmitted(config.path)) {
          throw checksError(
            'too-many-projects',
            `${relative(root, file)} belongs to a project beyond the ${MAX_PROJECTS} that are checked in one run`,
            "The repository's own compiler checks it in the final verdict.",
          );
        }
        return await open(config.path);
      }
      const importer = await importerOf(file);
      return importer === undefined ? undefined : await open(importer);
    },
    async include(file) {
      const config = coverage(file);
      if (!config || included.get(config.path)?.has(file)) return;
      const { translation } = await open(config.path);
      const files = (included.get(config.path) ?? new Set()).add(file);
      included.set(config.path, files);
      const parsed = Translated.parse(JSON.parse(translation.text));
      const all = [...new Set([...parsed.files, ...files])];
      await server.openDocument(config.path, JSON.stringify({ ...parsed, files: all }));
    },
    gather(files) {
      const config = covering.get(targetFile);
      if (!config || files.length === 0) return;
      // Only the server knows this file, as an open document.
      const path = join(dirname(config.path), GATHERED);
      const gathered = {
        ...config,
        path,
        // Of the target's sources alone: these files lie elsewhere.
        options: Object.fromEntries(Object.entries(config.options).filter(([name]) => name !== 'rootDir')),
        files: [...files],
        include: [],
        exclude: [],
        references: [config.path],
      };
      configs.set(path, gathered);
      // These options are the target's: the project counts as one with it.
      admitted.add(path);
      for (const file of files) covering.set(file, gathered);
    },
    async obstacle(file) {
      const found = attempt(() => coverage(file));
      if ('error' in found) {
        const reason = `its tsconfig is broken: ${found.error.message}`;
        return { reason, isLate: false, lacks: reason };
      }
      const { config } = found;
      if (!config)
        return (await importerOf(file)) === undefined ? { reason: UNCOVERED, isLate: false } : undefined;
      if (isAdmitted(config.path)) return undefined;
      const reason = `it belongs to a project beyond the ${MAX_PROJECTS} that are checked in each attempt`;
      return { reason, isLate: true };
    },
  };
}

/** What stands in the way of reading a tsconfig of another project is no failure of the target's. */
function attempt(
  read: () => TsConfigFile | undefined,
): { config: TsConfigFile | undefined } | { error: ClasswrightError } {
  try {
    return { config: read() };
  } catch (error) {
    if (error instanceof ClasswrightError && error.code === 'broken-tsconfig') return { error };
    throw error;
  }
}

const Translated = z.looseObject({
  files: z.array(z.string()),
  references: z.array(z.object({ path: z.string() })),
});
const referencesOf = ({ text }: Translation): string[] =>
  Translated.parse(JSON.parse(text)).references.map(({ path }) => path);

/** No other tsconfig.json lies between the file and the tsconfig's folder. */
function isNearest(root: string, tsconfig: string, file: string): boolean {
  for (let dir = dirname(file); dir.length >= root.length; dir = dirname(dir)) {
    if (dir === dirname(tsconfig)) return true;
    if (existsSync(join(dir, 'tsconfig.json'))) return false;
  }
  return false;
}

const Manifest = z.object({ version: z.string() }).catch({ version: UNKNOWN });

function installedVersion(path: string): string {
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
  } catch {
    return UNKNOWN;
  }
}

/** Version of the TypeScript that a folder's own compiler would be; by its package.json where none is installed. */
export function compilerVersion(folder: string): string {
  for (let dir = folder; ; dir = dirname(dir)) {
    const path = join(dir, 'node_modules/typescript/package.json');
    if (existsSync(path)) return installedVersion(path);
    if (dirname(dir) === dir) break;
  }
  for (let dir = folder; dirname(dir) !== dir; dir = dirname(dir)) {
    const manifest = readPackageJson(dir);
    const range = manifest?.devDependencies.typescript ?? manifest?.dependencies.typescript ?? '';
    const version = /\d+\.\d+(\.\d+)?/.exec(range)?.[0];
    if (version) return version;
  }
  return UNKNOWN;
}

/** An unknown compiler is taken for a current one. */
function versionNumbers(version: string): [number, number] {
  const [major = Number.NaN, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return Number.isNaN(major) ? [5, 9] : [major, minor];
}
