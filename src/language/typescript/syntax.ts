import { codeLine, hasModifier, lineOf, oneLine, parse, startWithDoc, ts } from './ast.ts';
import {
  type ClassForm,
  type ClassNode,
  classNode,
  classNodes,
  isDefaultExport,
  isExported,
} from './classes.ts';
import {
  functionOf,
  type MemberFacts,
  memberFacts,
  signatureOf,
  throwsOnly,
  visibilityOf,
} from './members.ts';

/**
 * Reading TypeScript by syntax alone: one file at a time, no dependency is resolved, nothing is executed. Lines
 * are 1-based, offsets are UTF-16 units, end offsets exclusive. Importing this loads a compiler: do it lazily
 * where start-up time counts.
 */

export type { ClassForm } from './classes.ts';
export { type DeclarationFacts, declarationsOf, existingDeclarationsChanged } from './declarations.ts';
export type { MemberFacts } from './members.ts';
export { throwingVariants } from './mutate.ts';
export { type PlaceForm, placeClass } from './place.ts';
export { normalisedLines, removeClass } from './remove.ts';

export interface ClassFacts {
  /** `default` for a class without a name of its own. */
  name: string;
  form: ClassForm;
  exported: boolean;
  /** It is the file's default export. */
  default: boolean;
  abstract: boolean;
  /** Whole statement, decorators and modifiers included, documentation not. */
  start: number;
  end: number;
  /** Where its own documentation starts; `start` where it has none. */
  docStart: number;
  startLine: number;
  endLine: number;
  members: MemberFacts[];
  /** Text after `extends`, type arguments included. */
  extends: string | undefined;
  implements: string[];
  /** Names in the heritage clauses: `extends Timestamped(Base<T>) implements Order` gives Timestamped, Base, T, Order. */
  heritage: string[];
  typeParameters: string[];
  decorators: string[];
  /** Members without bodies, or bodies that only throw: something to fill in, not something to lose. */
  isSkeleton: boolean;
}

/** Classes at the top level of a file, in order. */
export function findClasses(text: string, fileName: string): ClassFacts[] {
  const file = parse(text, fileName);
  return classNodes(file).map((found) => facts(file, found));
}

export const findClass = (text: string, fileName: string, name: string): ClassFacts | undefined =>
  findClasses(text, fileName).find((c) => c.name === name);

function facts(file: ts.SourceFile, found: ClassNode): ClassFacts {
  const { node, statement } = found;
  const clause = (token: ts.SyntaxKind) =>
    node.heritageClauses?.filter((c) => c.token === token).flatMap((c) => [...c.types]) ?? [];
  const extended = clause(ts.SyntaxKind.ExtendsKeyword);
  const implemented = clause(ts.SyntaxKind.ImplementsKeyword);
  return {
    name: found.name,
    form: found.form,
    exported: isExported(file, found),
    default: isDefaultExport(file, found),
    abstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
    start: statement.getStart(file),
    end: statement.end,
    docStart: startWithDoc(file, statement),
    startLine: lineOf(file, statement.getStart(file)),
    endLine: lineOf(file, statement.end),
    members: memberFacts(node),
    extends: extended[0] && oneLine(extended[0].getText(file)),
    implements: implemented.map((t) => oneLine(t.getText(file))),
    heritage: [...new Set([...extended, ...implemented].flatMap(identifiers))],
    typeParameters: node.typeParameters?.map((t) => oneLine(t.getText(file))) ?? [],
    decorators: ts.canHaveDecorators(node)
      ? (ts.getDecorators(node)?.map((d) => oneLine(d.getText(file))) ?? [])
      : [],
    isSkeleton: isSkeleton(node),
  };
}

function identifiers(node: ts.Node): string[] {
  const names: string[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at)) names.push(at.text);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return names;
}

/**
 * A class that holds no behaviour yet. Constructors that only store their arguments and empty bodies say neither
 * way; overload signatures count with their implementation.
 */
function isSkeleton(node: ts.ClassLikeDeclaration): boolean {
  const members = node.members.filter((m) => !ts.isSemicolonClassElement(m));
  if (members.length === 0)
    return !node.heritageClauses?.some((c) => c.token === ts.SyntaxKind.ExtendsKeyword);
  const implemented = new Set<string>();
  let open = 0;
  let done = 0;
  for (const member of members) {
    if (ts.isClassStaticBlockDeclaration(member)) done++;
    const body = functionOf(member)?.body;
    if (!body) continue;
    implemented.add(member.name?.getText() ?? 'constructor');
    if (throwsOnly(body)) open++;
    else if (
      ts.isConstructorDeclaration(member)
        ? !onlyStores(member)
        : !ts.isBlock(body) || body.statements.length > 0
    )
      done++;
  }
  for (const member of members) {
    if (!ts.isMethodDeclaration(member) && !ts.isConstructorDeclaration(member) && !ts.isAccessor(member))
      continue;
    if (member.body || hasModifier(member, ts.SyntaxKind.AbstractKeyword)) continue;
    if (!implemented.has(member.name?.getText() ?? 'constructor')) open++;
  }
  return open > 0 && done === 0;
}

const onlyStores = (node: ts.ConstructorDeclaration): boolean =>
  node.body?.statements.every((s) => {
    if (!ts.isExpressionStatement(s)) return false;
    if (ts.isCallExpression(s.expression)) return s.expression.expression.kind === ts.SyntaxKind.SuperKeyword;
    return (
      ts.isBinaryExpression(s.expression) &&
      s.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(s.expression.left) &&
      s.expression.left.expression.kind === ts.SyntaxKind.ThisKeyword
    );
  }) ?? true;

/** The class as signatures: its header and its members without bodies, private ones left out unless asked for. */
export function skeletonOf(
  text: string,
  fileName: string,
  className: string,
  options: { private?: boolean } = {},
): string {
  const file = parse(text, fileName);
  const found = classNode(file, className);
  if (!found) return '';
  const { node } = found;
  const open = file.text.indexOf(
    '{',
    node.heritageClauses?.end ?? node.typeParameters?.end ?? node.name?.end ?? node.getStart(file),
  );
  const head = codeLine(file, found.statement, found.statement.getStart(file), open);
  const members = node.members.filter(
    (m) =>
      !ts.isSemicolonClassElement(m) &&
      !ts.isClassStaticBlockDeclaration(m) &&
      (options.private || visibilityOf(m) !== 'private'),
  );
  const tail = codeLine(file, found.statement, node.end, found.statement.end);
  return [`${head} {`, ...members.map((m) => `  ${signatureOf(m)};`), `}${tail}`].join('\n');
}

/** Name of the member whose source holds a 1-based line, its documentation included. */
export function memberAt(
  text: string,
  fileName: string,
  className: string,
  line: number,
): string | undefined {
  const file = parse(text, fileName);
  const node = classNode(file, className)?.node;
  const member = node?.members.find(
    (m) => lineOf(file, startWithDoc(file, m)) <= line && line <= lineOf(file, m.end),
  );
  if (!member) return undefined;
  return ts.isConstructorDeclaration(member) ? 'constructor' : (member.name?.getText(file) ?? undefined);
}
