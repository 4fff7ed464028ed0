import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { z } from 'zod';
import { repositoryError } from '../../errors.ts';
import { positionAt } from '../../repository/package-json.ts';

/** A tsconfig with everything it extends merged in, read as syntax. Paths and patterns are absolute. */
export interface TsConfigFile {
  path: string;
  /** As written, whatever the values; `paths` keeps its relative targets, see `pathsBase`. */
  options: Record<string, unknown>;
  /** Folder of the file that declares `paths`. */
  pathsBase: string | undefined;
  files: string[] | undefined;
  include: string[] | undefined;
  exclude: string[] | undefined;
  /** Absolute paths of the referenced tsconfig files. */
  references: string[];
  /** Every file that was read for it, itself first. */
  sources: string[];
}

const Names = z.array(z.string()).optional();
const RawConfig = z.object({
  extends: z.union([z.string(), z.array(z.string())]).optional(),
  compilerOptions: z.record(z.string(), z.unknown()).nullish(),
  files: Names,
  include: Names,
  exclude: Names,
  references: z.array(z.object({ path: z.string() })).optional(),
});
type RawConfig = z.infer<typeof RawConfig>;

const PATH_OPTIONS = ['baseUrl', 'outDir', 'rootDir', 'declarationDir', 'outFile', 'tsBuildInfoFile'];
const PATH_LIST_OPTIONS = ['typeRoots', 'rootDirs'];
// biome-ignore lint/suspicious/noTemplateCurlyInString: it stands so in the file.
const CONFIG_DIR = '${configDir}';

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const readText = (path: string): string => readFileSync(path, 'utf8').replace(/^\uFEFF/, '');

const broken = (path: string, text: string, offset: number, what: string, advice = 'Mend that line.') => {
  const { line, column } = positionAt(text, offset);
  return repositoryError('broken-tsconfig', `${path}:${line}:${column}: ${what}.`, advice);
};

/** The error for an option's value, at the line of the file in the `extends` chain that sets it. */
export function brokenOption(config: TsConfigFile, option: string, what: string) {
  for (const path of config.sources) {
    const text = readText(path);
    const tree = parseTree(text, [], { allowTrailingComma: true });
    const node = tree && findNodeAtLocation(tree, ['compilerOptions', option]);
    if (node) return broken(path, text, node.offset, what);
  }
  return repositoryError('broken-tsconfig', `${config.path}: ${what}.`, 'Mend that option.');
}

function parseRaw(path: string, text: string): RawConfig {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  // An empty file is a tsconfig without any options to the compiler.
  if (text.trim() === '') return {};
  if (error) {
    const what = printParseErrorCode(error.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    throw broken(path, text, error.offset, what);
  }
  const parsed = RawConfig.safeParse(tree && getNodeValue(tree));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.map((key) => (typeof key === 'symbol' ? String(key) : key)) ?? [];
  const node = tree && findNodeAtLocation(tree, at);
  throw broken(path, text, node?.offset ?? 0, `${at.join('.') || 'the file'} has a value of the wrong kind`);
}

/** Where `extends` leads, by the compiler's rules: a path, or a file of an installed package. */
function resolveExtends(from: string, name: string): string | undefined {
  const forms = (path: string) => [path, `${path}.json`, join(path, 'tsconfig.json')].find(isFile);
  if (isAbsolute(name) || /^\.{1,2}(\/|$)/.test(name)) {
    const path = resolve(dirname(from), name);
    return isFile(path) ? path : [`${path}.json`].find(isFile);
  }
  for (let dir = dirname(from); ; dir = dirname(dir)) {
    const path = join(dir, 'node_modules', name);
    const named = manifestTsConfig(path);
    const found = (named && [named, `${named}.json`].find(isFile)) ?? forms(path);
    if (found) return found;
    if (dirname(dir) === dir) break;
  }
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

const Manifest = z.object({ tsconfig: z.string().optional() });

function manifestTsConfig(packageDir: string): string | undefined {
  const path = join(packageDir, 'package.json');
  if (!existsSync(path)) return undefined;
  try {
    const { tsconfig } = Manifest.parse(JSON.parse(readText(path)));
    return tsconfig === undefined ? undefined : join(packageDir, tsconfig);
  } catch {
    return undefined;
  }
}

const absolute = (dir: string, path: string): string =>
  path.startsWith(CONFIG_DIR) ? path : resolve(dir, path);
const absoluteAll = (dir: string, paths: string[] | undefined) => paths?.map((path) => absolute(dir, path));

function absoluteOptions(dir: string, options: Record<string, unknown>): Record<string, unknown> {
  const result = { ...options };
  for (const name of PATH_OPTIONS) {
    const value = result[name];
    if (typeof value === 'string') result[name] = absolute(dir, value);
  }
  for (const name of PATH_LIST_OPTIONS) {
    const value = result[name];
    if (Array.isArray(value))
      result[name] = value.map((item) => (typeof item === 'string' ? absolute(dir, item) : item));
  }
  return result;
}

/** `${configDir}` stands for the folder of the file that is read, also where a file it extends says so. */
function fillConfigDir<T>(value: T, dir: string): T;
function fillConfigDir(value: unknown, dir: string): unknown {
  if (typeof value === 'string')
    return value.startsWith(CONFIG_DIR) ? resolve(dir, `.${value.slice(CONFIG_DIR.length)}`) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => fillConfigDir(item, dir));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillConfigDir(item, dir)]));
  return value;
}

/** Path of a referenced project's file: the reference may name its folder. */
const referencedFile = (dir: string, path: string): string => {
  const full = resolve(dir, path);
  return full.endsWith('.json') ? full : join(full, 'tsconfig.json');
};

/** Reads a tsconfig and what it extends. Throws `ClasswrightError` (`broken-tsconfig`) naming file and line. */
export function readTsConfig(path: string): TsConfigFile {
  const config = readChain(path, []);
  const dir = dirname(path);
  return fillConfigDir(config, dir);
}

function readChain(path: string, above: readonly string[]): TsConfigFile {
  const text = readText(path);
  const dir = dirname(path);
  const raw = parseRaw(path, text);
  const locate = (name: string) => {
    const tree = parseTree(text, [], { allowTrailingComma: true });
    return (tree && findNodeAtLocation(tree, [name]))?.offset ?? 0;
  };
  const config: TsConfigFile = {
    path,
    options: {},
    pathsBase: undefined,
    files: undefined,
    include: undefined,
    exclude: undefined,
    references: [],
    sources: [path],
  };
  for (const name of [raw.extends ?? []].flat()) {
    const parent = resolveExtends(path, name);
    if (parent === undefined)
      throw broken(
        path,
        text,
        locate('extends'),
        `it extends ${name}, which was not found`,
        /^[./]/.test(name) ? undefined : 'Install the dependencies of the repository, or mend that line.',
      );
    if (parent === path || above.includes(parent))
      throw broken(path, text, locate('extends'), `it extends ${name}, which extends this file again`);
    const base = readChain(parent, [...above, path]);
    config.options = { ...config.options, ...base.options };
    config.pathsBase = base.pathsBase ?? config.pathsBase;
    config.files = base.files ?? config.files;
    config.include = base.include ?? config.include;
    config.exclude = base.exclude ?? config.exclude;
    config.sources.push(...base.sources);
  }
  const own = absoluteOptions(dir, raw.compilerOptions ?? {});
  if ('paths' in own) config.pathsBase = dir;
  config.options = Object.fromEntries(
    Object.entries({ ...config.options, ...own }).filter(([, value]) => value !== null),
  );
  config.files = absoluteAll(dir, raw.files) ?? config.files;
  config.include = absoluteAll(dir, raw.include) ?? config.include;
  config.exclude = absoluteAll(dir, raw.exclude) ?? config.exclude;
  config.references = (raw.references ?? []).map((reference) => referencedFile(dir, reference.path));
  return config;
}
