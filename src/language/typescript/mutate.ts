import { applyEdits, type Edit, hasModifier, parse, ts } from './ast.ts';
import { classNode } from './classes.ts';
import { type FunctionNode, functionOf, memberName, visibilityOf } from './members.ts';

/**
 * Texts of a file in which a public member of the class throws before it does anything: one per member that holds
 * code (`take`, `static create`, `get size`, `constructor`), and first one, `*`, in which all of them do. What
 * stands behind the throw stays, so that types, also inferred ones, and line numbers are the same.
 */
export function throwingVariants(
  fileText: string,
  fileName: string,
  className: string,
): { member: string; text: string }[] {
  const file = parse(fileText, fileName);
  const node = classNode(file, className)?.node;
  if (!node) return [];
  const variants = node.members.flatMap((member) => {
    const fn = functionOf(member);
    if (!fn || visibilityOf(member) !== 'public') return [];
    const name = variantName(member);
    return [{ member: name, edits: throwing(file, fn, `${className}: ${name}`) }];
  });
  if (variants.length === 0) return [];
  return [{ member: '*', edits: variants.flatMap((v) => v.edits) }, ...variants].map(({ member, edits }) => ({
    member,
    text: applyEdits(fileText, edits),
  }));
}

function variantName(member: ts.ClassElement): string {
  const kind = ts.isGetAccessorDeclaration(member)
    ? 'get '
    : ts.isSetAccessorDeclaration(member)
      ? 'set '
      : '';
  return `${hasModifier(member, ts.SyntaxKind.StaticKeyword) ? 'static ' : ''}${kind}${memberName(member)}`;
}

/** `true as boolean`: the compiler must not see that the rest is never reached. */
function throwing(file: ts.SourceFile, fn: FunctionNode, what: string): Edit[] {
  const statement = `if (true as boolean) throw new Error(${JSON.stringify(`negative control: ${what} throws`)});`;
  const { body } = fn;
  if (ts.isBlock(body)) {
    const at = afterDirectives(body) ?? body.getStart(file) + 1;
    return [{ start: at, end: at, text: ` ${statement}` }];
  }
  // A comment behind the expression must not swallow the brace: both go on lines that are there.
  return [
    { start: body.getStart(file), end: body.getStart(file), text: `{ ${statement} return (` },
    { start: body.end, end: body.end, text: '); }' },
  ];
}

const afterDirectives = (body: ts.Block): number | undefined =>
  body.statements.findLast(
    (s, i) =>
      ts.isExpressionStatement(s) &&
      ts.isStringLiteral(s.expression) &&
      body.statements
        .slice(0, i)
        .every((o) => ts.isExpressionStatement(o) && ts.isStringLiteral(o.expression)),
  )?.end;
