import { isAbsolute } from 'node:path/posix';
import type { Location } from '../check/report.ts';
import type { Member, SymbolHit, TypeInfo } from '../language/language.ts';
import type { NamedExpression } from '../language/typescript/positions.ts';
import { nearest } from '../nearest.ts';
import { importSuggestions } from '../retrieve/import-suggestions.ts';
import type { Case, ExplainContext } from './case.ts';

/** What explanations look up, and the words they put it in. Nothing that a withheld file declares is found. */

/** Members shown of a type: the nearest to what was asked for, then the rest in order. */
const MOST_MEMBERS = 12;
const MOST_HITS = 5;

/** Declared in the repository or in a package of it, not with the language itself. */
const isOwn = ({ file }: Location): boolean => !isAbsolute(file);

/** ` (path:line)`; nothing for what the language itself declares. */
export const at = (location: Location | undefined): string =>
  location && isOwn(location) ? ` (${location.file}:${location.line})` : '';

export const list = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

export const memberLine = (m: Member): string =>
  `${m.static ? 'static ' : ''}${m.signature}${m.inheritedFrom ? ` (from ${m.inheritedFrom})` : ''}`;

const placedMember = (m: Member): string => `${memberLine(m)}${at(m.location)}`;

export const placed = (hit: { header: string; location: Location }): string =>
  `${hit.header}${at(hit.location)}`;

/** `Map<string, Order>` → `Map`; `typeof Money` → `Money`; `readonly Line[]` → `Line`. */
export const plainName = (type: string): string =>
  /^(?:typeof\s+)?([\w$.]+)/
    .exec(type.replace(/^readonly\s+/, ''))?.[1]
    ?.split('.')
    .at(-1) ?? type;

export async function typeNamed(name: string, context: ExplainContext): Promise<TypeInfo | undefined> {
  const { value } = await context.language.typeInfo(plainName(name));
  return value.find((type) => !context.isWithheld(type.location.file));
}

/** Members that somebody else may use; all of them where the class asks for its own. */
export const openMembers = (type: TypeInfo, context: ExplainContext): Member[] =>
  type.members.filter(
    (m) => m.kind !== 'constructor' && (m.visibility === 'public' || type.name === context.className),
  );

export function membersNear(wanted: string, members: readonly Member[]): string {
  const close = nearest(
    wanted,
    members.map((m) => m.name),
    4,
  );
  const rank = (m: Member) => (close.includes(m.name) ? close.indexOf(m.name) : close.length);
  const shown = [...members].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_MEMBERS);
  const more = members.length - shown.length;
  return list([...shown.map(memberLine), ...(more > 0 ? [`… and ${more} more`] : [])]);
}

/** A type with the members that a value of it has. */
export function shapeOf(type: TypeInfo): string {
  const members = type.members.filter((m) => !m.static && m.kind !== 'constructor').slice(0, MOST_MEMBERS);
  const text = type.text === undefined || type.header.includes('=') ? '' : ` = ${type.text}`;
  return [`${placed(type)}${text}`, ...(members.length > 0 ? [list(members.map(memberLine))] : [])].join(
    '\n',
  );
}

/** Declarations of the repository types that a message names: what both sides of a mismatch look like. */
export async function typesInMessage({ quoted, context }: Case, most = 2): Promise<string | undefined> {
  const shapes: string[] = [];
  for (const name of new Set(quoted.flatMap((q) => q.match(/[A-Z][\w$]+/g) ?? []))) {
    if (shapes.length >= most || name === context.className) continue;
    const type = await typeNamed(name, context);
    if (type && isOwn(type.location)) shapes.push(shapeOf(type));
  }
  return shapes.length > 0 ? shapes.join('\n') : undefined;
}

export async function importText(name: string, context: ExplainContext): Promise<string | undefined> {
  const found = await importSuggestions(name, context);
  const lines = found.slice(0, MOST_HITS).map(({ statement, undeclaredPackage }) => {
    const warning = undeclaredPackage
      ? ` (package.json does not declare ${undeclaredPackage}: do not use it)`
      : '';
    return statement + warning;
  });
  if (lines.length === 0) return undefined;
  return lines.length === 1 ? `Import it: ${lines[0]}` : `Import one of:\n${list(lines)}`;
}

const shownHits = (hits: readonly SymbolHit[], { isWithheld }: ExplainContext): SymbolHit[] =>
  hits.filter((hit) => !isWithheld(hit.location.file));

/** What the repository declares under that name, or under one like it. */
export async function nearText(name: string, context: ExplainContext): Promise<string> {
  const { value } = await context.language.findSymbol(name, 2 * MOST_HITS);
  const hits = shownHits(value, context).slice(0, MOST_HITS);
  if (hits.length === 0) return `Nothing in the repository is called ${name}.`;
  const exact = hits.filter((hit) => hit.name === name);
  return exact.length > 0
    ? `The repository declares it:\n${list(exact.map(placed))}`
    : `Nearest in the repository:\n${list(hits.map(placed))}`;
}

export async function implementationsText(name: string, context: ExplainContext): Promise<string> {
  const { value } = await context.language.implementations(name);
  const hits = shownHits(value, context).filter(
    (hit) => hit.kind === 'class' && !/\babstract\b/.test(hit.header),
  );
  return hits.length > 0
    ? `Classes that can be constructed:\n${list(hits.slice(0, 8).map(placed))}`
    : `No class of the repository makes ${name} concrete.`;
}

/** Declarations of a member or a function, all overloads, with their place. */
export async function signaturesText(
  name: string,
  member: string | undefined,
  context: ExplainContext,
): Promise<string | undefined> {
  const { value } = await context.language.signature(name, member);
  const shown = value.filter((m) => !m.location || !context.isWithheld(m.location.file));
  return shown.length > 0 ? list(shown.map(placedMember)) : undefined;
}

/** `order.note: string | undefined`, and where the member is declared. */
export async function expressionText(
  expression: NamedExpression | undefined,
  found: Case,
): Promise<string | undefined> {
  if (!expression) return undefined;
  const [type, declared] = await Promise.all([typeOf(expression, found), memberText(expression, found)]);
  if (type === undefined) return undefined;
  return `${expression.text}: ${type}${declared ? `, declared as\n${declared}` : ''}`;
}

export async function typeOf(expression: NamedExpression, { context, diagnostic }: Case) {
  const { line, column } = expression;
  return (await context.language.typeAt({ file: diagnostic.file, line, column }))?.type;
}

/** Signatures of the member that an expression ends in. */
export async function memberText({ name, owner }: NamedExpression, found: Case): Promise<string | undefined> {
  if (!owner) return undefined;
  const type = await ownerType(owner, found);
  return type === undefined ? undefined : await signaturesText(plainName(type), name, found.context);
}

async function ownerType(owner: NamedExpression, found: Case): Promise<string | undefined> {
  if (owner.name === 'this') return found.place?.className;
  return await typeOf(owner, found);
}

/** What the call or construction around a diagnostic expects. */
export async function calleeText(found: Case): Promise<string | undefined> {
  const { place, context } = found;
  const callee = place?.callee;
  if (!callee) return undefined;
  const constructed = callee.isNew
    ? callee.name
    : callee.name === 'super'
      ? await baseOf(place.className, context)
      : undefined;
  if (constructed !== undefined) {
    const type = await typeNamed(constructed, context);
    const constructors = type?.members.filter((m) => m.kind === 'constructor') ?? [];
    if (type && constructors.length > 0)
      return `${type.name} is constructed as${at(type.location)}:\n${list(constructors.map((m) => m.signature))}`;
  }
  const declared = callee.owner
    ? await memberText(callee, found)
    : place.topLevel.has(callee.name)
      ? await signaturesText(callee.name, undefined, context)
      : undefined;
  if (declared) return `${callee.text} is declared as:\n${declared}`;
  const type = await typeOf(callee, found);
  return type === undefined ? undefined : `${callee.text} is: ${type}`;
}

const baseOf = async (className: string | undefined, context: ExplainContext): Promise<string | undefined> =>
  className === undefined
    ? undefined
    : /\bextends\s+([\w$]+)/.exec((await typeNamed(className, context))?.header ?? '')?.[1];
