import { ts } from 'ts-morph';

export { ts };

/** One text edit in UTF-16 offsets of the unedited text; an insertion has `start === end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Parses one file by syntax alone; the name decides between TypeScript and TSX. */
export const parse = (text: string, fileName: string): ts.SourceFile =>
  ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);

export interface SyntaxError {
  /** 1-based. */
  line: number;
  message: string;
}

/** Errors of the parser alone: no names are resolved, no types are known. */
export function syntaxErrors(text: string, fileName: string): SyntaxError[] {
  const file = parse(text, fileName);
  const program = ts.createProgram({
    rootNames: [fileName],
    options: { noLib: true, noResolve: true, target: ts.ScriptTarget.Latest, jsx: ts.JsxEmit.Preserve },
    host: {
      getSourceFile: (name) => (name === fileName ? file : undefined),
      fileExists: (name) => name === fileName,
      readFile: (name) => (name === fileName ? text : undefined),
      getDefaultLibFileName: () => 'lib.d.ts',
      getCurrentDirectory: () => '',
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => '\n',
      writeFile: () => {},
    },
  });
  return program.getSyntacticDiagnostics(file).map((d) => ({
    line: lineOf(file, d.start),
    message: ts.flattenDiagnosticMessageText(d.messageText, '\n'),
  }));
}

/** 1-based line of an offset. */
export const lineOf = (file: ts.SourceFile, offset: number): number =>
  file.getLineAndCharacterOfPosition(offset).line + 1;

/** Applies edits that do not overlap; insertions at one offset keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits
    .map((edit, order) => ({ ...edit, order }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let out = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) throw new Error(`overlapping edits at offset ${edit.start}`);
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

export const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((m) => m.kind === kind) ?? false);

export const isExportedInline = (node: ts.Node): boolean => hasModifier(node, ts.SyntaxKind.ExportKeyword);

/** On one line, with single spaces. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Skips parentheses, `as`, `satisfies`, `!` and `<T>x`. */
export function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isNonNullExpression(at) ||
    ts.isTypeAssertionExpression(at)
  )
    at = at.expression;
  return at;
}

/** What marks a comment as the whole file's. */
export const FILE_HEADER =
  /@license|@preserve|copyright|licen[sc]ed? |@file|@packageDocumentation|@module\b|SPDX-/i;

/** Comments before a node, as ranges. */
export const leadingComments = (file: ts.SourceFile, node: ts.Node): ts.CommentRange[] =>
  ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];

/**
 * Where a statement starts with the JSDoc block that belongs to it: the last comment before it, unless an empty
 * line parts them or the comment is the file's own header.
 */
export function startWithDoc(file: ts.SourceFile, node: ts.Node): number {
  const start = node.getStart(file);
  const last = leadingComments(file, node).at(-1);
  if (!last || !file.text.startsWith('/**', last.pos)) return start;
  const between = file.text.slice(last.end, start);
  const comment = file.text.slice(last.pos, last.end);
  return /\n\s*\n/.test(between.replaceAll('\r', '')) || FILE_HEADER.test(comment) ? start : last.pos;
}

/** Names in a node that may refer to a declaration outside it: property names after a dot and keys are left out. */
export function referencesIn(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at) && !isPropertyName(at)) names.add(at.text);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return names;
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isJsxAttribute(parent)) return parent.name === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isClassElement(parent) ||
      ts.isTypeElement(parent) ||
      ts.isEnumMember(parent)) &&
    parent.name === node
  );
}

/** Names that a top-level statement declares in the file's scope. */
export function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((d) => bindingNames(d.name));
  if (
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  )
    return statement.name && ts.isIdentifier(statement.name) ? [statement.name.text] : [];
  return [];
}

export function bindingNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((e) => (ts.isOmittedExpression(e) ? [] : bindingNames(e.name)));
}

/** Comments in a node and right before and behind it, in order. */
export function commentsIn(file: ts.SourceFile, node: ts.Node): ts.CommentRange[] {
  const found = new Map<number, ts.CommentRange>();
  const visit = (at: ts.Node): void => {
    if (ts.isJSDoc(at) || ts.isJsxText(at)) return;
    for (const c of [
      ...(ts.getLeadingCommentRanges(file.text, at.pos) ?? []),
      ...(ts.getTrailingCommentRanges(file.text, at.end) ?? []),
    ])
      found.set(c.pos, c);
    for (const child of at.getChildren(file)) visit(child);
  };
  visit(node);
  return [...found.values()].sort((a, b) => a.pos - b.pos);
}

/** Code between two offsets of a node on one line, its comments left out. */
export function codeLine(file: ts.SourceFile, node: ts.Node, start: number, end: number): string {
  const text = file.text.slice(start, end);
  const edits: Edit[] = [];
  if (/\/[/*]/.test(text))
    for (const c of commentsIn(file, node)) edits.push({ start: c.pos, end: c.end, text: ' ' });
  if (/\{[^}]*\n/.test(text)) for (const at of openEnds(node)) edits.push({ start: at, end: at, text: ';' });
  const inside = edits
    .filter((e) => e.start >= start && e.end <= end)
    .map((e) => ({ ...e, start: e.start - start, end: e.end - start }));
  return oneLine(applyEdits(text, inside));
}

/** Ends of type members that only a line ending parts from the next one. */
function openEnds(node: ts.Node): number[] {
  const ends: number[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isTypeLiteralNode(at))
      for (const member of at.members.slice(0, -1))
        if (!/[;,]$/.test(member.getText())) ends.push(member.end);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return ends;
}
