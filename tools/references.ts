import { z } from 'zod';
import { cutList } from './output.ts';
import { absent, notes, ownersOf, splitName, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const references = defineTool({
  name: 'references',
  description:
    'Finds every use of a class, function, type or member (OrderBook.take) across the repository, with the line of code of each. Shows how others call it.',
  input: z.strictObject({
    name: z.string().min(1).describe('Symbol, or Owner.member'),
    member: z.string().optional().describe('Member, where name is its owner alone'),
    limit: z.int().min(1).max(200).default(40).describe('Most uses to show'),
  }),
  charge: 'call',
  async run(input, context) {
    const { name, member } = splitName(input.name, input.member);
    const answer = await context.language.references(name, member);
    const { shown, withheld } = visible(answer.value, context, (use) => use.file);
    const owners = await ownersOf(context, name);
    if (answer.value.length === 0 || owners.length === 0)
      return absent(context, input.name, name, member, owners);
    if (shown.length === 0) return { text: ['No use is shown.', ...notes(answer, withheld)].join('\n') };
    // An import says nothing that the use beside it does not say.
    const isImport = (text: string) => /^\s*(?:import\b|\}\s*from\b)/.test(text);
    const used = new Set(shown.filter((use) => !isImport(use.text)).map((use) => use.file));
    const telling = shown.filter((use) => !isImport(use.text) || !used.has(use.file));
    const lines = telling.map((use) => `${use.file}:${use.line}: ${use.text.trim().slice(0, 200)}`);
    const list = cutList(lines, {
      what: 'references',
      limit: input.limit,
      hint: 'Name one member, or raise limit.',
    });
    return { text: [list, ...notes(answer, withheld)].join('\n') };
  },
});
