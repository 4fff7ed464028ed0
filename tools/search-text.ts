import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cutList } from './output.ts';
import { isSecret } from './paths.ts';
import { defineTool } from './tool.ts';

export const searchText = defineTool({
  name: 'search-text',
  description:
    'Searches the text of the repository line by line with a regular expression (Rust syntax), or literally with fixed. For words that are no symbol: messages, keys, comments, configuration.',
  input: z.strictObject({
    pattern: z.string().min(1).describe('Regular expression, or literal text with fixed'),
    fixed: z.boolean().default(false).describe('Take the pattern literally'),
    glob: z.string().min(1).optional().describe('Only these files, such as src/**/*.ts or *.json'),
    ignoreCase: z.boolean().default(false).describe('Ignore case'),
    limit: z.int().min(1).max(200).default(40).describe('Most lines to show'),
  }),
  charge: 'call',
  async run({ pattern, fixed, glob, ignoreCase, limit }, context) {
    const { targetFile } = context;
    const candidate = context.targetText();
    const onDisk = await readFile(join(context.repository.root, targetFile), 'utf8').catch(() => '');
    const found = await context.search.text(pattern, {
      fixed,
      ignoreCase,
      limit: limit + 1,
      ...(glob === undefined ? {} : { glob }),
      ...(candidate === onDisk ? {} : { overlay: { file: targetFile, text: candidate } }),
      signal: context.signal,
    });
    const shown = found.matches.filter((match) => !isSecret(match.file));
    const lines = shown.map((match) => `${match.file}:${match.line}: ${match.text.trim().slice(0, 240)}`);
    const text = [
      lines.length === 0
        ? `No line matches \`${pattern}\`${glob === undefined ? '' : ` in ${glob}`}.`
        : cutList(lines, {
            what: 'lines',
            isAll: false,
            limit,
            hint: 'Narrow it with glob, or raise limit.',
          }),
    ];
    const withheld = found.withheld + found.matches.length - shown.length;
    if (withheld > 0) text.push(`[${withheld} ${withheld === 1 ? 'result' : 'results'} withheld]`);
    if (!found.complete && lines.length <= limit)
      text.push('[not complete: very long lines or the size limit left results out]');
    if (candidate !== onDisk && shown.some((match) => match.file === targetFile))
      text.push(`[${targetFile} was searched as the candidate has it, not as it is on disk]`);
    return { text: text.join('\n') };
  },
});
