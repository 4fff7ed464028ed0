import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import type { Tool } from '../../tools/tool.ts';
import { usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** Flags of the command itself; every other one is a field of the tool's input. */
const OWN = {
  file: { type: 'string' },
  'class-name': { type: 'string' },
  repo: { type: 'string' },
  cwd: { type: 'string' },
  tests: { type: 'string', multiple: true },
  'show-tests': { type: 'boolean' },
  'no-sandbox': { type: 'boolean' },
  input: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export type OwnFlags = ReturnType<typeof argumentsOf>['own'];

/** The tool's input from its flags; a bare word is its first field that has none yet. */
export function argumentsOf(found: Tool, args: readonly string[]) {
  const fields = fieldsOf(found);
  const options: NonNullable<ParseArgsConfig['options']> = {
    ...OWN,
  };
  for (const { flag, type } of fields)
    if (!(flag in OWN)) options[flag] = { type: type === 'boolean' ? 'boolean' : 'string' };
  const { values, positionals } = parsedArguments(found, args, options);
  const own = z
    .object({
      file: z.string().optional(),
      'class-name': z.string().optional(),
      repo: z.string().optional(),
      cwd: z.string().optional(),
      tests: z.array(z.string()).optional(),
      'show-tests': z.boolean().optional(),
      'no-sandbox': z.boolean().optional(),
      input: z.string().optional(),
      json: z.boolean().optional(),
      help: z.boolean().optional(),
    })
    .parse(values);
  const raw: Record<string, unknown> = own.input === undefined ? {} : inputFrom(own.input);
  for (const { key, flag, type } of fields) {
    const value = values[flag] ?? (key in raw ? undefined : positionals.shift());
    if (value !== undefined) raw[key] = asValue(String(value), type);
  }
  const [extra] = positionals;
  if (extra !== undefined)
    throw usageError(
      'extra-argument',
      `${found.name} takes no further "${extra}".`,
      `classwright tool ${found.name} --help`,
    );
  return { own, raw };
}

function parsedArguments(
  found: Tool,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const flag = /'-*([\w-]+)/.exec(message)?.[1] ?? '';
    const [near] = nearest(flag, Object.keys(options), 1);
    throw usageError(
      'bad-tool-flag',
      message.split('. ')[0] ?? message,
      near ? `Did you mean --${near}?` : `classwright tool ${found.name} --help`,
    );
  }
}

function inputFrom(file: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')));
  } catch (error) {
    throw usageError(
      'bad-tool-input',
      `${file} holds no JSON object: ${error instanceof Error ? error.message.split('\n')[0] : error}.`,
      'Give the whole input as one JSON object.',
    );
  }
}

function asValue(text: string, type: string): unknown {
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return text === 'true';
  if (type !== 'array') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface Field {
  key: string;
  flag: string;
  type: string;
  required: boolean;
  description: string;
}

const JsonSchema = z.object({
  properties: z.record(
    z.string(),
    z.object({ type: z.string().default('text'), description: z.string().default('') }),
  ),
  required: z.array(z.string()).default([]),
});

export function fieldsOf(found: Tool): Field[] {
  const { properties, required } = JsonSchema.parse(z.toJSONSchema(found.input, { io: 'input' }));
  return Object.entries(properties).map(([key, { type, description }]) => ({
    key,
    flag: key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    type,
    required: required.includes(key),
    description,
  }));
}
