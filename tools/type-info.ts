import { z } from 'zod';
import type { Location } from '../src/check/report.ts';
import type { Member, TypeInfo } from '../src/language/language.ts';
import { cutList } from './output.ts';
import { at, error, notes, unknownSymbol, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const typeInfo = defineTool({
  name: 'type-info',
  description:
    'Shows what a class, interface, type, enum, function or namespace offers: header, constructors, own and inherited members, static and instance, with signatures, and what an implementation has to define. Works on the class being written too.',
  input: z.strictObject({
    name: z.string().min(1).describe('Name of the type, such as OrderBook or Orders.Line'),
    file: z.string().optional().describe('Path of the file that declares it, where the name is ambiguous'),
    members: z.string().optional().describe('Only members whose name contains this'),
  }),
  charge: 'call',
  async run({ name, file, members }, context) {
    const answer = await context.language.typeInfo(name.trim(), file);
    const { shown, withheld } = visible(answer.value, context, (info) => info.location.file);
    if (shown.length === 0) {
      if (file === undefined) return unknownSymbol(context, name);
      const elsewhere = visible(
        (await context.language.typeInfo(name.trim())).value,
        context,
        (info) => info.location.file,
      );
      if (elsewhere.shown.length === 0) return unknownSymbol(context, name);
      const places = elsewhere.shown.map((info) => `${info.name} in ${at(info.location)}`);
      return error(`\`${file}\` declares no \`${name}\`. There is ${places.join(', ')}.`);
    }
    const entries = shown.flatMap((info, index) => [
      ...(index > 0 ? [''] : []),
      ...describe(info, members?.toLowerCase()),
    ]);
    const list = cutList(entries, {
      what: 'lines',
      limit: 150,
      hint: shown.length > 1 ? 'Name the file, or filter with members.' : 'Filter with members.',
    });
    return { text: [list, ...notes(answer, withheld)].join('\n') };
  },
});

function describe(info: TypeInfo, filter: string | undefined): string[] {
  const wanted = (members: readonly Member[]) =>
    filter === undefined ? members : members.filter((member) => member.name.toLowerCase().includes(filter));
  const own = wanted(info.members).filter((member) => member.inheritedFrom === undefined);
  const sections: [string, readonly Member[]][] = [
    ['constructors', own.filter((member) => member.kind === 'constructor')],
    ['static', own.filter((member) => member.static && member.kind !== 'constructor')],
    ['members', own.filter((member) => !member.static && member.kind !== 'constructor')],
  ];
  /** What everybody knows, or can look up by its own name: names are enough. */
  const wellKnown = new Map<string, string[]>();
  for (const member of wanted(info.members)) {
    if (member.inheritedFrom === undefined) continue;
    if (isOfPlatform(member) && !isOfPlatform(info)) {
      const names = wellKnown.get(member.inheritedFrom) ?? [];
      wellKnown.set(member.inheritedFrom, [...names, member.name]);
      continue;
    }
    const title = `inherited from ${member.inheritedFrom}`;
    const section = sections.find(([known]) => known === title);
    if (section) section[1] = [...section[1], member];
    else sections.push([title, [member]]);
  }
  sections.push(['an implementation has to define', wanted(info.mustImplement)]);
  const lines = [`${info.header}  ${at(info.location)}`];
  if (info.text !== undefined && !info.header.includes(info.text)) lines.push(`  = ${info.text}`);
  for (const [title, members] of sections) {
    if (members.length === 0) continue;
    lines.push(`${title}:`);
    for (const member of members) lines.push(`  ${line(member, title.startsWith('inherited'))}`);
  }
  for (const [owner, names] of wellKnown)
    lines.push(`inherited from ${owner}: ${[...new Set(names)].join(', ')}`);
  if (filter !== undefined && lines.length === 1)
    lines.push(
      `  no member contains "${filter}": ${[...new Set(info.members.map((member) => member.name))].join(', ')}`,
    );
  if (info.mentions.length > 0) lines.push(`mentions: ${info.mentions.join(', ')}`);
  return lines;
}

const isOfPlatform = ({ location }: { location?: Location }): boolean =>
  location !== undefined && /(?:^|\/)(?:lib\.[\w.]*d\.ts|@types\/node\/.*)$/.test(location.file);

/** The signature is a whole declaration already; what follows is where and what for. */
function line(member: Member, inherited: boolean): string {
  const place = member.location && !inherited ? `  :${member.location.line}` : '';
  return `${member.signature}${place}${member.doc ? `  // ${member.doc}` : ''}`;
}
