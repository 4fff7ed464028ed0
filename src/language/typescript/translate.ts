import { dirname, resolve } from 'node:path';
import { standInPaths } from './missing-folder.ts';
import { brokenOption, type TsConfigFile } from './tsconfig-file.ts';
import { effectivePatterns } from './tsconfig-match.ts';

/**
 * The native server is TypeScript 7, whose defaults are others and which knows some options no more: taken as it
 * is, a repository's tsconfig for TypeScript 4 or 5 draws errors that its own compiler has not. The translation
 * says the same to TypeScript 7 as the tsconfig says to the repository's version.
 */

export interface Translation {
  /** Text of a tsconfig for TypeScript 7, without `extends`, all paths absolute. */
  text: string;
  /** What the repository's own compiler goes by: options as set, with its version's defaults for those that constrain code. */
  options: Record<string, unknown>;
  /** What TypeScript 7 cannot be told: found by the repository's own compiler alone. */
  notes: string[];
  /** The text of a file that the server is to be given in its place; of the same length. */
  fileText(text: string): string;
  /** Codes of diagnostics that a removed option of the repository suppresses. */
  suppressed: readonly number[];
  /** The declarations it emits are checked too. */
  declaration: boolean;
}

export interface TranslationInput {
  config: TsConfigFile;
  /** Of the repository's TypeScript, as `[5, 4]`. */
  version: readonly [major: number, minor: number];
  /** Absolute paths that belong to the project whatever the patterns say. */
  files?: readonly string[];
  /** Imports of workspace packages that lead to sources, as absolute `paths`; the tsconfig's own win. */
  paths?: Record<string, string[]>;
  /** A file in a folder that is still to be made, which imports have to be led to. */
  unreachable?: string | undefined;
  /** Absolute paths of the tsconfigs of those sources. */
  references?: readonly string[];
}

/** Options that TypeScript 7 knows no more, or that concern emitting alone. */
const DROPPED = [
  'allowSyntheticDefaultImports alwaysStrict baseUrl charset downlevelIteration esModuleInterop ignoreDeprecations',
  'importsNotUsedAsValues incremental keyofStringsOnly moduleResolution noImplicitUseStrict noEmit',
  'noStrictGenericChecks out outFile plugins preserveValueImports suppressExcessPropertyErrors',
  'suppressImplicitAnyIndexErrors tsBuildInfoFile',
].flatMap((line) => line.split(' '));

const TARGETS =
  'es3 es5 es6 es2015 es2016 es2017 es2018 es2019 es2020 es2021 es2022 es2023 es2024 es2025 esnext'.split(
    ' ',
  );
const MODULES =
  'none commonjs amd umd system es6 es2015 es2020 es2022 esnext node16 node18 node20 nodenext preserve'.split(
    ' ',
  );
const RESOLUTIONS = 'classic node node10 node16 nodenext bundler'.split(' ');

const NODE_MODULES = ['node16', 'node18', 'node20', 'nodenext'];
const IMPLICIT_ANY_INDEX = [7015, 7017, 7052, 7053];

export function translate({
  config,
  version,
  files = [],
  paths,
  unreachable,
  references = [],
}: TranslationInput): Translation {
  const { options } = config;
  const isBefore = (major: number, minor = 0) =>
    version[0] < major || (version[0] === major && version[1] < minor);
  const flag = (name: string) => options[name] === true;
  const oneOf = (name: string, values: readonly string[]): string | undefined => {
    const value = options[name];
    if (value === undefined) return undefined;
    const known = typeof value === 'string' ? value.toLowerCase() : undefined;
    if (known === undefined || !values.includes(known))
      throw brokenOption(config, name, `${name} is none of ${values.join(', ')}`);
    return known;
  };

  const target = oneOf('target', TARGETS) ?? (isBefore(5) ? 'es3' : isBefore(6) ? 'es5' : undefined);
  const isES5 = target === 'es3' || target === 'es5';
  const module = oneOf('module', MODULES) ?? (isBefore(6) ? (isES5 ? 'commonjs' : 'es2015') : undefined);
  const resolution = oneOf('moduleResolution', RESOLUTIONS) ?? defaultResolution(module, isBefore(6));
  const isNode = NODE_MODULES.includes(module ?? '');
  const interop = options.esModuleInterop ?? (!isBefore(6) || isNode || module === 'preserve');
  const strict = options.strict ?? !isBefore(6);

  const translated: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) if (!DROPPED.includes(name)) translated[name] = value;
  const notes: string[] = [];
  const assign = (values: Record<string, unknown>) => Object.assign(translated, values);
  const unlessSet = (values: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(values)) translated[name] ??= value;
  };

  if (target !== undefined) assign({ target: isES5 ? 'es2015' : target });
  if (isES5)
    notes.push(`target ${target} is checked as es2015: iteration that needs downlevelIteration passes`);
  if (isBefore(6)) {
    unlessSet({
      strict: false,
      types: ['*'],
      lib: defaultLib(target ?? 'es5'),
      noUncheckedSideEffectImports: false,
      resolveJsonModule: !isBefore(5) && resolution === 'bundler',
    });
    if (isBefore(5, 6)) unlessSet({ strictBuiltinIteratorReturn: false });
    if (isBefore(4, 4)) unlessSet({ useUnknownInCatchVariables: false });
  }
  assign(translatedModules(module, resolution));
  if (resolution === 'classic') notes.push('moduleResolution classic is checked as node10');

  const mapped = translatedPaths(config, paths, unreachable);
  if (mapped) assign({ paths: mapped });
  else delete translated.paths;
  assign({ skipLibCheck: true });

  if (interop === false) notes.push('esModuleInterop is off: a default import of a CommonJS module passes');
  for (const name of [
    'suppressExcessPropertyErrors',
    'noStrictGenericChecks',
    'keyofStringsOnly',
    'preserveValueImports',
  ])
    if (flag(name)) notes.push(`TypeScript 7 knows no ${name}`);

  const patterns = effectivePatterns(config);
  const text = {
    compilerOptions: translated,
    files: [...new Set([...patterns.files, ...files])],
    include: patterns.include,
    exclude: patterns.exclude,
    references: [...new Set([...config.references, ...references])].map((path) => ({ path })),
  };
  return {
    text: JSON.stringify(text),
    options: withoutUndefined({
      ...options,
      target,
      module,
      moduleResolution: resolution,
      strict,
      esModuleInterop: interop,
    }),
    notes,
    fileText:
      interop === false && ['commonjs', 'none', 'amd', 'umd'].includes(module ?? '')
        ? withImportEquals
        : (text) => text,
    suppressed: flag('suppressImplicitAnyIndexErrors') ? IMPLICIT_ANY_INDEX : [],
    declaration: flag('declaration') || flag('composite'),
  };
}

/**
 * Without `esModuleInterop`, `import * as f` of a CommonJS module is what it assigns to `exports`: it may be called,
 * constructed and extended. TypeScript 7 lets only `import f = require()` do so, which is never the longer one.
 */
const withImportEquals = (text: string): string =>
  text.replace(
    /^([ \t]*)import\s+\*\s+as\s+([\w$]+)\s+from\s+(['"][^'"\n]+['"])/gm,
    (whole, indent, name, module) => `${indent}import ${name}=require(${module})`.padEnd(whole.length),
  );

const withoutUndefined = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function defaultResolution(module: string | undefined, isBefore6: boolean): string | undefined {
  if (module === undefined) return undefined;
  if (module === 'node16') return 'node16';
  if (NODE_MODULES.includes(module)) return 'nodenext';
  if (module === 'preserve') return 'bundler';
  if (!isBefore6) return 'bundler';
  return module === 'commonjs' ? 'node10' : 'classic';
}

/** `module` and resolution as TypeScript 7 has them: node10 is the bundler's without `exports` and `imports`. */
function translatedModules(
  module: string | undefined,
  resolution: string | undefined,
): Record<string, unknown> {
  const modules: Record<string, string> = {
    none: 'commonjs',
    amd: 'commonjs',
    umd: 'commonjs',
    system: 'esnext',
  };
  const result: Record<string, unknown> = {};
  if (module !== undefined) result.module = modules[module] ?? module;
  if (resolution === undefined) return result;
  if (!['classic', 'node', 'node10'].includes(resolution)) return { ...result, moduleResolution: resolution };
  return {
    ...result,
    moduleResolution: 'bundler',
    resolvePackageJsonExports: false,
    resolvePackageJsonImports: false,
  };
}

/** What a target brings along where `lib` is not set. */
function defaultLib(target: string): string[] {
  if (target === 'es3' || target === 'es5') return ['es5', 'dom', 'webworker.importscripts', 'scripthost'];
  const language = target === 'es6' ? 'es2015' : target;
  return [language, 'dom', 'dom.iterable', 'dom.asynciterable', 'webworker.importscripts', 'scripthost'];
}

function translatedPaths(
  { options, path, pathsBase }: TsConfigFile,
  workspace: Record<string, string[]> = {},
  unreachable?: string,
): Record<string, string[]> | undefined {
  const result: Record<string, string[]> = { ...workspace };
  const baseUrl = typeof options.baseUrl === 'string' ? options.baseUrl : undefined;
  const base = baseUrl ?? pathsBase ?? dirname(path);
  if (typeof options.paths === 'object' && options.paths !== null) {
    for (const [pattern, targets] of Object.entries(options.paths)) {
      if (!Array.isArray(targets)) continue;
      result[pattern] = targets.filter((t) => typeof t === 'string').map((t) => resolve(base, t));
    }
  }
  // What no pattern matches is looked for below `baseUrl` before node_modules.
  if (baseUrl !== undefined) result['*'] ??= [resolve(baseUrl, '*')];
  if (unreachable !== undefined) Object.assign(result, standInPaths(result, unreachable));
  return Object.keys(result).length > 0 ? result : undefined;
}
