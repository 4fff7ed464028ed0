import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { repositoryError } from '../errors.ts';

const Names = z.record(z.string(), z.string().catch('')).catch({});
const Text = z.string().optional().catch(undefined);

const Manager = z
  .string()
  .regex(/^(npm|pnpm|yarn)@/)
  .transform((text) => {
    const at = text.indexOf('@');
    const version = text.slice(at + 1).replace(/\+.*$/, '');
    return { name: z.enum(['npm', 'pnpm', 'yarn']).parse(text.slice(0, at)), version };
  })
  .optional()
  .catch(undefined);

/** The fields that anything here reads; a field of the wrong shape counts as absent, as package managers do. */
const PackageJson = z.object({
  name: Text,
  type: z.enum(['module', 'commonjs']).catch('commonjs'),
  main: Text,
  module: Text,
  types: Text,
  typings: Text,
  source: Text,
  /** Any JSON: resolved where modules are. */
  exports: z.unknown().optional(),
  imports: z.record(z.string(), z.unknown()).optional().catch(undefined),
  dependencies: Names,
  devDependencies: Names,
  peerDependencies: Names,
  scripts: Names,
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()) }).transform((w) => w.packages)])
    .optional()
    .catch(undefined),
  packageManager: Manager,
});
export type PackageJson = z.infer<typeof PackageJson>;

/** 1-based line and column of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const sentence = (code: string): string => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** The package.json of a folder, undefined where there is none. A broken one is an error that names the line. */
export function readPackageJson(dir: string): PackageJson | undefined {
  const path = join(dir, 'package.json');
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  const json = PackageJson.safeParse(value);
  if (error === undefined && json.success) return json.data;
  const { line, column } = positionAt(text, error?.offset ?? 0);
  const what = error === undefined ? 'it is not an object' : sentence(printParseErrorCode(error.error));
  throw repositoryError(
    'broken-package-json',
    `${path}:${line}:${column} is not valid JSON: ${what}.`,
    'Mend that line.',
  );
}
