import { ts } from '../../src/language/typescript/ast.ts';
import { testBlocks } from './test-blocks.ts';

/**
 * A test file whose tests and suites stand in another order, among the places that they had: the one order that every
 * runner keeps. `place` gives the new place of each of `count` neighbours.
 */
export function reorderTests(
  text: string,
  fileName: string,
  place: (count: number) => readonly number[],
): string {
  const { file, blocks } = testBlocks(text, fileName);
  const declares = (node: ts.Node) => blocks.some(({ call }) => call.pos >= node.pos && call.end <= node.end);
  const render = (node: ts.Node): string => {
    const lists: ts.NodeArray<ts.Statement>[] = [];
    const collect = (at: ts.Node): void => {
      ts.forEachChild(at, (child) => {
        if (ts.isBlock(child)) lists.push(child.statements);
        else collect(child);
      });
    };
    if (ts.isSourceFile(node)) lists.push(node.statements);
    else collect(node);
    let out = '';
    let at = node.getStart(file);
    if (ts.isSourceFile(node)) at = 0;
    for (const list of lists) {
      const movable = list.filter((s) => ts.isExpressionStatement(s) && declares(s));
      const order = place(movable.length);
      for (const [index, statement] of movable.entries()) {
        const instead = movable[order[index] ?? index] ?? statement;
        out += text.slice(at, statement.getStart(file)) + render(instead);
        at = statement.end;
      }
    }
    return out + text.slice(at, node.end);
  };
  return render(file) + text.slice(file.end);
}
