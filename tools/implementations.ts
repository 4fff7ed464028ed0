import { z } from 'zod';
import { cutList } from './output.ts';
import { at, notes, unknownSymbol, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const implementations = defineTool({
  name: 'implementations',
  description:
    'Finds the classes that implement an interface or extend a class: the best examples of how such a class is written here.',
  input: z.strictObject({ name: z.string().min(1).describe('Interface or class') }),
  charge: 'call',
  async run({ name }, context) {
    const answer = await context.language.implementations(name.trim());
    const { shown, withheld } = visible(answer.value, context, (hit) => hit.location.file);
    if (shown.length === 0) {
      const known = visible(
        (await context.language.typeInfo(name.trim())).value,
        context,
        (info) => info.location.file,
      );
      if (known.shown.length === 0) return unknownSymbol(context, name);
      return { text: [`Nothing implements or extends \`${name}\`.`, ...notes(answer, withheld)].join('\n') };
    }
    const list = cutList(
      shown.map((hit) => `${hit.header}  ${at(hit.location)}`),
      { what: 'implementations', limit: 40 },
    );
    return { text: [list, ...notes(answer, withheld)].join('\n') };
  },
});
