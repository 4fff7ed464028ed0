import type { Location } from '../../../check/report.ts';
import {
  type ApiSymbol,
  is,
  type Node,
  type Program,
  type Project,
  type SourceFile,
  SyntaxKind,
} from '../api.ts';
import type { QueryContext } from '../context.ts';

/** Reading the server's syntax trees: kinds, headers, places, texts of declarations. */

const fetched = new WeakMap<Program, Map<string, Promise<SourceFile | undefined>>>();

/** A file's syntax tree, sent once: handles that are resolved side by side would each have it sent anew. */
export function sourceOf(project: Project, file: string): Promise<SourceFile | undefined> {
  const files = fetched.get(project.program) ?? new Map<string, Promise<SourceFile | undefined>>();
  fetched.set(project.program, files);
  let source = files.get(file);
  if (!source) {
    source = project.program.getSourceFile(file).catch(() => undefined);
    files.set(file, source);
  }
  return source;
}

export async function nodeOf(handle: Handle | undefined, project: Project): Promise<Node | undefined> {
  if (!handle || !(await sourceOf(project, handle.path))) return undefined;
  return handle.resolve(project);
}

type Handle = ApiSymbol['declarations'][number];

/** Declarations of a symbol as nodes; ones that the project cannot give are left out. */
export async function nodesOf(symbol: ApiSymbol, project: Project): Promise<Node[]> {
  const nodes = await Promise.all(symbol.declarations.map((handle) => nodeOf(handle, project)));
  return nodes.filter((node) => node !== undefined);
}

/** Absolute path of the file that a node stands in. */
export const fileOf = (node: Node): string => node.getSourceFile().fileName;

/** The name of a declaration where it has one, else the declaration. */
export function nameNode(node: Node): Node {
  const name = 'name' in node ? node.name : undefined;
  return isNode(name) ? name : node;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && 'getStart' in value;

export function locationOf(node: Node, context: QueryContext): Location {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: context.relative(file.fileName), line: line + 1, column: character + 1 };
}

export const endLineOf = (node: Node): number => {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.end).line + 1;
};

/** A variable's declaration lies deep in its statement, which is what a reader wants to see. */
export function wholeDeclaration(node: Node): Node {
  const list = is.isVariableDeclaration(node) ? node.parent : undefined;
  const statement = list?.parent;
  return statement && is.isVariableStatement(statement) ? statement : node;
}

/** Text of a declaration with its documentation, with the indentation of its first line taken off all lines. */
export function textOf(node: Node): string {
  const file = node.getSourceFile();
  const start = node.getStart(file, true);
  const lineStart = file.text.lastIndexOf('\n', start - 1) + 1;
  const indent = /^[ \t]*/.exec(file.text.slice(lineStart, start))?.[0] ?? '';
  return file.text
    .slice(start, node.end)
    .split(/\r?\n/)
    .map((line, index) => (index > 0 && line.startsWith(indent) ? line.slice(indent.length) : line))
    .join('\n');
}

const MOST_HEADER = 240;

/** The declaration without its body, on one line. */
export function headerOf(node: Node): string {
  const whole = wholeDeclaration(node);
  const file = whole.getSourceFile();
  const start = whole.getStart(file);
  const text = oneLine(file.text.slice(start, bodyStart(node, file) ?? whole.end)).replace(
    /\s*(?:\{|=>|=|;)$/,
    '',
  );
  return text.length > MOST_HEADER ? `${text.slice(0, MOST_HEADER)} …` : text;
}

function bodyStart(node: Node, file: SourceFile): number | undefined {
  if (
    is.isClassDeclaration(node) ||
    is.isClassExpression(node) ||
    is.isInterfaceDeclaration(node) ||
    is.isEnumDeclaration(node)
  )
    return node.members.pos;
  if ('body' in node && isNode(node.body)) return node.body.getStart(file);
  if (is.isVariableDeclaration(node) && node.initializer) {
    const value = node.initializer;
    if (is.isArrowFunction(value) || is.isFunctionExpression(value)) return value.body?.getStart(file);
    if (is.isClassExpression(value)) return value.members.pos;
    if (value.end - value.pos > 80) return value.getStart(file);
  }
  if (is.isPropertyDeclaration(node) && node.initializer && node.type) return node.initializer.pos - 1;
  return undefined;
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

export type DeclarationKind = 'class' | 'interface' | 'type' | 'enum' | 'function' | 'variable' | 'namespace';

/** Undefined for members, parameters and other things that are no declaration of a module. */
export function kindOf(node: Node): DeclarationKind | undefined {
  switch (node.kind) {
    case SyntaxKind.ClassDeclaration:
    case SyntaxKind.ClassExpression:
      return 'class';
    case SyntaxKind.InterfaceDeclaration:
      return 'interface';
    case SyntaxKind.TypeAliasDeclaration:
      return 'type';
    case SyntaxKind.EnumDeclaration:
      return 'enum';
    case SyntaxKind.FunctionDeclaration:
      return 'function';
    case SyntaxKind.ModuleDeclaration:
      return 'namespace';
    case SyntaxKind.VariableDeclaration:
      return is.isVariableDeclaration(node) && node.initializer && is.isClassExpression(node.initializer)
        ? 'class'
        : 'variable';
    default:
      return undefined;
  }
}

const MEMBER_KINDS = new Map<SyntaxKind, string>([
  [SyntaxKind.MethodDeclaration, 'method'],
  [SyntaxKind.MethodSignature, 'method'],
  [SyntaxKind.PropertyDeclaration, 'property'],
  [SyntaxKind.PropertySignature, 'property'],
  [SyntaxKind.GetAccessor, 'accessor'],
  [SyntaxKind.SetAccessor, 'accessor'],
  [SyntaxKind.Constructor, 'constructor'],
  [SyntaxKind.EnumMember, 'enum member'],
  [SyntaxKind.Parameter, 'property'],
]);

export const anyKindOf = (node: Node): string => kindOf(node) ?? MEMBER_KINDS.get(node.kind) ?? 'declaration';

export function modifiersOf(node: Node): Set<SyntaxKind> {
  const modifiers = 'modifiers' in node ? node.modifiers : undefined;
  const kinds = new Set<SyntaxKind>();
  if (
    Array.isArray(modifiers) ||
    (modifiers !== null && typeof modifiers === 'object' && Symbol.iterator in modifiers)
  )
    for (const modifier of modifiers as Iterable<unknown>) if (isNode(modifier)) kinds.add(modifier.kind);
  return kinds;
}
