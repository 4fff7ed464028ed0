import type { Diagnostic, ExplainedDiagnostic, Location } from './check/report.ts';
import type { LanguageSession, Member, TypeInfo } from './language/language.ts';
import { nearest } from './nearest.ts';

/** What an explanation may look at. */
export interface ExplainContext {
  language: LanguageSession;
  /** Text of a file as the run sees it, the candidate included; 1-based lines of it are what diagnostics point at. */
  read(file: string): string | undefined;
  isWithheld(file: string): boolean;
  className: string;
  targetFile: string;
}

/** A diagnostic on its way through the table: its quoted names, and the text around it. */
interface Case {
  diagnostic: Diagnostic;
  /** What the message puts between quotes, in order. */
  quoted: string[];
  line: string;
  context: ExplainContext;
}

type Explainer = (found: Case) => Promise<string | undefined>;

/** Members shown of a type: the nearest to what was asked for, then the rest in order. */
const MOST_MEMBERS = 12;

/**
 * Diagnostics as a person would read them who looked things up first: each with its source line and with the real
 * members, signatures or imports that settle it. A diagnostic in a withheld file keeps its message, not its line.
 */
export async function explainDiagnostics(
  diagnostics: readonly Diagnostic[],
  context: ExplainContext,
  firstId = 1,
): Promise<ExplainedDiagnostic[]> {
  const explained: ExplainedDiagnostic[] = [];
  for (const [i, diagnostic] of diagnostics.entries()) {
    const withheld = context.isWithheld(diagnostic.file);
    const line = context.read(diagnostic.file)?.split('\n')[diagnostic.line - 1] ?? '';
    const quoted = [...diagnostic.message.matchAll(/'((?:[^'\\]|\\.)*)'|"([^"]*)"/g)].map(
      (m) => m[1] ?? m[2] ?? '',
    );
    const found: Case = { diagnostic, quoted, line, context };
    const explain = explainers[diagnostic.code] ?? general;
    explained.push({
      ...diagnostic,
      related: diagnostic.related.filter((r) => !context.isWithheld(r.file)),
      id: `D${firstId + i}`,
      sourceLine: withheld ? '' : line,
      // What an explanation says comes from declarations; a withheld line would be read for its expression.
      explanation: withheld && !fromMessageAlone.has(diagnostic.code) ? '' : ((await explain(found)) ?? ''),
    });
  }
  return explained;
}

// -------------------------------------------------------------------------------------------------- words

const at = ({ file, line }: Location) => `${file}:${line}`;
const memberLine = (m: Member) =>
  `${m.static ? 'static ' : ''}${m.signature}${m.inheritedFrom ? ` (from ${m.inheritedFrom})` : ''}`;
/** `Map<string, Order>` → `Map`; `typeof Money` → `Money`. */
const plainName = (type: string) =>
  /^(?:typeof\s+)?([\w$.]+)/
    .exec(type.replace(/^readonly\s+/, ''))?.[1]
    ?.split('.')
    .at(-1) ?? type;

async function typeNamed(name: string, { language }: ExplainContext): Promise<TypeInfo | undefined> {
  const { value } = await language.typeInfo(plainName(name));
  return value[0];
}

function membersNear(wanted: string, members: readonly Member[]): string {
  const close = nearest(
    wanted,
    members.map((m) => m.name),
    4,
  );
  const rank = (m: Member) => (close.includes(m.name) ? close.indexOf(m.name) : close.length);
  const shown = [...members].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_MEMBERS);
  const more = members.length > shown.length ? `\n  … and ${members.length - shown.length} more` : '';
  return shown.map((m) => `  ${memberLine(m)}`).join('\n') + more;
}

const imports = async (name: string, { language }: ExplainContext): Promise<string | undefined> => {
  const { value } = await language.importsFor(name);
  if (value.length === 0) return undefined;
  const [only, ...others] = value;
  const undeclared = only?.undeclaredPackage
    ? ` (package.json does not declare ${only.undeclaredPackage}: do not use it)`
    : '';
  return others.length === 0
    ? `Import it: ${only?.statement}${undeclared}`
    : `Import one of:\n${value
        .slice(0, 5)
        .map((s) => `  ${s.statement}`)
        .join('\n')}`;
};

async function near(name: string, { language }: ExplainContext): Promise<string | undefined> {
  const { value } = await language.findSymbol(name, 5);
  if (value.length === 0) return `Nothing in the repository is called ${name}.`;
  return `Nearest in the repository:\n${value.map((hit) => `  ${hit.header} (${at(hit.location)})`).join('\n')}`;
}

/** Text of the expression that ends right before a column, such as `this.book` before `.take`. */
function expressionBefore(line: string, column: number): string | undefined {
  const before = line.slice(0, column - 1).replace(/\??\.$/, '');
  return /[\w$.#?]+(?:\[[^\]]*\]|\([^()]*\))*$/.exec(before)?.[0];
}

async function signatureText(
  name: string,
  member: string | undefined,
  { language }: ExplainContext,
): Promise<string | undefined> {
  const { value } = await language.signature(name, member);
  if (value.length === 0) return undefined;
  return value.map((m) => `  ${memberLine(m)}${m.location ? ` (${at(m.location)})` : ''}`).join('\n');
}

/** The called thing of the diagnostic's line: `new Money`, `book.take`, `round`. */
function calleeOf({ diagnostic, line }: Case): { expression: string; column: number } | undefined {
  const calls = [...line.matchAll(/(new\s+)?([\w$#]+(?:\??\.[\w$#]+)*)\s*(?:<[^<>()]*>)?\(/g)];
  const inside = calls.filter((c) => c.index <= diagnostic.column).at(-1) ?? calls[0];
  if (!inside?.[2]) return undefined;
  const expression = `${inside[1] ?? ''}${inside[2]}`;
  return { expression, column: inside.index + (inside[1]?.length ?? 0) + inside[2].length };
}

async function calleeSignature(found: Case): Promise<string | undefined> {
  const callee = calleeOf(found);
  if (!callee) return undefined;
  const { context, diagnostic } = found;
  if (callee.expression.startsWith('new ')) {
    const type = await typeNamed(callee.expression.slice(4).trim(), context);
    const constructors = type?.members.filter((m) => m.kind === 'constructor') ?? [];
    if (type && constructors.length > 0)
      return `${type.name} is constructed as (${at(type.location)}):\n${constructors.map((m) => `  ${m.signature}`).join('\n')}`;
  }
  const type = await context.language.typeAt({
    file: diagnostic.file,
    line: diagnostic.line,
    column: callee.column,
  });
  return type ? `${callee.expression} is: ${type.type}` : undefined;
}

/** Declarations of the repository types that a message names: what both sides of a mismatch look like. */
async function typesInMessage({ quoted, context }: Case, most = 2): Promise<string | undefined> {
  const lines: string[] = [];
  for (const name of new Set(quoted.flatMap((q) => q.match(/[A-Z][\w$]+/g) ?? []))) {
    if (lines.length >= most || name === context.className) continue;
    const type = await typeNamed(name, context);
    if (!type) continue;
    const body = type.members.filter((m) => !m.static && m.kind !== 'constructor').slice(0, MOST_MEMBERS);
    lines.push(
      `${type.header} (${at(type.location)})${type.text ? ` = ${type.text}` : ''}${body.length > 0 ? `\n${body.map((m) => `  ${memberLine(m)}`).join('\n')}` : ''}`,
    );
  }
  return lines.length > 0 ? lines.join('\n') : undefined;
}

const joined = async (...parts: Promise<string | undefined>[]): Promise<string | undefined> => {
  const texts = (await Promise.all(parts)).filter((t) => t !== undefined && t !== '');
  return texts.length > 0 ? texts.join('\n') : undefined;
};

const say = (text: string): Promise<string> => Promise.resolve(text);

// -------------------------------------------------------------------------------------------------- the table

/** What the expression under the diagnostic is, for the codes that have no entry of their own. */
const general: Explainer = async ({ diagnostic, context }) => {
  const found = await context.language.typeAt(diagnostic);
  return found ? `${found.expression}: ${found.type}` : undefined;
};

const unknownMember: Explainer = async (found) => {
  const [name = '', owner = ''] = found.quoted;
  const { context, diagnostic, line } = found;
  const type = await typeNamed(owner, context);
  const wantsStatic = owner.startsWith('typeof ');
  const members =
    type?.members.filter(
      (m) => m.static === wantsStatic && m.kind !== 'constructor' && m.visibility === 'public',
    ) ?? [];
  if (type && members.length > 0)
    return `${owner} (${at(type.location)}) has:\n${membersNear(name, members)}`;
  const expression = expressionBefore(line, diagnostic.column);
  const names = expression ? await context.language.membersOf(expression) : [];
  if (names.length === 0) return general(found);
  const close = nearest(name, names, 5);
  return `${owner} has: ${[...close, ...names.filter((n) => !close.includes(n))].slice(0, 25).join(', ')}`;
};

const unknownName: Explainer = async ({ quoted: [name = ''], context }) =>
  (await imports(name, context)) ?? (await near(name, context));

const unknownExport: Explainer = async ({ quoted, context }) => {
  const module = quoted.find((q) => /[./]/.test(q)) ?? quoted[0] ?? '';
  const name = quoted.find((q) => q !== module) ?? '';
  return joined(
    say(`${module} does not export ${name}.`),
    imports(name, context).then(async (text) => text ?? (await near(name, context))),
  );
};

const unknownModule: Explainer = async ({ quoted: [module = ''], line, context }) => {
  const names =
    /import\s+(?:type\s+)?\{([^}]*)\}/
      .exec(line)?.[1]
      ?.split(',')
      .map(
        (n) =>
          n
            .trim()
            .replace(/^type\s+/, '')
            .split(/\s+as\s+/)[0] ?? '',
      ) ?? [];
  const found = await Promise.all(names.filter(Boolean).map((name) => imports(name, context)));
  const texts = found.filter((t) => t !== undefined);
  if (texts.length > 0) return texts.join('\n');
  return module.startsWith('.')
    ? `There is no such file. ${(await near(names[0] || (module.split('/').at(-1) ?? ''), context)) ?? ''}`
    : `The package ${module} is not installed or not declared: use what the repository has.`;
};

const missingMembers: Explainer = async ({ quoted, context }) => {
  const texts: string[] = [];
  for (const name of new Set(quoted.map(plainName))) {
    if (name === context.className) continue;
    const type = await typeNamed(name, context);
    if (!type) continue;
    const due =
      type.mustImplement.length > 0
        ? type.mustImplement
        : type.members.filter((m) => !m.static && m.kind !== 'constructor' && !m.optional);
    if (due.length === 0) continue;
    const missing = due.filter((m) => quoted.includes(m.name));
    texts.push(
      `${name} (${at(type.location)}) asks for:\n${(missing.length > 0 ? missing : due).map((m) => `  ${memberLine(m)}`).join('\n')}`,
    );
  }
  return texts.length > 0 ? texts.join('\n') : undefined;
};

const notLikeBase: Explainer = async ({ quoted: [member = '', , base = ''], context }) => {
  const text = await signatureText(plainName(base), member, context);
  return text && `${plainName(base)} declares it as:\n${text}`;
};

const mismatch: Explainer = (found) => joined(typesInMessage(found));
const badArgument: Explainer = (found) => joined(calleeSignature(found), typesInMessage(found, 1));
const badCall: Explainer = (found) => calleeSignature(found);

const unknownProperty: Explainer = async ({ quoted: [name = '', owner = ''], context }) => {
  const type = await typeNamed(owner, context);
  const members = type?.members.filter((m) => !m.static && m.kind !== 'constructor') ?? [];
  return type ? `${type.name} (${at(type.location)}) has:\n${membersNear(name, members)}` : undefined;
};

const notAccessible: Explainer = async ({ quoted: [name = '', owner = ''], context }) => {
  const type = await typeNamed(owner, context);
  const open = type?.members.filter((m) => m.visibility === 'public' && m.kind !== 'constructor') ?? [];
  return open.length > 0
    ? `${owner} shows to others:\n${membersNear(name, open)}`
    : `${owner} shows nothing like it.`;
};

const abstractClass: Explainer = async ({ context, line, quoted }) => {
  const name = quoted[0] ?? /new\s+([\w$]+)/.exec(line)?.[1] ?? '';
  const { value } = await context.language.implementations(/new\s+([\w$]+)/.exec(line)?.[1] ?? name);
  return value.length > 0
    ? `Classes that can be constructed:\n${value
        .slice(0, 8)
        .map((hit) => `  ${hit.header} (${at(hit.location)})`)
        .join('\n')}`
    : 'No class of the repository implements it.';
};

const notCallable: Explainer = async (found) => {
  const type = await found.context.language.typeAt(found.diagnostic);
  return type
    ? `${type.expression} is ${type.type}: it cannot be called or constructed like this.`
    : undefined;
};

const possiblyMissing: Explainer = async (found) => {
  const type = await found.context.language.typeAt(found.diagnostic);
  return `${type ? `${type.expression}: ${type.type}. ` : ''}Handle the missing case (a check, ?? or an early return); a ! would hide it.`;
};

const unknownValue: Explainer = async ({ quoted: [name = 'It'] }) =>
  `${name} is unknown: narrow it (instanceof, typeof, a schema) before use; a cast would hide a wrong value.`;

const implicitAny: Explainer = async (found) => {
  const [name = ''] = found.quoted;
  const { context } = found;
  const owner = await typeNamed(context.className, context);
  const due = owner?.mustImplement.filter((m) => m.signature.includes(name)) ?? [];
  return due.length > 0
    ? `The contract types it:\n${due.map((m) => `  ${memberLine(m)}`).join('\n')}`
    : `Give ${name} the type that its callers pass.`;
};

const typeOnlyImport: Explainer = async ({ quoted: [name = ''], context }) => {
  const { value } = await context.language.importsFor(name);
  const statement =
    value.find((s) => s.typeOnly)?.statement ??
    value[0]?.statement.replace(/^import (?!type)/, 'import type ');
  return statement
    ? `verbatimModuleSyntax wants: ${statement}`
    : `verbatimModuleSyntax wants \`import type\` for ${name}.`;
};

const needsAnnotation: Explainer = async (found) => {
  const type = await found.context.language.typeAt(found.diagnostic);
  return `isolatedDeclarations wants the type written out${type ? `; it is inferred as ${type.type}` : ''}.`;
};

const explainers: Readonly<Record<number, Explainer>> = {
  1484: typeOnlyImport,
  1485: typeOnlyImport,
  2304: unknownName,
  2305: unknownExport,
  2307: unknownModule,
  2322: mismatch,
  2339: unknownMember,
  2341: notAccessible,
  2344: mismatch,
  2345: badArgument,
  2349: notCallable,
  2351: notCallable,
  2353: unknownProperty,
  2375: mismatch,
  2379: badArgument,
  2414: async ({ context }) => `The class has to be called ${context.className}.`,
  2416: notLikeBase,
  2420: missingMembers,
  2445: notAccessible,
  2459: unknownExport,
  2503: unknownName,
  2511: abstractClass,
  2515: missingMembers,
  2531: possiblyMissing,
  2532: possiblyMissing,
  2551: unknownMember,
  2552: unknownName,
  2554: badCall,
  2555: badCall,
  2564: async ({ quoted: [name = ''] }) =>
    `Set ${name} in the constructor or where it is declared, or let its type include undefined; a ! would hide it.`,
  2614: unknownExport,
  2653: missingMembers,
  2654: missingMembers,
  2655: missingMembers,
  2656: missingMembers,
  2720: missingMembers,
  2724: unknownExport,
  2739: missingMembers,
  2740: missingMembers,
  2741: missingMembers,
  2769: badArgument,
  4114: async ({ quoted: [name = ''] }) => `noImplicitOverride wants \`override\` before ${name}.`,
  7006: implicitAny,
  7031: implicitAny,
  9007: needsAnnotation,
  9008: needsAnnotation,
  9010: needsAnnotation,
  9012: needsAnnotation,
  18046: unknownValue,
  18047: possiblyMissing,
  18048: possiblyMissing,
  18049: possiblyMissing,
};

/** Explained from their message, so that nothing of the file they stand in is shown. */
const fromMessageAlone = new Set([
  2304, 2305, 2339, 2341, 2353, 2420, 2445, 2515, 2551, 2552, 2614, 2724, 2739, 2740, 2741,
]);

export const explainedCodes: readonly number[] = Object.keys(explainers).map(Number);
