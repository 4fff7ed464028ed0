import { z } from 'zod';
import { cutList, cutText } from './output.ts';
import { absent, notes, ownersOf, splitName, visible } from './shared.ts';
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
    const owners = await ownersOf(context, name);
    if (shown.length === 0 || owners.length === 0) return absent(context, input.name, name, member, owners);
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
