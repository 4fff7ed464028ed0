import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { z } from 'zod';
import { readPackageJson } from '../../../package-json.ts';
import type { ImportSuggestion } from '../../language.ts';
import { SymbolFlags } from '../api.ts';
import type { QueryContext } from '../context.ts';
import {
  fileBehind,
  type ImportStyle,
  packageDirOf,
  preferred,
  readImportStyle,
  specifiersIn,
} from './import-style.ts';
import { projectOf, unalias } from './resolve.ts';
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
  const { server } = context;
  const style = await server.query('the style of imports', (snapshot) => readImportStyle(context, snapshot));
  const { text, asType, asValue } = probeText(await context.targetText(), style, name);
  const found = await context.withTargetText(text, async () => ({
    asValue: await fixesAt(context, asValue, name),
    asType: await fixesAt(context, asType, name),
  }));
  const suggestions: ImportSuggestion[] = [];
  for (const statement of new Set([...found.asValue, ...found.asType])) {
    const from = specifiersIn(statement)[0];
    if (from === undefined || suggestions.some((one) => one.from === from)) continue;
    if (suggestions.length === MOST_SUGGESTIONS) break;
    suggestions.push(await inStyle(context, name, style, statement, from));
  }
  return suggestions;
}

const MOST_SUGGESTIONS = 6;

/** The server takes the shortest specifier and says nothing of types; the siblings may write both otherwise. */
async function inStyle(
  context: QueryContext,
  name: string,
  style: ImportStyle,
  found: string,
  specifier: string,
): Promise<ImportSuggestion> {
  const meant = await meaningOf(context, name, found, specifier);
  const isOwn =
    meant?.file !== undefined &&
    packageDirOf(context, meant.file) === packageDirOf(context, context.targetFile);
  const other =
    isOwn && meant?.file ? preferred(style, specifier, context.targetFile, meant.file) : undefined;
  // Another specifier holds only if it leads to the same file.
  const renamed = other === undefined ? undefined : found.replace(specifier, other);
  const holds =
    other !== undefined &&
    renamed !== undefined &&
    (await meaningOf(context, name, renamed, other))?.file === meant?.file;
  const from = holds ? other : specifier;
  const text = holds ? renamed : found;
  const statement =
    meant?.isType && style.marksTypes ? text.replace(/^import (?!type\b)/, 'import type ') : text;
  const undeclared = undeclaredPackage(context, from);
  return {
    statement,
    from,
    typeOnly: /^import\s+type\b|\{\s*type\s/.test(statement),
    ...(undeclared === undefined ? {} : { undeclaredPackage: undeclared }),
  };
}

/** What an import statement would bring in: the file that it leads to, and whether it is no value. */
function meaningOf(context: QueryContext, name: string, statement: string, specifier: string) {
  const { targetFile } = context;
  const text = `${statement}\n`;
  return context.withTargetText(text, () =>
    context.server.query('an import', async (snapshot) => {
      const project = await projectOf(context, snapshot, targetFile);
      const symbol = await project?.checker.getSymbolAtPosition(
        targetFile,
        text.search(new RegExp(`\\b${escapeName(name)}\\b`)),
      );
      if (!project || !symbol) return undefined;
      const meant = await unalias(symbol, project);
      const file = await fileBehind(context, snapshot, targetFile, text, specifier);
      return { file, isType: meant !== undefined && (meant.flags & SymbolFlags.Value) === 0 };
    }),
  );
}

/**
 * The imports of the file, or of its siblings, stay as bare ones: they show the style of specifiers without
 * binding a name, so that each fix is a whole statement instead of an edit of one that is there.
 */
function probeText(text: string, style: ImportStyle, name: string) {
  const own = specifiersIn(text);
  const quote = /from\s*"/.test(text) ? '"' : "'";
  const specifiers = own.some((one) => one.startsWith('.')) ? own : [...own, ...style.relative];
  const bare = specifiers.map((specifier) => `import ${quote}${specifier}${quote};`);
  const lines = [...bare, 'export {};', `type __probe = ${name};`, `${name};`];
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
