import type { Location } from '../src/check/report.ts';
import type { Answer, Member, TypeInfo } from '../src/language/language.ts';
import { nearest } from '../src/nearest.ts';
import { isSecret } from './paths.ts';
import type { ToolContext, ToolResult } from './tool.ts';

/** The compiler's own declarations lie outside the repository: named, without where they are installed. */
const LIBRARY = /^.*\/(lib\.[\w.]+\.d\.ts)$/;
const outside = (file: string) => file.startsWith('/') || /^[A-Za-z]:/.test(file);

export const at = ({ file, line }: Location): string =>
  outside(file) && LIBRARY.test(file)
    ? `TypeScript's ${file.replace(LIBRARY, '$1')}:${line}`
    : `${file}:${line}`;

export const error = (...lines: string[]): ToolResult => ({ text: lines.join('\n'), isError: true });

/** `Owner.member` or `Owner.prototype.member()` in one string, as models like to write it. */
export function splitName(name: string, member?: string): { name: string; member: string | undefined } {
  const bare = (text: string) => text.trim().replace(/\(.*\)$/s, '');
  if (member !== undefined) return { name: bare(name), member: bare(member) };
  const parts = /^(.+?)(?:\.prototype)?\.(#?[\w$]+)$/.exec(bare(name));
  return { name: parts?.[1] ?? bare(name), member: parts?.[2] };
}

/** Parts a list into what may be shown and how much may not. */
export function visible<T>(
  items: readonly T[],
  context: ToolContext,
  fileOf: (item: T) => string | undefined,
) {
  const shown = items.filter((item) => {
    const file = fileOf(item);
    return file === undefined || (outside(file) && LIBRARY.test(file)) || isShown(context, file);
  });
  return { shown, withheld: items.length - shown.length };
}

/** Every path that a tool reads or prints goes through this. */
export const isShown = (context: ToolContext, file: string): boolean =>
  !context.isWithheld(file) && !isSecret(file);

/** What an answer leaves out, said after it. */
export function notes(answer: Pick<Answer<unknown>, 'complete' | 'note'>, withheld = 0): string[] {
  const lines: string[] = [];
  if (withheld > 0) lines.push(`[${withheld} ${withheld === 1 ? 'result' : 'results'} withheld]`);
  if (!answer.complete)
    lines.push(`[not complete: ${answer.note ?? 'parts of the repository were not searched'}]`);
  return lines;
}

/**
 * Declarations of a type that may be shown. What it inherits is declared elsewhere, so tools that answer for a
 * member have to ask for its owner as well.
 */
export async function ownersOf(context: ToolContext, name: string): Promise<TypeInfo[]> {
  const { value } = await context.language.typeInfo(name);
  return visible(value, context, (info) => info.location.file).shown;
}

const DECLARATION =
  '^\\s*(?:export\\s+)?(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?(?:class|interface|type|enum|function|const|namespace)\\s+[A-Za-z_$][\\w$]*';

/** Names declared in the repository that come near to `name`. */
export async function nearestSymbols(context: ToolContext, name: string): Promise<string[]> {
  const last = name.split('.').at(-1) ?? name;
  const found = await context.search.text(DECLARATION, {
    glob: '*.{ts,tsx,mts,cts}',
    limit: 50_000,
    overlay: { file: context.targetFile, text: context.targetText() },
    signal: context.signal,
  });
  const names = found.matches.flatMap(
    (match) => /([A-Za-z_$][\w$]*)[^A-Za-z_$\w]*$/.exec(declared(match.text))?.[1] ?? [],
  );
  return nearest(last, names, 5);
}

const declared = (line: string): string =>
  /^\s*(?:\w+\s+)*?(?:class|interface|type|enum|function|const|namespace)\s+[A-Za-z_$][\w$]*/.exec(
    line,
  )?.[0] ?? '';

export async function unknownSymbol(context: ToolContext, name: string): Promise<ToolResult> {
  const near = await nearestSymbols(context, name);
  return error(
    `Nothing named \`${name}\` is declared in the repository, or it is not shown.`,
    near.length > 0
      ? `Nearest names: ${near.join(', ')}.`
      : 'No name comes near. For what a package exports use package-api; for words in the code use related-code or search-text.',
  );
}

export function unknownMember(owner: string, member: string, members: readonly Member[]): ToolResult {
  const near = nearest(
    member,
    members.map((one) => one.name),
    5,
  );
  const named = near.flatMap((name) =>
    members.filter((one) => one.name === name).map((one) => `  ${one.signature}`),
  );
  return error(
    `\`${owner}\` has no member \`${member}\`.`,
    ...(named.length > 0
      ? ['Nearest members:', ...named]
      : [`Its members: ${[...new Set(members.map((one) => one.name))].join(', ') || 'none'}.`]),
  );
}

/** For `Owner.member`: what of it is wrong, and what would be right. */
export function absent(
  context: ToolContext,
  asked: string,
  name: string,
  member: string | undefined,
  owners: readonly TypeInfo[],
): ToolResult | Promise<ToolResult> {
  const [owner] = owners;
  if (owner && member !== undefined) return unknownMember(name, member, owner.members);
  return unknownSymbol(context, owner ? asked : name);
}
