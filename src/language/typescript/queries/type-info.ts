import type { Member, TypeInfo } from '../../language.ts';
import { is, type Node, SignatureKind, SymbolFlags, SyntaxKind, type Type } from '../api.ts';
import type { QueryContext } from '../context.ts';
import {
  constructorsOf,
  firstLine,
  type MemberScope,
  membersOfSymbol,
  membersOfType,
  signatureText,
  typeText,
  unnamedMembers,
} from './members.ts';
import { type DeclarationKind, headerOf, kindOf, locationOf, nodesOf, wholeDeclaration } from './nodes.ts';
import { type Found, MEANING, unalias } from './resolve.ts';

/** Expands an alias once instead of answering with its own name. */
const IN_TYPE_ALIAS = 8_388_608;

/** What the symbol offers; undefined for what is no declaration of a module. */
export async function describe(context: QueryContext, found: Found): Promise<TypeInfo | undefined> {
  const { project, symbol, nodes } = found;
  const main = mainNode(nodes);
  const kind = main && kindOf(main);
  if (!main || !kind) return undefined;
  const scope: MemberScope = { context, project, owner: symbol.name };
  const shape = await shapeOf(kind, main, found, scope);
  const header = nodes
    .filter((node) => kindOf(node) !== undefined && (node === main || kindOf(node) !== kind))
    .map(headerOf)
    .join(' + ');
  return {
    name: symbol.name === 'default' ? nameIn(header) : symbol.name,
    kind,
    header,
    location: locationOf(wholeDeclaration(main), context),
    ...shape,
    mentions: await mentionsOf(context, found, main, [
      header,
      shape.text ?? '',
      ...shape.members.map((one) => one.signature),
    ]),
  };
}

/** A class merged with an interface or a namespace is a class first of all. */
const ORDER: DeclarationKind[] = ['class', 'interface', 'type', 'enum', 'function', 'variable', 'namespace'];
function mainNode(nodes: readonly Node[]): Node | undefined {
  for (const kind of ORDER) {
    const node = nodes.find((one) => kindOf(one) === kind);
    if (node) return node;
  }
  return undefined;
}

const nameIn = (header: string): string =>
  /(?:class|function|interface)\s+(\w+)/.exec(header)?.[1] ?? 'default';

type Shape = Pick<TypeInfo, 'members' | 'mustImplement'> & { text?: string };

async function shapeOf(kind: DeclarationKind, main: Node, found: Found, scope: MemberScope): Promise<Shape> {
  const { project, symbol } = found;
  const { checker } = project;
  const valueType = symbol.flags & SymbolFlags.Value ? await checker.getTypeOfSymbol(symbol) : undefined;

  if (kind === 'class') {
    const constructs = valueType ? await checker.getSignaturesOfType(valueType, SignatureKind.Construct) : [];
    const isNamed = (symbol.flags & SymbolFlags.Class) !== 0;
    const instance = isNamed
      ? await checker.getDeclaredTypeOfSymbol(symbol)
      : constructs[0] && (await checker.getReturnTypeOfSignature(constructs[0]));
    const members = [
      ...(valueType ? await constructorsOf(valueType, scope) : []),
      ...(valueType ? await membersOfType(valueType, scope, true) : []),
      ...(instance ? await membersOfType(instance, scope) : []),
    ];
    return { members, mustImplement: await missingMembers(main, members, scope) };
  }
  if (kind === 'interface' || kind === 'type') {
    const type = await checker.getDeclaredTypeOfSymbol(symbol);
    const members = isStructure(type)
      ? [...(await unnamedMembers(type, scope)), ...(await membersOfType(type, scope))]
      : [];
    const required = members.filter((member) => !member.optional && member.kind !== 'constructor');
    const isContract = kind === 'interface' || (members.length > 0 && !isCallable(members));
    const text = kind === 'type' ? await typeText(project, type, IN_TYPE_ALIAS) : undefined;
    return {
      members,
      mustImplement: isContract ? required : [],
      ...(text === undefined || members.length > 0 ? {} : { text }),
    };
  }
  if (kind === 'function')
    return { members: valueType ? await unnamedMembers(valueType, scope) : [], mustImplement: [] };
  if (kind === 'variable') {
    const text = valueType ? await typeText(project, valueType) : 'any';
    const own = valueType && isStructure(valueType) ? await membersOfType(valueType, scope) : [];
    const calls = valueType ? await unnamedMembers(valueType, scope) : [];
    // The members of an array, a map or a string are known to everybody.
    const members = own.filter(
      (member) => !member.location || !/(?:^|\/)lib\.[\w.]*d\.ts$/.test(member.location.file),
    );
    return { members: [...calls, ...members], mustImplement: [], text };
  }
  return { members: await exportedMembers(found, scope), mustImplement: [] };
}

const isStructure = (type: Type): boolean => type.isObjectType() || type.isIntersectionType();
const isCallable = (members: readonly Member[]): boolean => members.every((member) => member.kind === 'call');

/** Exports of an enum or a namespace. */
async function exportedMembers({ symbol, project }: Found, scope: MemberScope): Promise<Member[]> {
  const exports = [...(await symbol.getExports()).values()];
  const members = await Promise.all(
    exports.map(async (one): Promise<Member[]> => {
      const target = (await unalias(one, project)) ?? one;
      const [node] = await nodesOf(target, project);
      const kind = node && kindOf(node);
      if (!node || !kind || kind === 'function' || kind === 'variable') return membersOfSymbol(target, scope);
      return [
        {
          name: one.name,
          kind: 'property',
          signature: headerOf(node),
          static: false,
          visibility: 'public',
          abstract: false,
          optional: false,
          readonly: false,
          location: locationOf(node, scope.context),
        },
      ];
    }),
  );
  return members.flat();
}

/** Abstract members, and those of the interfaces it says it implements and does not have. */
async function missingMembers(main: Node, members: readonly Member[], scope: MemberScope): Promise<Member[]> {
  const missing = members.filter((member) => member.abstract);
  const declared = is.isVariableDeclaration(main) ? main.initializer : main;
  if (!declared || !(is.isClassDeclaration(declared) || is.isClassExpression(declared))) return missing;
  const has = new Set(members.filter((member) => !member.static).map((member) => member.name));
  for (const clause of declared.heritageClauses ?? []) {
    if (clause.token !== SyntaxKind.ImplementsKeyword) continue;
    for (const node of clause.types) {
      const type = await scope.project.checker.getTypeAtLocation(node);
      if (!type) continue;
      for (const member of await membersOfType(type, scope))
        if (!member.optional && !has.has(member.name)) missing.push(member);
    }
  }
  return missing;
}

/** Names in the signatures that the repository itself declares: what a reader would look up next. */
async function mentionsOf(
  context: QueryContext,
  { project, symbol }: Found,
  main: Node,
  texts: readonly string[],
): Promise<string[]> {
  const names = new Set(texts.flatMap((text) => text.match(/(?<![.'"\w$])[A-Z][\w$]*/g) ?? []));
  names.delete(symbol.name);
  const document = main.getSourceFile().fileName;
  const mentioned = await Promise.all(
    [...names].slice(0, 40).map(async (name) => {
      const local = await project.checker.resolveName(
        name,
        MEANING,
        { document, position: main.end - 1 },
        false,
      );
      const target = local && (await unalias(local, project));
      const [node] =
        target && !(target.flags & (SymbolFlags.TypeParameter | SymbolFlags.EnumMember))
          ? await nodesOf(target, project)
          : [];
      const file = node && context.relative(node.getSourceFile().fileName);
      return file !== undefined && !file.startsWith('/') && !file.split('/').includes('node_modules')
        ? [name]
        : [];
    }),
  );
  return mentioned.flat();
}

/** All signatures of `member`, or of the function, or the constructors of the class itself. */
export async function signaturesOf(context: QueryContext, found: Found, member?: string): Promise<Member[]> {
  const { project, symbol, nodes } = found;
  const { checker } = project;
  const scope: MemberScope = { context, project, owner: symbol.name };
  if (member === undefined) return ownSignatures(context, found, scope);
  if (member === 'constructor') {
    const type = await checker.getTypeOfSymbol(symbol);
    return type ? constructorsOf(type, scope) : [];
  }
  const targets = await memberSymbols(found, member);
  const members = await Promise.all(targets.map((one) => membersOfSymbol(one.symbol, scope, one.isStatic)));
  if (members.length > 0 || nodes.length === 0) return members.flat();
  return [];
}

async function ownSignatures(context: QueryContext, found: Found, scope: MemberScope): Promise<Member[]> {
  const { project, symbol, nodes } = found;
  const { checker } = project;
  const main = mainNode(nodes);
  const kind = main && kindOf(main);
  const type = symbol.flags & SymbolFlags.Value ? await checker.getTypeOfSymbol(symbol) : undefined;
  if (!main || !kind) return [];
  const [documentation] = await Promise.all([symbol.getDocumentationComment(checker)]);
  const doc = firstLine(documentation);
  const plain = {
    name: symbol.name,
    static: false,
    visibility: 'public',
    abstract: false,
    optional: false,
    readonly: false,
    location: locationOf(main, context),
    ...(doc === undefined ? {} : { doc }),
  } as const;
  if (kind === 'class') return type ? constructorsOf(type, scope) : [];
  const calls = type ? await checker.getSignaturesOfType(type, SignatureKind.Call) : [];
  if (calls.length > 0) {
    const texts = await Promise.all(
      calls.map((one) => signatureText(project, one, SyntaxKind.MethodSignature)),
    );
    return texts.map((text) => ({
      ...plain,
      kind: 'call' as const,
      signature: `function ${symbol.name}${text}`,
    }));
  }
  if (kind === 'variable' && type)
    return [{ ...plain, kind: 'property', signature: `${symbol.name}: ${await typeText(project, type)}` }];
  return [{ ...plain, kind: 'property', signature: headerOf(main) }];
}

/** The member on instances and on the class itself: rarely both. */
export async function memberSymbols({ project, symbol }: Found, member: string) {
  const { checker } = project;
  const types: { type: Type | undefined; isStatic: boolean }[] = [];
  if (symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface | SymbolFlags.TypeAlias | SymbolFlags.Enum))
    types.push({ type: await checker.getDeclaredTypeOfSymbol(symbol), isStatic: false });
  if (symbol.flags & SymbolFlags.Value) {
    const type = await checker.getTypeOfSymbol(symbol);
    const constructs = type ? await checker.getSignaturesOfType(type, SignatureKind.Construct) : [];
    if (!(symbol.flags & SymbolFlags.Class) && constructs[0])
      types.push({ type: await checker.getReturnTypeOfSignature(constructs[0]), isStatic: false });
    types.push({ type, isStatic: (symbol.flags & SymbolFlags.Class) !== 0 });
  }
  const found = await Promise.all(
    types.map(async ({ type, isStatic }) => {
      if (!type) return [];
      const direct = member.startsWith('#') ? undefined : await checker.getPropertyOfType(type, member);
      if (direct) return [{ symbol: direct, isStatic }];
      const all = member.startsWith('#') ? await checker.getPropertiesOfType(type) : [];
      return all.filter((one) => one.name.endsWith(`@${member}`)).map((one) => ({ symbol: one, isStatic }));
    }),
  );
  return found.flat();
}
