import { declaredNames, oneLine, parse, ts } from './ast.ts';
import { classNodes } from './classes.ts';
import { bindingsOf, importsOf } from './imports.ts';
import { memberName } from './members.ts';

/** 1-based, as diagnostics have it. */
interface Position {
  line: number;
  column: number;
}

/** An expression that ends in a name: `order.note`, `this.log.record`, `Money`. */
export interface NamedExpression extends Position {
  /** On one line. Its position is that of its last name: there the server tells its type. */
  text: string;
  name: string;
  /** What the name is a member of. */
  owner: NamedExpression | undefined;
}

export interface Place {
  /** The expression that the diagnostic marks. */
  marked: NamedExpression | undefined;
  /** Member of `marked` that is asked for next to it: `message` in `error.message`. */
  accessed: string | undefined;
  /** What is called or constructed around it, innermost; `super` for the constructor of the base class. */
  callee: (NamedExpression & { isNew: boolean }) | undefined;
  /** Top-level class around it and the member of that class. */
  className: string | undefined;
  member: string | undefined;
  /** Names in a clause of an import statement that it stands in. */
  imported: string[];
  /** Names that the file imports or declares at its top level. */
  topLevel: ReadonlySet<string>;
}

/** What stands where a diagnostic points, by syntax alone. Without an end (`end` at the start) its first name counts. */
export function placeAt(text: string, fileName: string, start: Position, end: Position): Place {
  const file = parse(text, fileName);
  const from = offsetOf(file, start);
  const to = Math.max(from, offsetOf(file, end));
  const around = chainAt(file, from, to);
  const expressions = around.filter((node) => ts.isExpression(node));
  const exact = expressions.find((node) => node.getStart(file) === from && node.end === to);
  const inner = exact ?? expressions.at(-1);
  // The name of a member stands for the whole of `order.note`.
  const marked =
    inner && ts.isPropertyAccessExpression(inner.parent) && inner.parent.name === inner
      ? inner.parent
      : inner;
  const parent = marked?.parent;
  const found = classNodes(file).find(({ node }) => around.includes(node));
  const member = found?.node.members.find((m) => around.includes(m));
  const imports = importsOf(file);
  return {
    marked: marked && named(marked, file),
    accessed:
      parent && ts.isPropertyAccessExpression(parent) && parent.expression === marked
        ? parent.name.text
        : undefined,
    callee: calleeIn(around, file),
    className: found?.name,
    member: member && memberName(member),
    imported: imports
      .filter((statement) => around.includes(statement))
      .flatMap((statement) => bindingsOf(statement).map((b) => (b.kind === 'named' ? b.imported : b.local))),
    topLevel: new Set([
      ...imports.flatMap((statement) => bindingsOf(statement).map((b) => b.local)),
      ...file.statements.flatMap(declaredNames),
    ]),
  };
}

const offsetOf = (file: ts.SourceFile, { line, column }: Position): number => {
  const starts = file.getLineStarts();
  const start = starts[Math.min(Math.max(line, 1), starts.length) - 1] ?? 0;
  return Math.min(start + column - 1, file.text.length);
};

/** Nodes around a range, the outermost first; an empty range stands for the token that starts there. */
function chainAt(file: ts.SourceFile, from: number, to: number): ts.Node[] {
  const chain: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > from || node.end < to || (from === to && node.end === to)) return;
    chain.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return chain;
}

function calleeIn(around: readonly ts.Node[], file: ts.SourceFile): Place['callee'] {
  const call = around.findLast((node) => ts.isCallExpression(node) || ts.isNewExpression(node));
  if (!call || !(ts.isCallExpression(call) || ts.isNewExpression(call))) return undefined;
  const expression = named(call.expression, file);
  return expression && { ...expression, isNew: ts.isNewExpression(call) };
}

function named(node: ts.Node, file: ts.SourceFile): NamedExpression | undefined {
  const at = (name: ts.Node): Position => {
    const { line, character } = file.getLineAndCharacterOfPosition(name.getStart(file));
    return { line: line + 1, column: character + 1 };
  };
  const text = oneLine(node.getText(file));
  if (ts.isIdentifier(node)) return { text, name: node.text, owner: undefined, ...at(node) };
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword)
    return { text, name: text, owner: undefined, ...at(node) };
  if (ts.isPropertyAccessExpression(node))
    return { text, name: node.name.text, owner: named(node.expression, file), ...at(node.name) };
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return named(node.expression, file);
  return undefined;
}
