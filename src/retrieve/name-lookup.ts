import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path/posix';
import type { IndexedDeclaration, IndexedFile } from '../language/typescript/declaration-index.ts';

/** What a name means in a file of the index, by syntax alone. */
export interface NameLookup {
  /** What the file itself declares or imports under the name; undefined where that is nothing of the index. */
  inScope(name: string, file: string): IndexedDeclaration | undefined;
  /** As in scope, else the exported declaration of that name that lies nearest to the file. */
  nearest(name: string, file: string): IndexedDeclaration | undefined;
  /** The declaration that an import statement of the file brings in. */
  imported(name: string, module: string, file: string): IndexedDeclaration | undefined;
  /** Other declarations of the same name in the same file. */
  mergedWith(declaration: IndexedDeclaration): IndexedDeclaration[];
  /** Other files that export the declaration again, nearest first. */
  barrelsOf(declaration: IndexedDeclaration): string[];
}

/** `packages`: installed ones, whose names mean nothing in the index. */
export function openNames(index: readonly IndexedFile[], packages: ReadonlySet<string>): NameLookup {
  const byName = new Map<string, IndexedDeclaration[]>();
  const byFile = new Map(index.map((file) => [file.file, file]));
  const byStem = new Map(index.map(({ file }) => [stemOf(file), file]));
  for (const { declarations } of index)
    for (const d of declarations) {
      const known = byName.get(d.name);
      if (known) known.push(d);
      else byName.set(d.name, [d]);
    }

  const moduleFile = (module: string, from: string): string | undefined => {
    const stem = stemOf(join(dirname(from), module));
    return byStem.get(stem) ?? byStem.get(join(stem, 'index'));
  };
  const isInstalled = (module: string): boolean =>
    isBuiltin(module) || packages.has(/^(@[^/]+\/[^/]+|[^/]+)/.exec(module)?.[0] ?? '');
  const nearestExported = (name: string, from: string): IndexedDeclaration | undefined =>
    best(byName.get(name) ?? [], (d) => (d.exported ? distance(from, d.file) + isMerged(d) / 2 : undefined));

  const imported = (name: string, module: string, file: string): IndexedDeclaration | undefined => {
    if (isInstalled(module)) return undefined;
    const from = module.startsWith('.') ? moduleFile(module, file) : file;
    // A barrel passes on what lies near it.
    return from === undefined ? undefined : (declared(name, from) ?? nearestExported(name, from));
  };
  const declared = (name: string, file: string): IndexedDeclaration | undefined =>
    best(byName.get(name) ?? [], (d) => (d.file === file ? isMerged(d) : undefined));
  const inScope = (name: string, file: string): IndexedDeclaration | undefined => {
    if (!byName.has(name)) return undefined;
    const own = declared(name, file);
    if (own) return own;
    const statement = byFile.get(file)?.imports.find((i) => i.name === name);
    return statement && imported(name, statement.module, file);
  };

  const barrels = new Map<string, { file: string; names: ReadonlySet<string> | undefined }[]>();
  for (const { file, reexports } of index)
    for (const { module, names } of reexports) {
      const from = module.startsWith('.') ? moduleFile(module, file) : undefined;
      if (from !== undefined) barrels.set(from, [...(barrels.get(from) ?? []), { file, names }]);
    }
  return {
    inScope,
    imported,
    nearest: (name, file) => inScope(name, file) ?? nearestExported(name, file),
    mergedWith: (one) => (byName.get(one.name) ?? []).filter((d) => d !== one && d.file === one.file),
    barrelsOf: ({ name, file, exported }) =>
      exported
        ? (barrels.get(file) ?? [])
            .filter(({ names }) => names === undefined || names.has(name))
            .map((barrel) => barrel.file)
            .sort((a, b) => distance(file, a) - distance(file, b) || (a < b ? -1 : 1))
        : [],
  };
}

const stemOf = (path: string): string => path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');

/** Of a class and the namespace merged with it, the class is what is meant. */
const isMerged = ({ kind }: IndexedDeclaration): number => Number(kind === 'namespace');

/** The first item of the lowest cost; those without one are out. */
function best<T>(items: readonly T[], costOf: (item: T) => number | undefined): T | undefined {
  let found: { item: T; cost: number } | undefined;
  for (const item of items) {
    const cost = costOf(item);
    if (cost !== undefined && cost < (found?.cost ?? Number.POSITIVE_INFINITY)) found = { item, cost };
  }
  return found?.item;
}

/** Folders between two files. */
export function distance(a: string, b: string): number {
  const x = dirname(a).split('/');
  const y = dirname(b).split('/');
  let common = 0;
  while (common < x.length && x[common] === y[common]) common++;
  return x.length + y.length - 2 * common;
}
