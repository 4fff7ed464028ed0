import { z } from 'zod';
import { nearest } from '../src/nearest.ts';
import { cutText } from './output.ts';
import { openFile } from './paths.ts';
import { error } from './shared.ts';
import { defineTool } from './tool.ts';

export const typeQuery = defineTool({
  name: 'type-query',
  description:
    "Gives the type of an expression (or type expression) as if written in the target file, such as new OrderBook().take('x') or Parameters<OrderBook['take']>, or of what stands at a position of a file. Sees the class being written; this.x works.",
  input: z.strictObject({
    expression: z.string().min(1).optional().describe('Expression or type; give this, or a position'),
    file: z.string().optional().describe('File of the position; the target file where left out'),
    line: z.int().min(1).optional().describe('Line of the position, from 1'),
    column: z.int().min(1).optional().describe('Column of the position, from 1'),
  }),
  charge: 'call',
  async run({ expression, file, line, column }, context) {
    if (expression !== undefined) {
      // It could name a withheld file, whose types would come back.
      if (/\b(?:import|require)\b/.test(expression))
        return error(
          'An expression cannot import. Ask for what the target file imports, or use package-api.',
        );
      const { type, errors } = await context.language.typeOfExpression(expression);
      if (errors.length === 0) return { text: cutText(type) };
      return error(
        `\`${expression}\` has no sound type here:`,
        ...errors.slice(0, 5),
        ...(await hint(expression)),
      );
    }
    if (line === undefined) return error('Give either `expression`, or `line` and `column` (and `file`).');
    const opened = await openFile(context, file ?? context.targetFile);
    if ('problem' in opened) return error(opened.problem);
    const lines = opened.text.split('\n');
    const text = lines[line - 1];
    if (text === undefined) return error(`${opened.file} has ${lines.length} lines.`);
    const wanted = column ?? text.search(/\S/) + 1;
    const found = await context.language.typeAt({ file: opened.file, line, column: wanted });
    if (!found)
      return error(`Nothing with a type stands at ${opened.file}:${line}:${wanted}: ${text.trim()}`);
    const documentation = found.documentation ? `\n${found.documentation}` : '';
    return { text: cutText(`${found.expression}: ${found.type}${documentation}`) };

    /** For `owner.member` with a wrong member: what the owner has. */
    async function hint(wrong: string): Promise<string[]> {
      const parts = /^(.+)\.([\w$]+)(?:\([^()]*\))?$/s.exec(wrong.trim());
      const members = parts?.[1] ? await context.language.membersOf(parts[1]) : [];
      const near = nearest(parts?.[2] ?? '', members, 5);
      if (near.length > 0) return [`Nearest members of ${parts?.[1]}: ${near.join(', ')}.`];
      return members.length > 0 ? [`Members of ${parts?.[1]}: ${members.slice(0, 30).join(', ')}.`] : [];
    }
  },
});
