import { codeLine, hasModifier, lineOf, oneLine, ts } from './ast.ts';

export interface MemberFacts {
  /** As written: `take`, `#lots`, `[Symbol.iterator]`; `constructor`, `static` for a static block. */
  name: string;
  kind: 'constructor' | 'method' | 'property' | 'getter' | 'setter' | 'index' | 'static-block';
  static: boolean;
  visibility: 'public' | 'protected' | 'private';
  abstract: boolean;
  /** As a declaration, on one line, without a body. */
  signature: string;
  /** False for overload signatures, abstract members and plain data. */
  hasBody: boolean;
  /** The body does nothing but throw. */
  throwsOnly: boolean;
  /** 1-based, of the member itself, its documentation apart. */
  line: number;
  endLine: number;
}

export type FunctionNode = ts.FunctionLikeDeclaration & { body: ts.ConciseBody };

/** The function behind a member: a method's own, or the one that a property holds. */
export function functionOf(member: ts.ClassElement): FunctionNode | undefined {
  const node = ts.isPropertyDeclaration(member) ? member.initializer : member;
  if (
    node &&
    (ts.isMethodDeclaration(node) ||
      ts.isConstructorDeclaration(node) ||
      ts.isGetAccessorDeclaration(node) ||
      ts.isSetAccessorDeclaration(node) ||
      ts.isArrowFunction(node) ||
      ts.isFunctionExpression(node)) &&
    node.body
  )
    return node as FunctionNode;
  return undefined;
}

export const throwsOnly = (body: ts.ConciseBody): boolean => {
  if (!ts.isBlock(body)) return false;
  const [first, ...rest] = body.statements;
  return first !== undefined && rest.length === 0 && ts.isThrowStatement(first);
};

export function visibilityOf(member: ts.Node): MemberFacts['visibility'] {
  if (ts.isClassElement(member) && member.name && ts.isPrivateIdentifier(member.name)) return 'private';
  if (hasModifier(member, ts.SyntaxKind.PrivateKeyword)) return 'private';
  return hasModifier(member, ts.SyntaxKind.ProtectedKeyword) ? 'protected' : 'public';
}

export function memberName(member: ts.ClassElement): string {
  if (ts.isConstructorDeclaration(member)) return 'constructor';
  if (ts.isClassStaticBlockDeclaration(member)) return 'static';
  if (!member.name) return '[index]';
  return ts.isStringLiteralLike(member.name) ? member.name.text : oneLine(member.name.getText());
}

function kindOf(member: ts.ClassElement): MemberFacts['kind'] {
  if (ts.isConstructorDeclaration(member)) return 'constructor';
  if (ts.isMethodDeclaration(member)) return 'method';
  if (ts.isGetAccessorDeclaration(member)) return 'getter';
  if (ts.isSetAccessorDeclaration(member)) return 'setter';
  if (ts.isIndexSignatureDeclaration(member)) return 'index';
  return ts.isClassStaticBlockDeclaration(member) ? 'static-block' : 'property';
}

/** A member's declaration without body, decorators or documentation, on one line and without the last semicolon. */
export function signatureOf(member: ts.ClassElement): string {
  const file = member.getSourceFile();
  const decorators = ts.canHaveDecorators(member) ? (ts.getDecorators(member) ?? []) : [];
  const text = (from: number, to: number): string => {
    let out = '';
    let at = from;
    for (const d of decorators) {
      out += `${codeLine(file, member, at, d.getStart(file))} `;
      at = d.end;
    }
    return (out + codeLine(file, member, at, to)).trim().replace(/;$/, '');
  };
  const start = member.getStart(file);
  if (ts.isClassStaticBlockDeclaration(member)) return 'static { … }';
  if (ts.isPropertyDeclaration(member)) {
    if (!member.initializer) return text(start, member.end);
    const { initializer } = member;
    const head = text(start, initializer.getFullStart()).replace(/\s*=$/, '');
    if (member.type) return head;
    if (ts.isArrowFunction(initializer))
      return `${head} = ${codeLine(file, initializer, initializer.getStart(file), initializer.body.getFullStart())} …`;
    const value = codeLine(file, initializer, initializer.getStart(file), initializer.end);
    return `${head} = ${value.length <= 60 ? value : '…'}`;
  }
  const body = functionOf(member)?.body;
  return text(start, body ? body.getStart(file) : member.end);
}

/** Members of a class in order, parameter properties behind their constructor. */
export function memberFacts(node: ts.ClassLikeDeclaration): MemberFacts[] {
  const file = node.getSourceFile();
  return node.members.flatMap((member): MemberFacts[] => {
    if (ts.isSemicolonClassElement(member)) return [];
    const body = functionOf(member)?.body;
    const facts: MemberFacts = {
      name: memberName(member),
      kind: kindOf(member),
      static: hasModifier(member, ts.SyntaxKind.StaticKeyword) || ts.isClassStaticBlockDeclaration(member),
      visibility: visibilityOf(member),
      abstract: hasModifier(member, ts.SyntaxKind.AbstractKeyword),
      signature: signatureOf(member),
      hasBody: body !== undefined,
      throwsOnly: body !== undefined && throwsOnly(body),
      line: lineOf(file, member.getStart(file)),
      endLine: lineOf(file, member.end),
    };
    return [facts, ...(ts.isConstructorDeclaration(member) ? parameterProperties(member, file) : [])];
  });
}

function parameterProperties(node: ts.ConstructorDeclaration, file: ts.SourceFile): MemberFacts[] {
  return node.parameters
    .filter((p) => ts.isParameterPropertyDeclaration(p, node))
    .map((p) => ({
      name: p.name.getText(file),
      kind: 'property' as const,
      static: false,
      visibility: visibilityOf(p),
      abstract: false,
      signature: codeLine(file, p, p.getStart(file), p.initializer?.getFullStart() ?? p.end).replace(
        /\s*=$/,
        '',
      ),
      hasBody: false,
      throwsOnly: false,
      line: lineOf(file, p.getStart(file)),
      endLine: lineOf(file, p.end),
    }));
}
