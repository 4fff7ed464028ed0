import { dirname, join } from 'node:path/posix';
import { z } from 'zod';
import { cutList } from './output.ts';
import { isShown, notes, unknownSymbol } from './shared.ts';
import { defineTool, type ToolContext } from './tool.ts';

export const importsFor = defineTool({
  name: 'imports-for',
  description:
    'Gives the whole import statement that the target file needs for a symbol of the repository, an installed package or Node, in the style of the repository.',
  input: z.strictObject({ name: z.string().min(1).describe('Exported name, such as OrderBook') }),
  charge: 'call',
  async run({ name }, context) {
    const answer = await context.language.importsFor(name.trim());
    const shown = answer.value.filter((one) => isImportable(context, one.from));
    if (shown.length === 0) {
      const unknown = await unknownSymbol(context, name);
      return {
        ...unknown,
        text: `No import fixes \`${name}\`: it is not exported, or is a global.\n${unknown.text}`,
      };
    }
    const lines = shown.map((one) =>
      one.undeclaredPackage
        ? `${one.statement}  // package ${one.undeclaredPackage} is not declared in package.json`
        : one.statement,
    );
    const list = cutList(lines, { what: 'imports', limit: 10 });
    return { text: [list, ...notes(answer)].join('\n') };
  },
});

/** A relative specifier may lead to a withheld file, whatever its extension is written as. */
function isImportable(context: ToolContext, from: string): boolean {
  if (!from.startsWith('.')) return true;
  const path = join(dirname(context.targetFile), from).replace(/\.[cm]?[jt]sx?$/, '');
  return ['.ts', '.tsx', '.mts', '.cts'].every((extension) => isShown(context, `${path}${extension}`));
}
