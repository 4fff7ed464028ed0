import {
  codeLine,
  declaredNames,
  hasModifier,
  isExportedInline,
  lineOf,
  oneLine,
  parse,
  startWithDoc,
  ts,
} from './ast.ts';
import { classNodes, exportStatements } from './classes.ts';
import { isImport } from './imports.ts';

export interface DeclarationFacts {
  name: string;
  kind: 'class' | 'interface' | 'type' | 'enum' | 'function' | 'variable' | 'namespace';
  exported: boolean;
  /** On one line, without a body. */
  header: string;
  startLine: number;
  endLine: number;
  /** Text of its documentation comment, without the stars. */
  doc: string | undefined;
}

/** What a file declares at its top level, in order. */
export function declarationsOf(text: string, fileName: string): DeclarationFacts[] {
  const file = parse(text, fileName);
  return file.statements.flatMap((statement): DeclarationFacts[] => {
    const kind = kindOf(statement);
    if (!kind) return [];
    const inline = isExportedInline(statement);
    const names = declaredNames(statement);
    if (names.length === 0 && hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) names.push('default');
    return names.map((name) => ({
      name,
      kind: classNodes(file).some((c) => c.statement === statement && c.name === name && c.form !== 'mixin')
        ? ('class' as const)
        : kind,
      exported: inline || exportStatements(file, name).length > 0,
      header: headerOf(file, statement),
      startLine: lineOf(file, statement.getStart(file)),
      endLine: lineOf(file, statement.end),
      doc: docOf(file, statement),
    }));
  });
}

function kindOf(s: ts.Statement): DeclarationFacts['kind'] | undefined {
  if (ts.isClassDeclaration(s)) return 'class';
  if (ts.isInterfaceDeclaration(s)) return 'interface';
  if (ts.isTypeAliasDeclaration(s)) return 'type';
  if (ts.isEnumDeclaration(s)) return 'enum';
  if (ts.isFunctionDeclaration(s)) return 'function';
  if (ts.isVariableStatement(s)) return 'variable';
  return ts.isModuleDeclaration(s) ? 'namespace' : undefined;
}

const MOST_HEADER = 300;

function headerOf(file: ts.SourceFile, statement: ts.Statement): string {
  const body = bodyOf(statement);
  const text = codeLine(file, statement, statement.getStart(file), body?.getStart(file) ?? statement.end);
  const head = body && !ts.isTypeAliasDeclaration(statement) ? text.replace(/\s*(\{|=>|=)$/, '') : text;
  return head.length > MOST_HEADER ? `${head.slice(0, MOST_HEADER)} …` : head;
}

function bodyOf(s: ts.Statement): ts.Node | undefined {
  if (ts.isFunctionDeclaration(s) || ts.isModuleDeclaration(s)) return s.body;
  if (ts.isClassDeclaration(s) || ts.isInterfaceDeclaration(s) || ts.isEnumDeclaration(s)) {
    const file = s.getSourceFile();
    return s.getChildren(file).findLast((c) => c.kind === ts.SyntaxKind.OpenBraceToken);
  }
  if (!ts.isVariableStatement(s)) return undefined;
  const [only] = s.declarationList.declarations;
  const value = only?.initializer;
  if (!value) return undefined;
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return value.body;
  return value.getText().length > 60 ? value : undefined;
}

function docOf(file: ts.SourceFile, statement: ts.Statement): string | undefined {
  const start = startWithDoc(file, statement);
  if (start === statement.getStart(file)) return undefined;
  const end = file.text.indexOf('*/', start);
  return file.text
    .slice(start + 3, end)
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();
}

/**
 * Tokens of a node without what a formatter may change: white space, comments, quotes, statement semicolons,
 * trailing commas and the parentheses around a lone arrow parameter.
 */
export function fingerprint(file: ts.SourceFile, node: ts.Node): string {
  const tokens: string[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isJSDoc(at)) return;
    if (ts.isStringLiteral(at)) return void tokens.push(JSON.stringify(at.text));
    if (ts.isJsxText(at)) return void tokens.push(oneLine(at.text));
    const children = at.getChildren(file);
    for (const child of children) visit(child);
    if (children.length > 0) return;
    const text = at.getText(file);
    if (text !== '' && !(text === ';' && !ts.isForStatement(at.parent))) tokens.push(text);
  };
  visit(node);
  return tokens
    .filter((t, i) => !(t === ',' && /^[)\]}>]$/.test(tokens[i + 1] ?? '')))
    .join(' ')
    .replace(/\( ([\w$]+) \) =>/g, '$1 =>');
}

const describe = (file: ts.SourceFile, statement: ts.Statement): string => {
  const text = headerOf(file, statement);
  return `\`${text.length > 80 ? `${text.slice(0, 80)} …` : text}\` (line ${lineOf(file, statement.getStart(file))})`;
};

/**
 * Which declarations of `before` are changed or gone in `after`, one sentence each: everything but the class of
 * that name and the imports that bring in names, compared by syntax.
 */
export function existingDeclarationsChanged(
  before: string,
  after: string,
  fileName: string,
  className: string,
): string[] {
  const old = parse(before, fileName);
  const now = parse(after, fileName);
  const { gone } = compareStatements(comparable(old, className), comparable(now, className));
  const names = new Set(now.statements.map((s) => `${s.kind} ${declaredNames(s).join()}`));
  return gone.map((s) => {
    const changed = declaredNames(s).length > 0 && names.has(`${s.kind} ${declaredNames(s).join()}`);
    return `${describe(old, s)} was ${changed ? 'changed' : 'removed'}: only ${className} may change in this file.`;
  });
}

/** Pairs statements of two files one to one, as text and then as tokens, and gives what is left of both. */
export function compareStatements(
  before: readonly ts.Statement[],
  after: readonly ts.Statement[],
): { gone: ts.Statement[]; fresh: ts.Statement[] } {
  const asText = paired(before, after, (s) => s.getText());
  return paired(asText.gone, asText.fresh, (s) => fingerprint(s.getSourceFile(), s));
}

function paired(
  before: readonly ts.Statement[],
  after: readonly ts.Statement[],
  keyOf: (s: ts.Statement) => string,
) {
  const left = new Map<string, ts.Statement[]>();
  for (const s of before) {
    const key = keyOf(s);
    left.set(key, [...(left.get(key) ?? []), s]);
  }
  const fresh = after.filter((s) => left.get(keyOf(s))?.shift() === undefined);
  const standing = new Set([...left.values()].flat());
  return { gone: before.filter((s) => standing.has(s)), fresh };
}

function comparable(file: ts.SourceFile, className: string): ts.Statement[] {
  const target = classNodes(file).find((c) => c.name === className)?.statement;
  return file.statements.filter(
    (s) =>
      s !== target &&
      !ts.isEmptyStatement(s) &&
      !(isImport(s) && !(ts.isImportDeclaration(s) && !s.importClause)),
  );
}
