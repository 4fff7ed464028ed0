import { dirname, join } from 'node:path';
import { toPosix } from '../../posix-paths.ts';
import type { TsConfigFile } from './tsconfig-file.ts';

/** Whether a tsconfig's own patterns name a file, which need not exist: the compiler's rules, as syntax. */

const NO_PACKAGE_FOLDER = '(?!(?:node_modules|bower_components|jspm_packages)(?:/|$))';
const CHECKED = /\.(?:tsx?|mts|cts)$/;

/** Patterns that are in force, written out where the compiler has a default. */
export function effectivePatterns(config: TsConfigFile): {
  files: string[];
  include: string[];
  exclude: string[];
} {
  const dir = dirname(config.path);
  const outputs = [config.options.outDir, config.options.declarationDir];
  return {
    files: config.files ?? [],
    include: config.include ?? (config.files ? [] : [join(dir, '**/*')]),
    exclude: config.exclude ?? outputs.filter((output) => typeof output === 'string'),
  };
}

export function matchesTsConfig(config: TsConfigFile, file: string): boolean {
  if (!CHECKED.test(file)) return false;
  const { files, include, exclude } = effectivePatterns(config);
  if (files.includes(file)) return true;
  const path = toPosix(file);
  return (
    include.some((pattern) => includePattern(toPosix(pattern))?.test(path)) &&
    !exclude.some((pattern) => excludePattern(toPosix(pattern)).test(path))
  );
}

const escapeText = (text: string): string => text.replace(/[\\^$.|+()[\]{}]/g, '\\$&');

/** Undefined for a pattern the compiler refuses: one that ends in `**`. */
function includePattern(pattern: string): RegExp | undefined {
  const parts = pattern.replace(/\/+$/, '').split('/');
  if (parts.at(-1) === '**') return undefined;
  // A last part without wildcard or extension names a folder.
  if (!/[.*?]/.test(parts.at(-1) ?? '')) parts.push('**', '*');
  let source = '^';
  for (const [index, part] of parts.entries()) {
    if (part === '**') {
      source += `(?:/${NO_PACKAGE_FOLDER}[^/.][^/]*)*?`;
      continue;
    }
    if (index > 0) source += '/';
    const wild = escapeText(part).replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]');
    if (part.startsWith('*') || part.startsWith('?')) source += `${NO_PACKAGE_FOLDER}(?!\\.)`;
    source += wild;
  }
  return new RegExp(`${source}$`);
}

function excludePattern(pattern: string): RegExp {
  const parts = pattern.replace(/\/+$/, '').split('/');
  let source = '^';
  for (const [index, part] of parts.entries()) {
    if (part === '**') {
      source += '(?:/.+?)?';
      continue;
    }
    if (index > 0) source += '/';
    source += escapeText(part).replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]');
  }
  return new RegExp(`${source}(?:$|/)`);
}
