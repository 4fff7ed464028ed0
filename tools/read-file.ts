import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { nearest } from '../src/nearest.ts';
import { cutText, MOST_OF_A_FILE } from './output.ts';
import { isSecret, openFile } from './paths.ts';
import { error } from './shared.ts';
import { defineTool } from './tool.ts';

const MOST_LINES = 800;

export const readFile = defineTool({
  name: 'read-file',
  description:
    'Reads a file of the repository or of an installed package, with line numbers. The target file is shown with the candidate in it. Gives up to 800 lines or 22,000 characters at once, and says where to go on. Prefer type-info and method-body: they are shorter.',
  input: z.strictObject({
    path: z.string().min(1).describe('Path from the root of the repository'),
    startLine: z.int().min(1).default(1).describe('First line, from 1'),
    endLine: z.int().min(1).optional().describe('Last line'),
  }),
  charge: 'call',
  async run({ path, startLine, endLine }, context) {
    const opened = await openFile(context, path);
    if ('problem' in opened) return error(opened.problem, ...(await nearestFiles()));
    const lines = opened.text.replace(/\n$/, '').split('\n');
    if (startLine > lines.length)
      return error(`${opened.file} has ${lines.length} lines; startLine was ${startLine}.`);
    const last = Math.min(endLine ?? lines.length, lines.length, startLine + MOST_LINES - 1);
    if (endLine !== undefined && endLine < startLine)
      return error(`endLine ${endLine} lies before startLine ${startLine}.`);
    const width = String(last).length;
    const numbered = lines
      .slice(startLine - 1, last)
      .map((line, index) => `${String(startLine + index).padStart(width)} ${line}`)
      .join('\n');
    const cut = cutText(
      numbered,
      (shown) => `Ask again with startLine ${startLine + shown}.`,
      MOST_OF_A_FILE,
    );
    const isCandidate = opened.file === context.targetFile ? ', with the candidate in it' : '';
    const text = [`${opened.file} (lines ${startLine}-${last} of ${lines.length}${isCandidate})`, cut];
    if (cut === numbered && last < Math.min(endLine ?? lines.length, lines.length))
      text.push(`[cut by the limit of ${MOST_LINES} lines. Ask again with startLine ${last + 1}.]`);
    return { text: text.join('\n') };

    async function nearestFiles(): Promise<string[]> {
      const { files } = await context.search.files(undefined, { limit: 20_000, signal: context.signal });
      const shown = files.filter((file) => !isSecret(file));
      const name = path.split('/').at(-1) ?? path;
      const same = shown.filter((file) => file.split('/').at(-1) === name);
      const near = same.length > 0 ? same : nearest(path, shown, 5);
      const siblings = near.length > 0 ? near : shown.filter((file) => dirname(file) === dirname(path));
      return siblings.length > 0 ? [`Nearest files: ${siblings.slice(0, 8).join(', ')}.`] : [];
    }
  },
});
