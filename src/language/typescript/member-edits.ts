import { applyEdits, parse, ts } from './ast.ts';
import { memberName } from './members.ts';

/** Before these `override` has to stand. */
const after = new Set([
  ts.SyntaxKind.ReadonlyKeyword,
  ts.SyntaxKind.AsyncKeyword,
  ts.SyntaxKind.AccessorKeyword,
]);

/** Puts `override` before the member, or the parameter property, that a 1-based position marks. */
export function withOverride(
  text: string,
  fileName: string,
  position: { line: number; column: number },
): { name: string; text: string } | undefined {
  const file = parse(text, fileName);
  const offset = file.getPositionOfLineAndCharacter(position.line - 1, position.column - 1);
  let found: ts.ClassElement | ts.ParameterDeclaration | undefined;
  const visit = (node: ts.Node): void => {
    if ((ts.isClassElement(node) || ts.isParameter(node)) && node.name) {
      const starts = [node.getStart(file), node.name.getStart(file)];
      if (starts.includes(offset)) found = node;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (!found?.name) return undefined;
  const modifiers = ts.canHaveModifiers(found) ? (ts.getModifiers(found) ?? []) : [];
  // `getStart` of what has only modifiers behind `override` is the first of them; decorators stand before all.
  const next = modifiers.find((m) => after.has(m.kind)) ?? bareStart(found, modifiers, file);
  const start = typeof next === 'number' ? next : next.getStart(file);
  return {
    name: ts.isParameter(found) ? found.name.getText(file) : memberName(found),
    text: applyEdits(text, [{ start, end: start, text: 'override ' }]),
  };
}

/** Where a member goes on behind its modifiers and decorators: `get`, `*` or its name. */
function bareStart(
  node: ts.ClassElement | ts.ParameterDeclaration,
  modifiers: readonly ts.Modifier[],
  file: ts.SourceFile,
): number {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  const end = Math.max(...[...modifiers, ...decorators].map((m) => m.end), -1);
  if (end < 0) return node.getStart(file);
  const rest = /^\s*/.exec(file.text.slice(end))?.[0].length ?? 0;
  return end + rest;
}
