import { z } from 'zod';
import { nearest } from '../src/nearest.ts';
import { cutList, cutText } from './output.ts';
import { at, error, notes, visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const packageApi = defineTool({
  name: 'package-api',
  description:
    'Shows what a package exports, from its declarations as installed here: all names with their headers, or with query the whole declarations that match. For workspace packages too.',
  input: z.strictObject({
    package: z.string().min(1).describe('Package or subpath as imported, such as zod or node:fs/promises'),
    query: z.string().min(1).optional().describe('Name or part of a name: shows whole declarations'),
  }),
  charge: 'call',
  async run({ package: name, query }, context) {
    const { complete, note, value } = await context.language.packageApi(name.trim(), query);
    const { shown, withheld } = visible(value.declarations, context, (one) => one.location.file);
    const title = `${name}${value.version ? ` ${value.version}` : ''}`;
    if (shown.length === 0) {
      if (value.declarations.length > 0)
        return { text: notes({ complete, note: note ?? '' }, withheld).join('\n') };
      const all = query === undefined ? undefined : (await context.language.packageApi(name.trim())).value;
      if (all && all.declarations.length > 0) {
        const names = all.declarations.map((one) => one.name);
        const near = nearest(query ?? '', names, 8);
        const offer =
          near.length > 0
            ? `Nearest: ${near.join(', ')}.`
            : `It exports ${names.slice(0, 40).join(', ')}${names.length > 40 ? ' …' : ''}.`;
        return error(`${title} exports nothing that matches \`${query}\`. ${offer}`);
      }
      return error(note ?? `No declarations of \`${name}\` are installed.`, offerPackages(name));
    }
    const entries = shown.map((one) =>
      query === undefined
        ? `${one.text}  ${at(one.location)}`
        : cutText(
            `// ${at(one.location)}\n${one.text}`,
            () => 'Ask for one member with type-info or signature.',
          ),
    );
    const list = cutList(entries, {
      what: 'declarations',
      limit: query === undefined ? 120 : 12,
      hint: 'Narrow it with query.',
    });
    return {
      text: [title, list, ...notes({ complete, ...(note === undefined ? {} : { note }) }, withheld)].join(
        '\n',
      ),
    };

    function offerPackages(wrong: string): string {
      const { packages, target } = context.repository;
      const { dependencies, devDependencies, peerDependencies } = target.manifest;
      const names = [
        ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
        ...packages.flatMap((one) => one.name ?? []),
      ];
      const near = nearest(wrong, names, 5);
      return near.length > 0
        ? `Nearest: ${near.join(', ')}.`
        : `Declared packages: ${names.slice(0, 40).join(', ') || 'none'}.`;
    }
  },
});
