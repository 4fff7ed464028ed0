import { ts } from 'ts-morph';

/**
 * Counts tests by syntax: a lower bound for what a runner reports, skipped ones included. What may run any
 * number of times (a condition, a loop over computed values, a helper function) counts as none.
 */

const test = /^(?:it|test|specify|fit|xit|xtest|xspecify|ftest)$/;
const suite = /^(?:describe|suite|context|fdescribe|xdescribe|xcontext)$/;

interface Call {
  kind: 'test' | 'suite';
  /** Rows of `.each`, where they can be counted. */
  times: number;
}

/** The name at the left end of `it.only.each`, and the names after it. */
function nameOf(node: ts.Expression): { head: string; rest: string[] } {
  if (ts.isIdentifier(node)) return { head: node.text, rest: [] };
  if (!ts.isPropertyAccessExpression(node)) return { head: '', rest: [] };
  const { head, rest } = nameOf(node.expression);
  return { head, rest: [...rest, node.name.text] };
}

export function countTests(text: string, fileName = 'test.tsx'): number {
  const kind = /\.[cm]?ts$/.test(fileName) ? ts.ScriptKind.TS : ts.ScriptKind.TSX;
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, false, kind);
  const arrays = new Map<string, number>();
  for (const statement of source.statements) {
    for (const { name, initializer } of ts.isVariableStatement(statement)
      ? statement.declarationList.declarations
      : []) {
      const size = sizeOf(initializer);
      if (ts.isIdentifier(name) && size > 0) arrays.set(name.text, size);
    }
  }

  /** Elements of an array that is written down; 0 where it is computed. */
  function sizeOf(node: ts.Expression | undefined): number {
    if (node === undefined) return 0;
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
      return sizeOf(node.expression);
    }
    if (ts.isIdentifier(node)) return arrays.get(node.text) ?? 0;
    if (!ts.isArrayLiteralExpression(node)) return 0;
    return node.elements.some(ts.isSpreadElement) ? 0 : node.elements.length;
  }

  const rowsOf = (template: ts.TemplateLiteral): number => {
    if (!ts.isTemplateExpression(template)) return 0;
    const columns =
      template.head.text
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.split('|').length ?? 1;
    return Math.floor(template.templateSpans.length / columns);
  };

  const callOf = (node: ts.CallExpression): Call | undefined => {
    let callee: ts.Expression = node.expression;
    let times = 1;
    const tabled = ts.isTaggedTemplateExpression(callee)
      ? callee.tag
      : ts.isCallExpression(callee)
        ? callee.expression
        : undefined;
    if (tabled !== undefined) {
      const last = nameOf(tabled).rest.at(-1);
      if (last === 'each' || last === 'for') {
        times = ts.isTaggedTemplateExpression(callee)
          ? rowsOf(callee.template)
          : ts.isCallExpression(callee)
            ? sizeOf(callee.arguments[0])
            : 0;
      } else if (last !== 'skipIf' && last !== 'runIf' && last !== 'if') return undefined;
      callee = tabled;
    } else if (
      !node.arguments.some(
        (argument) =>
          ts.isStringLiteralLike(argument) ||
          ts.isTemplateExpression(argument) ||
          ts.isArrowFunction(argument) ||
          ts.isFunctionExpression(argument),
      )
    ) {
      return undefined;
    }
    const { head, rest } = nameOf(callee);
    // `it.each` alone, `test.extend`, `test.beforeEach` declare nothing.
    if (rest.some((name) => /^(?:extend|beforeEach|afterEach|before|after|mock|step|use)$/.test(name)))
      return undefined;
    if (suite.test(head) || (test.test(head) && rest.includes('describe'))) return { kind: 'suite', times };
    return test.test(head) ? { kind: 'test', times } : undefined;
  };

  const count = (node: ts.Node): number => {
    if (ts.isCallExpression(node)) {
      const call = callOf(node);
      if (call?.kind === 'test') return call.times;
      if (call?.kind === 'suite') return call.times * sum(node.arguments.flatMap(bodyOf));
      const loop =
        nameOf(node.expression).rest.at(-1) === 'forEach' && ts.isPropertyAccessExpression(node.expression);
      if (loop && ts.isPropertyAccessExpression(node.expression)) {
        return sizeOf(node.expression.expression) * sum(node.arguments.flatMap(bodyOf));
      }
      return 0;
    }
    if (ts.isForOfStatement(node)) return sizeOf(node.expression) * count(node.statement);
    if (ts.isExpressionStatement(node)) return count(node.expression);
    if (ts.isAwaitExpression(node) || ts.isVoidExpression(node)) return count(node.expression);
    if (ts.isBlock(node) || ts.isSourceFile(node)) return sum(node.statements);
    return 0;
  };
  const sum = (nodes: readonly ts.Node[]): number => nodes.reduce((total, node) => total + count(node), 0);
  const bodyOf = (node: ts.Expression): ts.Node[] =>
    ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? [node.body] : [];
  return count(source);
}
