import { ts } from '../../src/language/typescript/ast.ts';
import { bodiesOf, type Change, type Switched, switchedText } from './switched.ts';

/**
 * Classes that no held-out test set may let pass: all methods empty, all throwing, all returning a constant of their
 * type, all returning a cast object; and the reference with the body of one member removed, each in turn.
 */
export function knownBad(
  text: string,
  fileName: string,
  className: string,
  options: { whole: boolean },
): Switched {
  return switchedText(text, fileName, className, ({ node }) => {
    const bodies = bodiesOf(node);
    const methods = bodies.filter(({ isConstructor }) => !isConstructor);
    const all = (what: string, statement: (body: (typeof bodies)[number]) => string): Change[] =>
      methods.map((body) => ({ kind: 'first', what, node: body.body, text: statement(body) }));
    const whole = [
      all('empty methods', () => 'return;'),
      all('throwing methods', () => "throw new Error('Not implemented');"),
      all('constants', ({ type }) => `return ${constantOf(type)};`),
      all('any-cast stubs', () => 'return {} as any;'),
    ].filter((group) => group.length > 0);
    if (options.whole) return whole;
    const each = bodies.map(({ name, body }): Change[] => [
      { kind: 'first', what: `without the body of ${name}`, node: body, text: 'return;' },
    ]);
    return [...whole, ...each];
  });
}

function constantOf(type: ts.TypeNode | undefined): string {
  switch (type?.kind) {
    case ts.SyntaxKind.NumberKeyword:
      return '0';
    case ts.SyntaxKind.StringKeyword:
      return "''";
    case ts.SyntaxKind.BooleanKeyword:
      return 'false';
    case ts.SyntaxKind.BigIntKeyword:
      return '0n';
    case ts.SyntaxKind.ArrayType:
      return '[]';
    case ts.SyntaxKind.VoidKeyword:
      return 'undefined';
  }
  if (type && ts.isTypeOperatorNode(type)) return constantOf(type.type);
  if (type && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    const name = type.typeName.text;
    if (/^(?:Readonly)?Array$/.test(name)) return '[]';
    if (/^(?:Readonly)?Map$/.test(name)) return 'new Map()';
    if (/^(?:Readonly)?Set$/.test(name)) return 'new Set()';
  }
  return 'undefined';
}
