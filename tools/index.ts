import { z } from 'zod';
import { ClasswrightError } from '../src/errors.ts';
import { MalformedInput } from '../src/model/model.ts';
import { nearest } from '../src/nearest.ts';
import { ask } from './ask.ts';
import { compile } from './compile.ts';
import { findSymbol } from './find-symbol.ts';
import { implementations } from './implementations.ts';
import { importsFor } from './imports-for.ts';
import { listFiles } from './list-files.ts';
import { methodBody } from './method-body.ts';
import { finish } from './output.ts';
import { packageApi } from './package-api.ts';
import { readFile } from './read-file.ts';
import { references } from './references.ts';
import { reflect } from './reflect.ts';
import { relatedCode } from './related-code.ts';
import { runTests } from './run-tests.ts';
import { searchText } from './search-text.ts';
import { signature } from './signature.ts';
import { submitClass } from './submit-class.ts';
import { modelName, type Tool, type ToolContext, type ToolResult } from './tool.ts';
import { typeInfo } from './type-info.ts';
import { typeQuery } from './type-query.ts';

/** The one list, in the order in which a model is told of them. */
export const allTools: readonly Tool[] = [
  findSymbol,
  typeInfo,
  signature,
  methodBody,
  typeQuery,
  references,
  implementations,
  importsFor,
  relatedCode,
  packageApi,
  searchText,
  readFile,
  listFiles,
  compile,
  runTests,
  submitClass,
  reflect,
  ask,
];

/** By file name or by the model's name for it. */
export const toolNamed = (name: string): Tool | undefined =>
  allTools.find((tool) => tool.name === name || modelName(tool) === name);

export type ParsedInput<Input extends z.ZodObject> = { input: z.infer<Input> } | { error: string };

/** The tool's own schema judges what was sent; an error says what would be right. */
export function parseToolInput<Input extends z.ZodObject>(
  tool: Tool<Input>,
  raw: unknown,
): ParsedInput<Input> {
  if (MalformedInput.safeParse(raw).success)
    return { error: `The input of ${modelName(tool)} is no JSON object.\nIt takes ${usage(tool)}.` };
  const parsed = tool.input.safeParse(raw ?? {});
  if (parsed.success) return { input: parsed.data };
  const keys = Object.keys(tool.input.shape);
  const problems = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, keys, raw));
    const path = issue.path.map(String).join('.');
    const missing = issue.code === 'invalid_type' && valueAt(raw, issue.path) === undefined;
    return path === ''
      ? [issue.message]
      : [missing ? `\`${path}\` is missing` : `\`${path}\`: ${issue.message}`];
  });
  return { error: `Wrong input for ${modelName(tool)}: ${problems.join('; ')}.\nIt takes ${usage(tool)}.` };
}

/** Parses, runs and cleans: an error that a user could act on is an answer like any other. */
export async function runTool(tool: Tool, raw: unknown, context: ToolContext): Promise<ToolResult> {
  const parsed = parseToolInput(tool, raw);
  if ('error' in parsed) return { text: finish(parsed.error), isError: true };
  try {
    const result = await tool.run(parsed.input, context);
    return { ...result, text: finish(result.text) };
  } catch (error) {
    // A late or crashed server is no answer of a tool: the run has to know.
    if (!(error instanceof ClasswrightError) || error.kind !== 'usage') throw error;
    return { text: finish([error.message, error.advice].filter(Boolean).join('\n')), isError: true };
  }
}

function unknownKey(key: string, keys: readonly string[], raw: unknown): string {
  const given = raw !== null && typeof raw === 'object' ? Object.keys(raw) : [];
  const open = keys.filter((known) => !given.includes(known));
  const [near] = nearest(key, open, 1);
  return `there is no \`${key}\`${near ? `, did you mean \`${near}\`?` : ''}`;
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined),
    raw,
  );

/** `{ query: string, limit?: integer (1 to 100) }` */
export function usage(tool: Tool): string {
  const schema = z.object({
    properties: z.record(z.string(), z.object({ type: z.string().optional() })),
    required: z.array(z.string()).optional(),
  });
  const { properties, required = [] } = schema.parse(z.toJSONSchema(tool.input, { io: 'input' }));
  const keys = Object.entries(properties).map(
    ([key, { type }]) => `${key}${required.includes(key) ? '' : '?'}: ${type ?? 'any'}`,
  );
  return keys.length > 0 ? `{ ${keys.join(', ')} }` : 'no input: {}';
}
