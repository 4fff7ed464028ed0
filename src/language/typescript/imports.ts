import { type Edit, FILE_HEADER, ts } from './ast.ts';

/** One name that an import statement brings in. */
export interface Binding {
  /** Module as written. */
  module: string;
  kind: 'default' | 'namespace' | 'named' | 'equals';
  imported: string;
  local: string;
  /** By the statement or by the specifier. */
  typeOnly: boolean;
  statement: ts.ImportDeclaration | ts.ImportEqualsDeclaration;
  specifier: ts.ImportSpecifier | undefined;
}

export type ImportStatement = ts.ImportDeclaration | ts.ImportEqualsDeclaration;

export const isImport = (s: ts.Statement): s is ImportStatement =>
  ts.isImportDeclaration(s) ||
  (ts.isImportEqualsDeclaration(s) && ts.isExternalModuleReference(s.moduleReference));

export const importsOf = (file: ts.SourceFile): ImportStatement[] => file.statements.filter(isImport);

export const moduleOf = (statement: ImportStatement): string => {
  const at = ts.isImportDeclaration(statement)
    ? statement.moduleSpecifier
    : ts.isExternalModuleReference(statement.moduleReference)
      ? statement.moduleReference.expression
      : undefined;
  return at && ts.isStringLiteralLike(at) ? at.text : '';
};

/** `./a`, `./a.js` and `./a.ts` name one module, `./a` and `./a/index` too. */
export const sameModule = (a: string, b: string): boolean => plainModule(a) === plainModule(b);
const plainModule = (module: string): string =>
  /^\.{0,2}\/|^\.{1,2}$/.test(module)
    ? module.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '')
    : module.replace(/^node:/, '');

/** `import 'x'` and `import {} from 'x'` bring in nothing. */
export function bindingsOf(statement: ImportStatement): Binding[] {
  const module = moduleOf(statement);
  if (ts.isImportEqualsDeclaration(statement))
    return [
      {
        module,
        kind: 'equals',
        imported: '=',
        local: statement.name.text,
        typeOnly: statement.isTypeOnly,
        statement,
        specifier: undefined,
      },
    ];
  const clause = statement.importClause;
  if (!clause) return [];
  const isType = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const base = { module, statement, specifier: undefined, typeOnly: isType };
  const found: Binding[] = [];
  if (clause.name) found.push({ ...base, kind: 'default', imported: 'default', local: clause.name.text });
  const named = clause.namedBindings;
  if (named && ts.isNamespaceImport(named))
    found.push({ ...base, kind: 'namespace', imported: '*', local: named.name.text });
  if (named && ts.isNamedImports(named))
    for (const e of named.elements)
      found.push({
        ...base,
        kind: 'named',
        imported: (e.propertyName ?? e.name).text,
        local: e.name.text,
        typeOnly: isType || e.isTypeOnly,
        specifier: e,
      });
  return found;
}

/** Takes a statement out with its line; `andGap`: with the empty lines below it too. */
export function removal(file: ts.SourceFile, statement: ts.Node, andGap: boolean): Edit {
  const tail = (andGap ? /^[ \t]*(\r?\n)+/ : /^[ \t]*\r?\n/).exec(file.text.slice(statement.end));
  return { start: statement.getStart(file), end: statement.end + (tail?.[0].length ?? 0), text: '' };
}

/** Offset below byte order mark, hashbang, header comments and directives, where the first statement's own text begins. */
export function headEnd(file: ts.SourceFile): number {
  const { text } = file;
  const first = file.statements.find(
    (s) => !(ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression)),
  );
  if (!first) return text.length;
  const comments = ts.getLeadingCommentRanges(text, first.getFullStart()) ?? [];
  const start = first.getStart(file);
  // The block of comments that touches the statement is its own, unless it is all that heads the file.
  let at = start;
  for (const comment of comments.toReversed()) {
    const between = text.slice(comment.end, at);
    if (/\n[ \t]*\r?\n/.test(between)) break;
    if (!text.startsWith('/**', comment.pos) || FILE_HEADER.test(text.slice(comment.pos, comment.end))) break;
    at = comment.pos;
  }
  return at;
}
