import { readdir } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { readPackageJson } from '../../../repository/package-json.ts';
import type { Snapshot } from '../api.ts';
import type { QueryContext } from '../context.ts';
import { nodesOf } from './nodes.ts';
import { isTypeScript, projectOf } from './resolve.ts';

/** How the files beside the target write their imports. */
export interface ImportStyle {
  /** Relative specifiers that siblings use: they carry the style of extensions. */
  relative: string[];
  /** Whether other folders of the package are reached through an alias; undefined where nothing shows it. */
  prefersAlias: boolean | undefined;
  /** What an alias stands for: `@/` for an absolute folder. */
  aliases: { prefix: string; dir: string }[];
  /** Other specifiers that the target and its siblings use. */
  packages: Set<string>;
  quote: "'" | '"';
  /** Types are imported with `import type` or `{ type X }`. */
  marksTypes: boolean;
}

const MOST_SIBLINGS = 12;

export const specifiersIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"](.+?)['"]/gm)].flatMap(
      (match) => match[1] ?? [],
    ),
  ),
];

export async function readImportStyle(context: QueryContext, snapshot: Snapshot): Promise<ImportStyle> {
  const dir = dirname(context.targetFile);
  const siblings = await siblingsOf(context, dir);
  const texts = await Promise.all([context.targetText(), ...siblings.map((file) => context.readText(file))]);
  const quotes = texts.flatMap((text) => text?.match(/(?<=\bfrom\s*)['"]/g) ?? []);
  const style: ImportStyle = {
    relative: [],
    prefersAlias: undefined,
    aliases: [],
    packages: new Set(),
    quote: "'",
    marksTypes: false,
  };
  let upward = 0;
  let aliased = 0;
  for (const [index, text = ''] of texts.entries()) {
    style.marksTypes ||= /^\s*import\s+(?:type\b|\{[^}]*\btype\s)/m.test(text);
    for (const specifier of specifiersIn(text)) {
      const file = index === 0 ? context.targetFile : (siblings[index - 1] ?? '');
      if (specifier.startsWith('.')) {
        if (dirname(file) === dir) style.relative.push(specifier);
        if (specifier.startsWith('../')) upward++;
        continue;
      }
      style.packages.add(specifier);
      const target = await fileBehind(context, snapshot, file, text, specifier);
      if (target === undefined || packageDirOf(context, target) !== packageDirOf(context, context.targetFile))
        continue;
      const alias = aliasOf(specifier, target);
      if (!alias) continue;
      aliased++;
      if (!style.aliases.some((known) => known.prefix === alias.prefix)) style.aliases.push(alias);
    }
  }
  if (quotes.filter((one) => one === '"').length * 2 > quotes.length) style.quote = '"';
  if (upward + aliased > 0) style.prefersAlias = aliased > upward;
  style.relative = [...new Set(style.relative)];
  return style;
}

/** Files of the same folder, else of the nearest folder above that has some. */
async function siblingsOf(context: QueryContext, start: string): Promise<string[]> {
  for (let dir = start; dir.startsWith(context.root); dir = dirname(dir)) {
    const names = await readdir(dir).catch(() => []);
    const files = names.filter((name) => isTypeScript(name) && !/\.d\.[cm]?ts$|\.(?:test|spec)\./.test(name));
    const paths = files.map((name) => join(dir, name)).filter((file) => file !== context.targetFile);
    if (paths.length > 0) return paths.slice(0, MOST_SIBLINGS);
  }
  return [];
}

/** Absolute path of the repository's file that a specifier leads to. */
export async function fileBehind(
  context: QueryContext,
  snapshot: Snapshot,
  file: string,
  text: string,
  specifier: string,
): Promise<string | undefined> {
  const position = Math.max(text.indexOf(`'${specifier}'`), text.indexOf(`"${specifier}"`)) + 1;
  const project = await projectOf(context, snapshot, file);
  const symbol =
    position > 0
      ? await project?.checker.getSymbolAtPosition(file, position).catch(() => undefined)
      : undefined;
  const [node] = symbol && project ? await nodesOf(symbol, project) : [];
  const path = node?.getSourceFile().fileName;
  return path?.startsWith(context.root + sep) && !path.includes(`${sep}node_modules${sep}`)
    ? path
    : undefined;
}

/** `@/util/log` for `/repo/src/util/log.ts` means that `@/` is `/repo/src`. */
function aliasOf(specifier: string, target: string): { prefix: string; dir: string } | undefined {
  const plain = (path: string) => path.replace(/(?:\/index)?(?:\.d)?(?:\.[cm]?[jt]sx?)?$/, '');
  const wanted = plain(specifier).split('/');
  const parts = plain(target.split(sep).join('/')).split('/');
  let shared = 0;
  while (shared < wanted.length - 1 && wanted.at(-1 - shared) === parts.at(-1 - shared)) shared++;
  if (shared === 0) return undefined;
  return {
    prefix: `${wanted.slice(0, wanted.length - shared).join('/')}/`,
    dir: parts.slice(0, parts.length - shared).join('/'),
  };
}

export function packageDirOf(context: QueryContext, file: string): string {
  for (let dir = dirname(file); dir.length > context.root.length; dir = dirname(dir))
    if (readPackageJson(dir)) return dir;
  return context.root;
}

/** The other way to write a specifier that leads to `target`, where the siblings prefer it. */
export function preferred(
  style: ImportStyle,
  specifier: string,
  from: string,
  target: string,
): string | undefined {
  const bare = target
    .slice(0, target.length - extname(target).length)
    .split(sep)
    .join('/');
  if (specifier.startsWith('../') && style.prefersAlias) {
    const alias = style.aliases.find(({ dir }) => bare.startsWith(`${dir}/`));
    return alias && `${alias.prefix}${bare.slice(alias.dir.length + 1)}${endingOf(specifier)}`;
  }
  if (!specifier.startsWith('.') && style.prefersAlias === false) {
    const path = relative(dirname(from), bare).split(sep).join('/');
    const sample = style.relative[0];
    return `${path.startsWith('.') ? '' : './'}${path}${sample === undefined ? '' : endingOf(sample)}`;
  }
  return undefined;
}

const endingOf = (specifier: string): string => /\.[cm]?[jt]sx?$/.exec(specifier)?.[0] ?? '';
