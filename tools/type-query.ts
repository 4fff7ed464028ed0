import { dirname, join } from 'node:path/posix';
import { z } from 'zod';
import { nearest } from '../src/nearest.ts';
import { cutText } from './output.ts';
import { openFile } from './paths.ts';
import { error } from './shared.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** `import('./order.js')`, and nothing that could hide where it leads. */
const IMPORT = /\bimport\s*\(\s*(['"])(\.{1,2}\/[\w@$.+/-]*)\1\s*\)/g;
const SOURCES = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.d.mts', '.d.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** Why an expression may not import what it imports: a withheld file's types would come back. */
async function refusedImport(expression: string, context: ToolContext): Promise<string | undefined> {
  if (/\b(?:import|require)\b|\\u/.test(expression.replace(IMPORT, '')))
    return "An expression imports only by a relative path, as in import('./order.js').Order. For packages use package-api.";
  for (const [, , specifier = ''] of expression.matchAll(IMPORT)) {
    const path = join(dirname(context.targetFile), specifier);
    const stem = path.replace(/\.[cm]?[jt]sx?$/, '');
    const files = [path, ...[stem, path, `${path}/index`].flatMap((at) => SOURCES.map((end) => at + end))];
    const isShown = async (file: string) => !('problem' in (await openFile(context, file)));
    // Whichever of them the compiler takes: none may be withheld.
    if (
      files.some((file) => context.isWithheld(file)) ||
      !(await Promise.all(files.map(isShown))).includes(true)
    )
      return `There is no file for import('${specifier}') beside ${context.targetFile}, or it is not shown.`;
  }
  return undefined;
}

export const typeQuery = defineTool({
  name: 'type-query',
  description:
    "Gives the type of an expression (or type expression) as if written in the target file, such as new OrderBook().take('x') or Parameters<OrderBook['take']>, or of what stands at a position of a file. Sees the class being written; this.x and import('./module.js') work.",
  input: z.strictObject({
    expression: z.string().min(1).optional().describe('Expression or type; give this, or a position'),
    file: z.string().optional().describe('File of the position; the target file where left out'),
    line: z.int().min(1).optional().describe('Line of the position, from 1'),
    column: z.int().min(1).optional().describe('Column of the position, from 1'),
  }),
  charge: 'call',
  async run({ expression, file, line, column }, context) {
    if (expression !== undefined) {
      const refusal = await refusedImport(expression, context);
      if (refusal !== undefined) return error(refusal);
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
