import type { PackageInfo } from '../../repository/repository.ts';
import { declaredNames, parse, ts } from './ast.ts';
import { compareStatements } from './declarations.ts';
import { readModuleFacts } from './module-facts.ts';
import { openModuleResolver, type Resolution } from './module-resolver.ts';
import { breather, readSource, scanModules } from './module-scan.ts';
import { fileOf, isBody, localOf, moduleUses } from './module-uses.ts';
import { readRunnerAliases } from './runner-aliases.ts';

/** A changed file with the texts that it may have for those who import it; undefined where it is not there. */
export interface ChangedFile {
  /** Repository-relative. */
  file: string;
  before: string | undefined;
  now: string | undefined;
}

export interface FileDependents {
  /** Files that use a declaration of a changed file, directly or through others; nearest first. */
  files: string[];
  /** Imports of packages of this repository behind which no source was found: who depends on what is not known. */
  unmapped: { file: string; specifier: string }[];
  /** Changed files that declare what every file sees: who uses it is not known. */
  global: string[];
}

/** Characters of a file that somebody may have written by hand. */
const MAX_LENGTH = 2_000_000;

/**
 * Who may break when these files change. As in the module graph a node is a declaration, so that an import of
 * another name from the same barrel does not count; what a file exported before counts as exported still, so that
 * users of a name that is gone are found.
 */
export async function fileDependents(options: {
  /** Absolute. */
  root: string;
  packages: readonly PackageInfo[];
  /** Every file of the repository, repository-relative. */
  files: readonly string[];
  changed: readonly ChangedFile[];
  signal?: AbortSignal | undefined;
}): Promise<FileDependents> {
  const { root, packages, signal } = options;
  const changed = new Map(options.changed.map((one) => [one.file, one]));
  const listed = new Set([...options.files, ...changed.keys()]);
  const resolver = openModuleResolver({
    root,
    packages,
    files: listed,
    aliases: readRunnerAliases(root, listed),
  });
  const resolve = (from: string, specifier: string): Resolution | undefined => {
    const found = resolver.resolve(from, specifier);
    return found !== undefined && 'file' in found ? found : undefined;
  };
  const breathe = breather(signal);
  const scan = await scanModules(root, listed, changed.keys(), resolver, breathe);
  const facts = new Map<string, ReturnType<typeof readModuleFacts>>();
  for (const file of scan.reaching) {
    await breathe();
    const change = changed.get(file);
    const text = change ? change.now : readSource(root, file);
    if ((text ?? '').length > MAX_LENGTH) continue;
    const found = readModuleFacts(text ?? '', file);
    if (change?.before !== undefined && change.before !== change.now) {
      const earlier = readModuleFacts(change.before, file);
      for (const [name, local] of earlier.exports)
        if (!found.exports.has(name)) found.exports.set(name, local);
      for (const [name, uses] of earlier.declarations)
        if (!found.declarations.has(name)) found.declarations.set(name, uses);
      found.reexports.push(...earlier.reexports);
    }
    facts.set(file, found);
  }

  const { edges } = moduleUses(facts, resolve, '');
  const incoming = Map.groupBy(edges, ({ to }) => to);
  const differences = new Map([...changed.values()].map((change) => [change.file, differenceOf(change)]));
  const isStart = (node: string): boolean => {
    const difference = differences.get(fileOf(node));
    return difference !== undefined && (difference.isWhole || difference.names.has(localOf(node)));
  };
  const distances = new Map<string, number>();
  let level = [...incoming.keys()].filter((node) => isStart(node) && !isBody(node));
  const seen = new Set(level);
  for (let distance = 0; level.length > 0; distance++) {
    const next: string[] = [];
    // Steps inside a file cost nothing: `level` grows while it is walked.
    for (const node of level) {
      if (!distances.has(fileOf(node))) distances.set(fileOf(node), distance);
      for (const { from, step } of incoming.get(node) ?? []) {
        if (seen.has(from)) continue;
        seen.add(from);
        // Nothing depends on the types of what a module does when it is loaded; the file itself is checked.
        if (isBody(from)) {
          if (step && !distances.has(fileOf(from))) distances.set(fileOf(from), distance + 1);
        } else (step === undefined ? level : next).push(from);
      }
    }
    level = next;
  }
  // An import that leads to no declaration, be it for its effects or of a name that is nowhere, is a use too.
  for (const [file, { imports, sideEffectImports, reexports }] of facts) {
    if (distances.has(file)) continue;
    const specifiers = [
      ...sideEffectImports,
      ...[...imports.values(), ...reexports].map(({ specifier }) => specifier),
    ];
    if (specifiers.some((specifier) => differences.get(resolve(file, specifier)?.file ?? '')?.isWhole))
      distances.set(file, 1);
  }
  for (const file of changed.keys()) distances.delete(file);
  const files = [...distances].sort(([a, i], [b, j]) => i - j || (a < b ? -1 : 1)).map(([file]) => file);
  return {
    files,
    unmapped: scan.unmapped.filter(({ file }) => scan.reaching.has(file)),
    global: [...differences].flatMap(([file, { isGlobal }]) => (isGlobal ? [file] : [])),
  };
}

interface Difference {
  /** Top-level declarations that came, went or read otherwise. */
  names: Set<string>;
  /** Something else of the file differs, such as an import: any declaration may mean something else. */
  isWhole: boolean;
  /** What differs is seen by files that do not import this one. */
  isGlobal: boolean;
}

function differenceOf({ file, before = '', now = '' }: ChangedFile): Difference {
  const [old, fresh] = [parse(before, file), parse(now, file)];
  const compared = compareStatements(old.statements, fresh.statements);
  const losesImports = compared.gone.some(ts.isImportDeclaration);
  const names = new Set<string>();
  const isModule = ts.isExternalModule(old) || ts.isExternalModule(fresh);
  const difference: Difference = { names, isWhole: false, isGlobal: false };
  for (const statement of [...compared.gone, ...compared.fresh]) {
    const declared = declaredNames(statement);
    for (const name of declared) names.add(name);
    const isAmbient =
      ts.isModuleDeclaration(statement) &&
      (ts.isStringLiteral(statement.name) || statement.name.text === 'global');
    if (isAmbient || (!isModule && declared.length > 0)) difference.isGlobal = true;
    // An import that is new changes nothing but what uses it, and that reads otherwise too.
    if (declared.length === 0 && !(ts.isImportDeclaration(statement) && !losesImports))
      difference.isWhole = true;
  }
  return difference;
}
