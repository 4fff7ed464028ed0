import { z } from 'zod';
import { cutList } from './output.ts';
import { absent, at, notes, ownersOf, splitName, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const signature = defineTool({
  name: 'signature',
  description:
    'Gives the exact signatures, all overloads, of a function or of a member such as OrderBook.take, with the place of their declaration.',
  input: z.strictObject({
    name: z.string().min(1).describe('Function, type, or Owner.member'),
    member: z
      .string()
      .optional()
      .describe('Member, where name is its owner alone; "constructor" for the constructors'),
  }),
  charge: 'call',
  async run(input, context) {
    const { name, member } = splitName(input.name, input.member);
    let answer = await context.language.signature(name, member);
    if (answer.value.length === 0 && member !== undefined && input.member === undefined)
      answer = await context.language.signature(input.name.trim());
    const { shown, withheld } = visible(answer.value, context, (one) => one.location?.file);
    const owners = await ownersOf(context, name);
    if (shown.length === 0 || owners.length === 0) return absent(context, input.name, name, member, owners);
    const lines = shown.map((one) => {
      const from = one.inheritedFrom ? `  inherited from ${one.inheritedFrom}` : '';
      return `${one.signature}${from}${one.location ? `  ${at(one.location)}` : ''}${one.doc ? `  // ${one.doc}` : ''}`;
    });
    const list = cutList(lines, { what: 'signatures', limit: 40, hint: 'Name one member.' });
    return { text: [list, ...notes(answer, withheld)].join('\n') };
  },
});
