import { ts, unwrap } from './ast.ts';
import { functionOf, memberName } from './members.ts';

/** Members that only pretend: empty ones, ones that throw "not implemented", ones that return a cast nothing. */
export interface Stubs {
  /** Names of members whose body pretends. */
  members: { name: string; node: ts.ClassElement; kind: 'throws' | 'casts' | 'empty' }[];
  /** Members with code, constructors apart. */
  total: number;
}

export function stubsOf(node: ts.ClassLikeDeclaration): Stubs {
  const members: Stubs['members'] = [];
  let total = 0;
  for (const member of node.members) {
    const body = functionOf(member)?.body;
    if (!body || ts.isConstructorDeclaration(member)) continue;
    total++;
    const kind = stubKind(body);
    if (kind) members.push({ name: memberName(member), node: member, kind });
  }
  return { members, total };
}

const NOT_IMPLEMENTED = /not[\s_-]*(yet[\s_-]*)?implemented|unimplemented|\btodo\b|\bstub\b|placeholder/i;

function stubKind(body: ts.ConciseBody): Stubs['members'][number]['kind'] | undefined {
  if (!ts.isBlock(body)) return isCastNothing(body) ? 'casts' : undefined;
  const { statements } = body;
  const [first, ...rest] = statements;
  if (!first) return 'empty';
  if (rest.length > 0) return undefined;
  if (ts.isThrowStatement(first))
    return NOT_IMPLEMENTED.test(first.expression.getText()) ? 'throws' : undefined;
  if (ts.isReturnStatement(first) && first.expression)
    return isCastNothing(first.expression) ? 'casts' : undefined;
  return undefined;
}

/** `undefined as any`, `null!`, `{} as unknown as T`, `<any>[]`: a cast around nothing. */
function isCastNothing(node: ts.Expression): boolean {
  const inner = unwrap(node);
  if (inner === node) return false;
  let cast = false;
  for (let at = node; at !== inner; ) {
    if (ts.isAsExpression(at) || ts.isTypeAssertionExpression(at))
      cast ||= !(ts.isTypeReferenceNode(at.type) && at.type.getText() === 'const');
    if (ts.isNonNullExpression(at)) cast = true;
    if (
      ts.isAsExpression(at) ||
      ts.isTypeAssertionExpression(at) ||
      ts.isNonNullExpression(at) ||
      ts.isParenthesizedExpression(at) ||
      ts.isSatisfiesExpression(at)
    )
      at = at.expression;
    else break;
  }
  if (!cast) return false;
  if (ts.isIdentifier(inner)) return inner.text === 'undefined';
  if (inner.kind === ts.SyntaxKind.NullKeyword) return true;
  if (ts.isVoidExpression(inner)) return true;
  if (ts.isObjectLiteralExpression(inner)) return inner.properties.length === 0;
  return ts.isArrayLiteralExpression(inner) && inner.elements.length === 0;
}
