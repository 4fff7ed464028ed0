import { z } from 'zod';
import { cutList } from './output.ts';
import { at, notes, unknownSymbol, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const findSymbol = defineTool({
  name: 'find-symbol',
  description:
    'Finds where classes, interfaces, types, enums, functions and members are declared in the repository, by name or part of a name. Gives each declaration header with path:line.',
  input: z.strictObject({
    query: z.string().min(1).describe('Name or part of a name, such as OrderBook'),
    limit: z.int().min(1).max(100).default(20).describe('Most declarations to show'),
  }),
  charge: 'call',
  async run({ query, limit }, context) {
    const answer = await context.language.findSymbol(query, limit + 1);
    const { shown, withheld } = visible(answer.value, context, (hit) => hit.location.file);
    if (shown.length === 0) return unknownSymbol(context, query);
    const lines = shown.map(
      (hit) => `${hit.header}  ${hit.container ? `(in ${hit.container}) ` : ''}${at(hit.location)}`,
    );
    const list = cutList(lines, {
      what: 'declarations',
      limit,
      isAll: false,
      hint: 'Ask for a longer part of the name.',
    });
    return { text: [list, ...notes(answer, withheld)].join('\n') };
  },
});
