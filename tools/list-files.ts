import { z } from 'zod';
import { nearest } from '../src/nearest.ts';
import { cutList } from './output.ts';
import { isSecret } from './paths.ts';
import { error } from './shared.ts';
import { defineTool } from './tool.ts';

export const listFiles = defineTool({
  name: 'list-files',
  description: 'Lists the files of the repository, all or those that match a glob or lie in a folder.',
  input: z.strictObject({
    glob: z.string().min(1).optional().describe('Folder or glob, such as src/orders or **/*.config.ts'),
    limit: z.int().min(1).max(500).default(150).describe('Most files to show'),
  }),
  charge: 'call',
  async run({ glob, limit }, context) {
    const found = await context.search.files(glob, { limit: 50_000, signal: context.signal });
    const shown = found.files.filter((file) => !isSecret(file));
    const withheld = found.withheld + found.files.length - shown.length;
    const note = withheld > 0 ? [`[${withheld} ${withheld === 1 ? 'file' : 'files'} withheld]`] : [];
    if (shown.length === 0 && withheld === 0) {
      const { files } = await context.search.files(undefined, { limit: 50_000, signal: context.signal });
      const folders = new Set(files.flatMap((file) => ancestors(file)));
      const near = nearest(
        glob ?? '',
        [...folders].filter((folder) => !isSecret(folder)),
        6,
      );
      return error(
        `No file matches \`${glob}\`.`,
        ...(near.length > 0 ? [`Nearest folders: ${near.join(', ')}.`] : []),
      );
    }
    const list = cutList(shown, { what: 'files', limit, hint: 'Narrow it with glob.' });
    return { text: [...(shown.length > 0 ? [list] : []), ...note].join('\n') };
  },
});

const ancestors = (file: string): string[] => {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};
