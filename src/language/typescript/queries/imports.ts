import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { z } from 'zod';
import { readPackageJson } from '../../../package-json.ts';
import type { ImportSuggestion } from '../../language.ts';
import type { QueryContext } from '../context.ts';
import { fileUri } from './uris.ts';

const Range = z.object({
  start: z.object({ line: z.number(), character: z.number() }),
  end: z.object({ line: z.number(), character: z.number() }),
});
const Report = z.object({
  items: z.array(
    z.object({ range: Range, code: z.union([z.number(), z.string()]).optional(), message: z.string() }),
  ),
});
const Actions = z
  .array(
    z.object({
      title: z.string(),
      edit: z
        .object({ changes: z.record(z.string(), z.array(z.object({ range: Range, newText: z.string() }))) })
        .nullish(),
    }),
  )
  .nullable()
  .transform((actions) => actions ?? []);

/** Import statements that would make `name` known in the target file, the likeliest first. */
export async function importsFor(context: QueryContext, name: string): Promise<ImportSuggestion[]> {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return [];
  const { text, asType, asValue } = probeText(await context.targetText(), name);
  const statements = await context.withTargetText(text, async () => ({
    asValue: await fixesAt(context, asValue, name),
    asType: await fixesAt(context, asType, name),
  }));
  const all = [...statements.asValue, ...statements.asType];
  const suggestions = new Map<string, ImportSuggestion>();
  for (const statement of all) {
    const from =
      /from\s+(['"])(.+?)\1/.exec(statement)?.[2] ?? /require\((['"])(.+?)\1\)/.exec(statement)?.[2];
    if (from === undefined || [...suggestions.values()].some((one) => one.from === from)) continue;
    const undeclared = undeclaredPackage(context, from);
    const typeOnly = /^import\s+type\b|\{\s*type\s/.test(statement);
    suggestions.set(statement, {
      statement,
      from,
      typeOnly,
      ...(undeclared === undefined ? {} : { undeclaredPackage: undeclared }),
    });
  }
  return [...suggestions.values()];
}

/**
 * The file's imports stay as bare ones, which show its style of specifiers without binding a name, so that each
 * fix is a whole statement instead of an edit of one that is there.
 */
function probeText(text: string, name: string) {
  const specifiers = [...text.matchAll(/^\s*(?:import|export)\b[^'"]*?\bfrom\s*(['"])(.+?)\1/gm)].map(
    ([, quote, specifier]) => `import ${quote}${specifier}${quote};`,
  );
  const lines = [...new Set(specifiers), 'export {};', `type __probe = ${name};`, `${name};`];
  return { text: `${lines.join('\n')}\n`, asType: lines.length - 2, asValue: lines.length - 1 };
}

/** Statements that the missing-import fixes at a line (from 0) would insert. */
async function fixesAt(context: QueryContext, line: number, name: string): Promise<string[]> {
  const textDocument = { uri: fileUri(context.targetFile) };
  const report = Report.parse(await context.server.request('textDocument/diagnostic', { textDocument }));
  const diagnostics = report.items.filter((item) => item.range.start.line === line);
  const statements: string[] = [];
  for (const diagnostic of diagnostics) {
    const actions = Actions.parse(
      await context.server.request('textDocument/codeAction', {
        textDocument,
        range: diagnostic.range,
        context: { diagnostics: [diagnostic], only: ['quickfix'] },
      }),
    );
    for (const action of actions) {
      const edits = action.edit?.changes[textDocument.uri] ?? [];
      const [edit] = edits;
      const statement = edit?.newText.trim() ?? '';
      if (
        edits.length === 1 &&
        /^import\b/.test(statement) &&
        new RegExp(`\\b${escapeName(name)}\\b`).test(statement) &&
        !statement.includes('\n')
      )
        statements.push(statement);
    }
  }
  return statements;
}

const escapeName = (name: string): string => name.replaceAll('$', '\\$');

/** Name of the package where no manifest between the target and the root declares it. */
function undeclaredPackage(context: QueryContext, specifier: string): string | undefined {
  if (/^[./#~]/.test(specifier) || specifier.startsWith('node:')) return undefined;
  const [first = '', second = ''] = specifier.split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  if (builtinModules.includes(first)) return undefined;
  const target = posix.dirname(context.relative(context.targetFile));
  for (let dir = target; ; dir = dirname(dir)) {
    const manifest = readPackageJson(join(context.root, dir));
    if (manifest) {
      const { dependencies, devDependencies, peerDependencies } = manifest;
      if (manifest.name === name) return undefined;
      if (
        [dependencies, devDependencies, peerDependencies].some(
          (deps) => deps !== undefined && Object.hasOwn(deps, name),
        )
      )
        return undefined;
    }
    if (dir === '.' || dir === '') return name;
  }
}
