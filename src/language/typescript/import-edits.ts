import { applyEdits, declaredNames, parse, ts } from './ast.ts';
import { mergeImports } from './import-merge.ts';
import { type Binding, bindingsOf, importsOf, isImport } from './imports.ts';
import { detectStyle } from './style.ts';

/** Changes to the imports of one text, by syntax alone; everything else stays as it is, byte for byte. */

/** A name that the text imports. */
export interface ImportedName {
  local: string;
  module: string;
  typeOnly: boolean;
}

/** The imports that stand in a range of lines, 1-based; all of them without a range. */
export function importedNamesOf(
  text: string,
  fileName: string,
  range?: { line: number; endLine: number },
): ImportedName[] {
  const file = parse(text, fileName);
  const line = (offset: number) => file.getLineAndCharacterOfPosition(offset).line + 1;
  return importsOf(file)
    .filter((s) => !range || (line(s.getStart(file)) <= range.endLine && range.line <= line(s.end)))
    .flatMap(bindingsOf)
    .map(({ local, module, typeOnly }) => ({ local, module, typeOnly }));
}

/** Adds an import statement, joined to those that the text has. Undefined where a name of it is taken. */
export function withImport(text: string, fileName: string, statement: string): string | undefined {
  const file = parse(text, fileName);
  const declared = new Map<string, { line: number; isType: boolean }>();
  for (const s of file.statements)
    if (!isImport(s)) for (const name of declaredNames(s)) declared.set(name, { line: 0, isType: false });
  const merged = mergeImports({
    file,
    wanted: importsOf(parse(statement, fileName)),
    isUsed: () => true,
    isLeft: () => false,
    declared,
    className: '',
    style: detectStyle([
      { text, fileName },
      { text: statement, fileName },
    ]),
  });
  return merged.problems.length > 0 ? undefined : applyEdits(text, merged.edits);
}

/** Takes imported names out, and statements that bring in nothing any more. */
export function withoutImports(text: string, fileName: string, locals: ReadonlySet<string>): string {
  const file = parse(text, fileName);
  const { edits } = mergeImports({
    file,
    wanted: [],
    isUsed: () => false,
    isLeft: (name) => locals.has(name),
    declared: new Map(),
    className: '',
    style: detectStyle([{ text, fileName }]),
  });
  return applyEdits(text, edits);
}

const written = ({ kind, imported, local }: Binding): string => {
  if (kind === 'default') return local;
  if (kind === 'namespace') return `* as ${local}`;
  return imported === local ? `{ ${local} }` : `{ ${imported} as ${local} }`;
};

/** Imports a name as a type alone (`asType`), or as a value again, from where it came or from another module. */
export function withReimport(
  text: string,
  fileName: string,
  local: string,
  change: { asType?: boolean; module?: string },
): { statement: string; text: string } | undefined {
  const binding = importsOf(parse(text, fileName))
    .flatMap(bindingsOf)
    .find((b) => b.local === local);
  if (!binding || binding.kind === 'equals') return undefined;
  const word = (change.asType ?? binding.typeOnly) ? 'import type' : 'import';
  const statement = `${word} ${written(binding)} from '${change.module ?? binding.module}'`;
  const added = withImport(withoutImports(text, fileName, new Set([local])), fileName, `${statement};`);
  return added === undefined ? undefined : { statement, text: added };
}

/** Writes another module specifier in every import that has the first one. */
export function withSpecifier(text: string, fileName: string, from: string, to: string): string {
  const file = parse(text, fileName);
  const edits = importsOf(file).flatMap((statement) => {
    const at = ts.isImportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    return at && ts.isStringLiteralLike(at) && at.text === from
      ? [{ start: at.getStart(file) + 1, end: at.end - 1, text: to }]
      : [];
  });
  return applyEdits(text, edits);
}
