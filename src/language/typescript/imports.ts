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
  const blocks = commentBlocks(text, first);
  for (const [index, block] of blocks.entries()) {
    const words = block.comments.map(({ pos, end }) => text.slice(pos, end));
    if (words.some((comment) => FILE_HEADER.test(comment))) continue;
    const own = words.findIndex((comment) => !TOOL_COMMENT.test(comment));
    if (own < 0) continue;
    const isFirst = index === 0 && own === 0;
    // What stands alone at the top speaks of the whole file, unless it heads a section.
    if (isFirst && block.isApart && !words.some((comment) => SECTION.test(comment))) continue;
    return block.comments[own]?.pos ?? first.getStart(file);
  }
  return first.getStart(file);
}

/** Comments by which tools are told about a whole file. */
const TOOL_COMMENT =
  /^\/[/*]+!?\s*(@ts-(no)?check|eslint(?!-disable-(next-)?line)|tslint:(?!disable-(next-)?line)|biome-ignore-all|(istanbul|c8|v8) ignore file|@jest|@vitest|@jsx|@flow|@format|@generated|globals? |<(reference|amd))/;
const SECTION = /[-=*#~_─━═]{3,}|#region\b|\bMARK:/;

interface CommentBlock {
  comments: ts.CommentRange[];
  /** An empty line parts it from what follows. */
  isApart: boolean;
}

/** Whether a comment is the file's or a section's, wherever it stands, and not the next statement's. */
export const isOfFile = (comment: string): boolean =>
  [FILE_HEADER, TOOL_COMMENT, SECTION].some((pattern) => pattern.test(comment));

/** The comments before a statement, in blocks that empty lines part. */
export function commentBlocks(text: string, statement: ts.Statement): CommentBlock[] {
  const blocks: CommentBlock[] = [];
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  for (const [index, comment] of comments.entries()) {
    const next = comments[index + 1]?.pos ?? statement.getStart(statement.getSourceFile());
    const isApart = /\n[ \t]*\r?\n/.test(text.slice(comment.end, next));
    const last = blocks.at(-1);
    if (last && !last.isApart) {
      last.comments.push(comment);
      last.isApart = isApart;
    } else blocks.push({ comments: [comment], isApart });
  }
  return blocks;
}
