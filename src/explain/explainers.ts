import type { Member } from '../language/language.ts';
import { nearest } from '../nearest.ts';
import { importSuggestions } from '../retrieve/import-suggestions.ts';
import type { Case, Explainer } from './case.ts';
import {
  at,
  calleeText,
  expressionText,
  implementationsText,
  importText,
  list,
  memberLine,
  membersNear,
  memberText,
  nearText,
  openMembers,
  plainName,
  signaturesText,
  typeNamed,
  typeOf,
  typesInMessage,
} from './look-ups.ts';

/** One function for each kind of fault: what a person would look up next, in words. */

const joined = (texts: readonly (string | undefined)[]): string | undefined =>
  texts.filter((text) => text !== undefined && text !== '').join('\n') || undefined;

/** For the codes that have no entry of their own: what the marked expression is, and the types that are named. */
export const general: Explainer = async (found) =>
  joined([await expressionText(found.place?.marked, found), await typesInMessage(found)]);

// --------------------------------------------------------------------------------------- names that are not there

export const unknownName: Explainer = async ({ quoted: [name = ''], context }) =>
  (await importText(name, context)) ?? (await nearText(name, context));

export const unknownExport: Explainer = async ({ quoted, context }) => {
  const module = quoted.find((q) => /[./]/.test(q)) ?? quoted[0] ?? '';
  const name = quoted.find((q) => q !== module) ?? '';
  return joined([
    `${module.replaceAll('"', '')} does not export ${name}.`,
    (await importText(name, context)) ?? (await nearText(name, context)),
  ]);
};

export const unknownModule: Explainer = async ({ quoted: [module = ''], diagnostic, place, context }) => {
  const texts: string[] = [];
  for (const name of place?.imported ?? [])
    texts.push((await importText(name, context)) ?? (await nearText(name, context)));
  const why =
    diagnostic.code !== 2307
      ? undefined
      : module.startsWith('.')
        ? `There is no module ${module}.`
        : `The package ${module} is not installed or not declared: use what the repository has.`;
  return joined([why, ...texts]);
};

/** A name that is there as a type alone: it needs another import, or it was never a value. */
export const typeOnlyImport: Explainer = async ({ quoted: [name = ''], context }) => {
  const found = await importSuggestions(name, context);
  const statement =
    found.find((s) => s.typeOnly)?.statement ??
    found[0]?.statement.replace(/^import (?!type)/, 'import type ');
  return `verbatimModuleSyntax wants ${statement ?? `\`import type\` for ${name}.`}`;
};

// ------------------------------------------------------------------------------------------------------- members

export const unknownMember: Explainer = async (found) => {
  const [name = '', owner = ''] = found.quoted;
  const { context, place } = found;
  if (/^Promise</.test(owner))
    return joined([`${owner} is still a promise: await it first.`, await typesInMessage(found, 1)]);
  if (/^[\w$.]+(?:<[^|]*>)?(?: \| [\w$.]+(?:<[^|]*>)?)+$/.test(owner))
    return await ofUnion(name, owner.split(' | '), found);
  const type = await typeNamed(owner, context);
  const isStatic = owner.startsWith('typeof ');
  const members = type ? openMembers(type, context).filter((m) => m.static === isStatic) : [];
  if (type && members.length > 0) return `${owner}${at(type.location)} has:\n${membersNear(name, members)}`;
  const expression = place?.marked?.owner;
  const names = expression ? await context.language.membersOf(expression.text) : [];
  if (names.length === 0) return await general(found);
  const close = nearest(name, names, 5);
  return `${owner} has: ${[...close, ...names.filter((n) => !close.includes(n))].slice(0, 25).join(', ')}`;
};

/** Which types of a union have the member: the others have to be ruled out first. */
async function ofUnion(name: string, parts: readonly string[], { context }: Case) {
  const having: string[] = [];
  for (const part of parts) {
    const type = await typeNamed(part, context);
    const member = type && openMembers(type, context).find((m) => m.name === name);
    if (type && member) having.push(`${part}${at(type.location)}: ${memberLine(member)}`);
  }
  return having.length > 0
    ? `Only some have ${name}; narrow to them first:\n${list(having)}`
    : `None of ${parts.join(', ')} has ${name}.`;
}

export const unknownProperty: Explainer = async ({ quoted: [name = '', owner = ''], context }) => {
  const type = await typeNamed(owner, context);
  const members = type?.members.filter((m) => !m.static && m.kind !== 'constructor') ?? [];
  return type ? `${type.name}${at(type.location)} has:\n${membersNear(name, members)}` : undefined;
};

export const notAccessible: Explainer = async ({ quoted: [name = '', owner = ''], context }) => {
  const type = await typeNamed(owner, context);
  const open = type?.members.filter((m) => m.visibility === 'public' && m.kind !== 'constructor') ?? [];
  if (!type) return undefined;
  return open.length > 0
    ? `${owner}${at(type.location)} shows to others:\n${membersNear(name, open)}`
    : `${owner}${at(type.location)} shows nothing to others.`;
};

export const missingMembers: Explainer = async ({ quoted, diagnostic, context }) => {
  // "… is missing the following properties from type 'Book': take, cancel, and 2 more."
  const listing = /properties from type '[^']*': ([^\n]*?)(, and \d+ more)?\.?$/m.exec(diagnostic.message);
  const named = new Set([...quoted, ...(listing?.[1]?.split(', ') ?? [])]);
  const texts: string[] = [];
  for (const name of new Set(quoted.map(plainName))) {
    if (name === context.className) continue;
    const type = await typeNamed(name, context);
    if (!type) continue;
    const due =
      type.mustImplement.length > 0
        ? type.mustImplement
        : type.members.filter((m) => !m.static && m.kind !== 'constructor' && !m.optional);
    const missing = listing?.[2] ? [] : due.filter((m) => named.has(m.name));
    const asked = missing.length > 0 ? missing : due;
    if (asked.length > 0) texts.push(`${name}${at(type.location)} asks for:\n${list(asked.map(memberLine))}`);
  }
  return joined(texts);
};

export const notLikeBase: Explainer = async ({ quoted: [member = '', , base = ''], context }) => {
  const text = await signaturesText(plainName(base), member, context);
  return text && `${plainName(base)} declares it as:\n${text}`;
};

export const noInitializer: Explainer = async ({ quoted: [name = ''] }) =>
  `Set ${name} in the constructor or where it is declared, or let its type include undefined; a ! would hide it.`;

export const needsOverride: Explainer = async ({ quoted: [name = '', base = ''], context }) =>
  joined([
    `noImplicitOverride wants \`override\` before ${name}.`,
    await signaturesText(plainName(base), name, context),
  ]);

// ------------------------------------------------------------------------------------------- values, calls, types

export const mismatch: Explainer = async (found) => (await typesInMessage(found)) ?? (await general(found));

export const badCall: Explainer = async (found) => await calleeText(found);

export const badArgument: Explainer = async (found) =>
  joined([await calleeText(found), await typesInMessage(found, 1)]);

export const notCallable: Explainer = async (found) => {
  const { marked, callee } = found.place ?? {};
  const expression = marked ?? callee;
  const type = expression && (await typeOf(expression, found));
  if (!expression || type === undefined) return undefined;
  const cannot = callee?.isNew
    ? 'it cannot be constructed'
    : type.startsWith('typeof ')
      ? 'it is a class: call it with new'
      : 'it cannot be called';
  const declared = await memberText(expression, found);
  return `${expression.text} is ${type}: ${cannot}.${declared ? ` It is declared as:\n${declared}` : ''}`;
};

export const abstractClass: Explainer = async ({ place, quoted, context }) => {
  const name = place?.callee?.name ?? quoted[0];
  return name === undefined ? undefined : await implementationsText(name, context);
};

export const classNameTaken: Explainer = async ({ quoted: [name = ''], context }) =>
  name === context.className
    ? `${name} means something to the language: no class can be called so.`
    : `${name} means something to the language: call the helper otherwise. The class asked for is ${context.className}.`;

export const possiblyMissing: Explainer = async (found) =>
  joined([
    await expressionText(found.place?.marked, found),
    'Handle the missing case (a check, ?? or an early return); a ! would hide it.',
  ]);

/** What every Error has: asking for it says that an error is meant. */
const ofErrors = new Set(['message', 'name', 'stack', 'cause']);

export const unknownValue: Explainer = async ({ quoted: [name = 'it'], place }) => {
  const member = place?.accessed;
  const check =
    member && ofErrors.has(member)
      ? `Check \`${name} instanceof Error\` before ${name}.${member}`
      : `Narrow it (instanceof, typeof, a schema) before ${member ? `${name}.${member}` : 'use'}`;
  return `${name} is unknown. ${check}; a cast would hide a wrong value.`;
};

export const implicitAny: Explainer = async (found) => {
  const [name = 'it'] = found.quoted;
  const { place } = found;
  const member = place?.member;
  if (member && place.className) {
    const contract = await inherited(place.className, member, found);
    if (contract) return contract;
    const uses = await usesOf(place.className, member, found);
    if (uses) return `Give ${name} the type that its callers pass:\n${uses}`;
  }
  return `Give ${name} a type.`;
};

/** The member as the base class and the interfaces of a class declare it. */
async function inherited(className: string, member: string, { context }: Case): Promise<string | undefined> {
  const header = (await typeNamed(className, context))?.header ?? '';
  const heritage = /\b(?:extends|implements)\b(.*)$/.exec(header)?.[1] ?? '';
  for (const base of heritage.match(/[\w$]+/g) ?? []) {
    const text = await signaturesText(base, member, context);
    if (text) return `${base} declares it as:\n${text}`;
  }
  return undefined;
}

async function usesOf(className: string, member: string, { context }: Case): Promise<string | undefined> {
  const { value } = await context.language.references(className, member);
  const uses = value.filter(({ file }) => file !== context.targetFile && !context.isWithheld(file));
  return uses.length > 0 ? list(uses.slice(0, 3).map((use) => `${use.text.trim()}${at(use)}`)) : undefined;
}

export const needsAnnotation: Explainer = async (found) => {
  const { place, context } = found;
  const wants = 'isolatedDeclarations wants the type written out';
  if (place?.className === undefined || place.member === undefined) return `${wants}.`;
  const type = await typeNamed(place.className, context);
  const member = type?.members.find((m: Member) => m.name === place.member);
  return `${wants}${member ? `; as it stands it is\n${list([memberLine(member)])}` : ''}`;
};
