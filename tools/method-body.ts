import { z } from 'zod';
import { cutList, cutText } from './output.ts';
import { notes, splitName, unknownMember, unknownSymbol, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const methodBody = defineTool({
  name: 'method-body',
  description:
    'Shows the source text of a method such as OrderBook.take, of a function, or of any top-level declaration, with path and lines.',
  input: z.strictObject({
    name: z.string().min(1).describe('Owner.member, or the name of a function or declaration'),
    member: z.string().optional().describe('Member, where name is its owner alone'),
  }),
  charge: 'call',
  async run(input, context) {
    const { name, member } = splitName(input.name, input.member);
    let answer = await context.language.body(name, member);
    if (answer.value.length === 0 && member !== undefined && input.member === undefined)
      answer = await context.language.body(input.name.trim());
    const { shown, withheld } = visible(answer.value, context, (one) => one.location.file);
    if (shown.length === 0) {
      const owners = visible(
        (await context.language.typeInfo(name)).value,
        context,
        (info) => info.location.file,
      ).shown;
      const owner = owners[0];
      return owner && member !== undefined
        ? unknownMember(name, member, owner.members)
        : unknownSymbol(context, owner ? input.name : name);
    }
    const pieces = shown.map((one) =>
      cutText(
        `${one.location.file}:${one.location.line}-${one.endLine}\n${one.text}`,
        (lines) => `Read on with read-file from line ${one.location.line + lines - 1}.`,
      ),
    );
    const list = cutList(pieces, { what: 'declarations', limit: 8, hint: 'Name one member.' });
    return { text: [list, ...notes(answer, withheld)].join('\n') };
  },
});
