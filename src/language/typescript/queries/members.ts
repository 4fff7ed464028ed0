import type { Member } from '../../language.ts';
import {
  type ApiSymbol,
  is,
  type Node,
  NodeBuilderFlags,
  type Project,
  type Signature,
  SignatureKind,
  SymbolFlags,
  SyntaxKind,
  type Type,
} from '../api.ts';
import type { QueryContext } from '../context.ts';
import { locationOf, modifiersOf, nodeOf, nodesOf, oneLine } from './nodes.ts';

const FLAGS =
  NodeBuilderFlags.NoTruncation |
  NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope |
  NodeBuilderFlags.OmitParameterModifiers;

export interface MemberScope {
  context: QueryContext;
  project: Project;
  /** Name of the type that is asked about: members of others are inherited. */
  owner: string;
}

export const typeText = async (project: Project, type: Type, flags = 0): Promise<string> =>
  oneLine(await project.checker.typeToString(type, undefined, FLAGS | flags));

/** `(id: string, qty?: number): Promise<Fill>`, type parameters in front. */
export async function signatureText(
  project: Project,
  signature: Signature,
  kind: SyntaxKind,
): Promise<string> {
  const node = await project.checker.signatureToSignatureDeclaration(signature, kind, undefined, FLAGS);
  if (!node) return '(…)';
  const printed = oneLine(await project.emitter.printNode(node)).replace(/;$/, '');
  // An optional parameter may be undefined: its question mark says so already.
  return printed.replace(/(\w\?: [^,()=]+?) \| undefined(?=[,)])/g, '$1');
}

/** Members of an instance, or with `isStatic` of the class itself, declared by `owner` and inherited. */
export async function membersOfType(type: Type, scope: MemberScope, isStatic = false): Promise<Member[]> {
  const symbols = await scope.project.checker.getPropertiesOfType(type);
  const wanted = symbols.filter((symbol) => !(symbol.flags & SymbolFlags.Prototype));
  const members = await Promise.all(wanted.map((symbol) => membersOfSymbol(symbol, scope, isStatic)));
  // What a base class keeps private is out of reach and says nothing.
  const usable = members
    .flat()
    .filter((one) => one.visibility !== 'private' || one.inheritedFrom === undefined);
  return [
    ...usable.filter((one) => one.inheritedFrom === undefined),
    ...usable.filter((one) => one.inheritedFrom !== undefined),
  ];
}

/** One entry for each overload; a getter and a setter are one each. */
export async function membersOfSymbol(
  symbol: ApiSymbol,
  scope: MemberScope,
  isStatic = false,
): Promise<Member[]> {
  const { project, context } = scope;
  const { checker } = project;
  const [nodes, parent, documentation, type] = await Promise.all([
    nodesOf(symbol, project),
    symbol.getParent(),
    symbol.getDocumentationComment(checker),
    checker.getTypeOfSymbol(symbol),
  ]);
  const node = nodes[0];
  const modifiers = node ? modifiersOf(node) : new Set<SyntaxKind>();
  const name = displayName(symbol, node);
  const doc = firstLine(documentation);
  const inherited =
    parent && !parent.name.startsWith('__') && parent.name !== scope.owner ? parent.name : undefined;
  const facts = {
    name,
    static: isStatic,
    visibility: visibilityOf(name, modifiers),
    abstract: modifiers.has(SyntaxKind.AbstractKeyword),
    optional: (symbol.flags & SymbolFlags.Optional) !== 0,
    readonly: modifiers.has(SyntaxKind.ReadonlyKeyword) || isGetterOnly(symbol),
    ...(inherited === undefined ? {} : { inheritedFrom: inherited }),
    ...(doc === undefined ? {} : { doc }),
    ...(node ? { location: locationOf(node, context) } : {}),
  };
  const prefix = prefixOf(facts);
  const mark = facts.optional ? '?' : '';
  if (!type) return [{ ...facts, kind: 'property', signature: `${prefix}${name}${mark}` }];

  const isMethod = (symbol.flags & (SymbolFlags.Method | SymbolFlags.Function)) !== 0;
  if (isMethod) {
    const callable = facts.optional ? ((await checker.getNonNullableType(type)) ?? type) : type;
    const signatures = await checker.getSignaturesOfType(callable, SignatureKind.Call);
    return Promise.all(
      signatures.map(async (one): Promise<Member> => {
        const [text, declared] = await Promise.all([
          signatureText(project, one, SyntaxKind.MethodSignature),
          nodeOf(one.declaration, project),
        ]);
        const location = declared ? { location: locationOf(declared, context) } : {};
        return { ...facts, ...location, kind: 'method', signature: `${prefix}${name}${mark}${text}` };
      }),
    );
  }
  const text = await typeText(project, type);
  if (symbol.flags & SymbolFlags.Accessor) {
    const halves: Member[] = [];
    const bare = prefix.replace('readonly ', '');
    if (symbol.flags & SymbolFlags.GetAccessor)
      halves.push({ ...facts, kind: 'accessor', signature: `${bare}get ${name}(): ${text}` });
    if (symbol.flags & SymbolFlags.SetAccessor)
      halves.push({ ...facts, kind: 'accessor', signature: `${bare}set ${name}(value: ${text})` });
    return halves;
  }
  if (node && is.isEnumMember(node))
    return [{ ...facts, kind: 'property', signature: oneLine(node.getText()) }];
  const shown = facts.optional ? text.replace(/ \| undefined$/, '') : text;
  return [{ ...facts, kind: 'property', signature: `${prefix}${name}${mark}: ${shown}` }];
}

/** Construct, call and index signatures of a type: what has no name. */
export async function unnamedMembers(type: Type, scope: MemberScope): Promise<Member[]> {
  const { checker } = scope.project;
  const [constructs, calls, indexes] = await Promise.all([
    checker.getSignaturesOfType(type, SignatureKind.Construct),
    checker.getSignaturesOfType(type, SignatureKind.Call),
    checker.getIndexInfosOfType(type),
  ]);
  const built = await Promise.all(
    constructs.map((one) => unnamed(one, 'constructor', SyntaxKind.ConstructSignature, scope)),
  );
  const called = await Promise.all(calls.map((one) => unnamed(one, 'call', SyntaxKind.CallSignature, scope)));
  const indexed = await Promise.all(
    indexes.map(async (info): Promise<Member> => {
      const [key, value] = await Promise.all([
        typeText(scope.project, info.keyType),
        typeText(scope.project, info.valueType),
      ]);
      const signature = `${info.isReadonly ? 'readonly ' : ''}[key: ${key}]: ${value}`;
      return { ...PLAIN, name: '[index]', kind: 'index', signature, readonly: info.isReadonly };
    }),
  );
  return [...built, ...called, ...indexed];
}

/** Constructors of a class, all overloads; those of a base class where it has none of its own. */
export async function constructorsOf(classType: Type, scope: MemberScope): Promise<Member[]> {
  const signatures = await scope.project.checker.getSignaturesOfType(classType, SignatureKind.Construct);
  return Promise.all(signatures.map((one) => unnamed(one, 'constructor', SyntaxKind.Constructor, scope)));
}

const PLAIN = {
  static: false,
  visibility: 'public',
  abstract: false,
  optional: false,
  readonly: false,
} as const;

async function unnamed(
  signature: Signature,
  kind: 'constructor' | 'call',
  syntax: SyntaxKind,
  { context, project, owner }: MemberScope,
): Promise<Member> {
  const [text, node] = await Promise.all([
    signatureText(project, signature, syntax),
    nodeOf(signature.declaration, project),
  ]);
  const parent = node?.parent && 'name' in node.parent ? node.parent.name : undefined;
  const from = node && is.isConstructorDeclaration(node) ? nameText(parent) : undefined;
  return {
    ...PLAIN,
    name: kind === 'constructor' ? 'constructor' : '()',
    kind,
    visibility: node ? visibilityOf('', modifiersOf(node)) : 'public',
    signature: text,
    ...(from !== undefined && from !== owner ? { inheritedFrom: from } : {}),
    ...(node ? { location: locationOf(node, context) } : {}),
  };
}

const nameText = (name: unknown): string | undefined =>
  typeof name === 'object' && name !== null && 'text' in name && typeof name.text === 'string'
    ? name.text
    : undefined;

/** `#secret` and `[Symbol.iterator]` have internal names in the checker. */
function displayName(symbol: ApiSymbol, node: Node | undefined): string {
  const hidden = /^__#\d+@(#.+)$/.exec(symbol.name)?.[1];
  if (hidden !== undefined) return hidden;
  if (symbol.name.startsWith('__@') && node && 'name' in node) {
    const { name } = node;
    if (typeof name === 'object' && name !== null && 'getText' in name && typeof name.getText === 'function')
      return String(name.getText());
  }
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(symbol.name) ? symbol.name : JSON.stringify(symbol.name);
}

const isGetterOnly = ({ flags }: ApiSymbol): boolean =>
  (flags & SymbolFlags.GetAccessor) !== 0 && (flags & SymbolFlags.SetAccessor) === 0;

function visibilityOf(name: string, modifiers: ReadonlySet<SyntaxKind>): Member['visibility'] {
  if (name.startsWith('#') || modifiers.has(SyntaxKind.PrivateKeyword)) return 'private';
  return modifiers.has(SyntaxKind.ProtectedKeyword) ? 'protected' : 'public';
}

function prefixOf(facts: Pick<Member, 'name' | 'visibility' | 'static' | 'abstract' | 'readonly'>): string {
  const words: string[] = [];
  if (facts.visibility !== 'public' && !facts.name.startsWith('#')) words.push(facts.visibility);
  if (facts.static) words.push('static');
  if (facts.abstract) words.push('abstract');
  if (facts.readonly) words.push('readonly');
  return words.map((word) => `${word} `).join('');
}

export function firstLine(documentation: string): string | undefined {
  const line = documentation.split('\n').find((one) => one.trim() !== '');
  return line?.trim();
}
