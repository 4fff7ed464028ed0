import { z } from 'zod';
import { relatedCode as rank } from '../src/language/typescript/related.ts';
import { cutList, cutText } from './output.ts';
import { error, isShown, notes } from './shared.ts';
import { defineTool } from './tool.ts';

export const relatedCode = defineTool({
  name: 'related-code',
  description:
    'Finds the declarations that come nearest to a description in plain words or code, ranked by words and by names, each with its code, path and lines. For "how is X done here".',
  input: z.strictObject({
    query: z.string().min(1).describe('What the code does, or a piece of code'),
    limit: z.int().min(1).max(20).default(5).describe('Most declarations to show'),
  }),
  charge: 'call',
  async run({ query, limit }, context) {
    const found = await rank(query, {
      root: context.repository.root,
      search: context.search,
      language: context.language,
      isShown: (file) => isShown(context, file),
      overlay: { file: context.targetFile, text: context.targetText() },
      limit: limit + 1,
      signal: context.signal,
    });
    if (found.value.length === 0)
      return error(`No code of the repository shares a word with \`${query}\`. Try other words.`);
    const pieces = found.value.map((one) =>
      cutText(
        `${one.location.file}:${one.location.line}-${one.endLine} ${one.kind} ${one.name}\n${short(one.text)}`,
        () => `Read on with method-body ${one.name}.`,
      ),
    );
    const list = cutList(pieces, {
      what: 'declarations',
      limit,
      isAll: false,
      hint: 'Use more specific words, or raise limit.',
    });
    return { text: [list, ...notes(found)].join('\n') };
  },
});

/** A long declaration is shown by its beginning: the rest is one `method-body` away. */
function short(text: string): string {
  const lines = text.split('\n');
  return lines.length <= 60 ? text : [...lines.slice(0, 60), `[${lines.length - 60} more lines]`].join('\n');
}
