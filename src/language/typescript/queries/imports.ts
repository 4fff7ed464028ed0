import { realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import { readPackageJson } from '../../../repository/package-json.ts';
import { openSearch } from '../../../search.ts';
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
import { fileOf, nodesOf } from './nodes.ts';
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
  const style = await context.server.query('the style of imports', (snapshot) =>
    readImportStyle(context, snapshot),
  );
  const { text, asType, asValue } = probeText(await context.targetText(), style, name);
  const fixes = await context.withTargetText(text, async () => [
    ...(await fixesAt(context, asValue, name)),
    ...(await fixesAt(context, asType, name)),
  ]);
  const statements = new Map<string, string>();
  for (const statement of fixes)
    for (const from of specifiersIn(statement)) if (!statements.has(from)) statements.set(from, statement);
  const used = await usesOfImport(context, name);
  // What others import it from counts too: the server knows no fix for a package whose sources stand in for it.
  for (const from of used.keys())
    if (/^[@\w]/.test(from) && !statements.has(from))
      statements.set(from, `import { ${name} } from '${from}';`);
  // Nor for a package of the workspace that nobody imports it from yet.
  const tried = workspaceDependencies(context).filter((from) => !statements.has(from));
  for (const from of tried) statements.set(from, `import { ${name} } from '${from}';`);
  if (statements.size === 0) return [];
  const meanings = await meaningsOf(context, name, [...statements.keys()]);
  for (const from of statements.keys()) {
    const meaning = meanings.get(from);
    if (!meaning || (meaning.isDefault && tried.includes(from))) statements.delete(from);
  }

  /** The server takes the shortest specifier; the siblings may write it otherwise, if it leads to the same file. */
  const others = new Map<string, string>();
  for (const [from, meaning] of meanings) {
    const other = isOwn(context, meaning)
      ? preferred(style, from, context.targetFile, meaning.file ?? '')
      : undefined;
    if (other !== undefined) others.set(from, other);
  }
  const otherMeanings =
    others.size > 0 ? await meaningsOf(context, name, [...others.values()]) : new Map<string, Meaning>();

  const suggestions = [...statements].map(([found, statement]) => {
    const meaning = meanings.get(found);
    const other = others.get(found);
    const holds =
      other !== undefined && meaning?.file !== undefined && otherMeanings.get(other)?.file === meaning.file;
    const from = holds ? other : found;
    // An alias of the package looks like a package.
    const undeclared = meaning && isOwn(context, meaning) ? undefined : undeclaredPackage(context, from);
    const marked =
      meaning?.isType && style.marksTypes
        ? statement.replace(/^import (?!type\b)/, 'import type ')
        : statement;
    const suggestion: ImportSuggestion = {
      statement: marked.replace(/(['"]).+?\1/, `${style.quote}${from}${style.quote}`),
      from,
      typeOnly: /^import\s+type\b|\{\s*type\s/.test(marked),
      ...(undeclared === undefined ? {} : { undeclaredPackage: undeclared }),
      ...(meaning?.declaration === undefined ? {} : { declaration: meaning.declaration }),
    };
    const rank = [
      -(used.get(moduleKey(context.targetFile, from)) ?? 0),
      style.packages.has(from) ? 0 : 1,
      undeclared === undefined ? 0 : 1,
      from.startsWith('.') && meaning?.isBarrel ? 1 : 0,
      meaning?.file === undefined ? 1 : 0,
      builtinModules.includes(from) ? 1 : 0,
      from.length,
    ];
    return { suggestion, rank };
  });
  suggestions.sort(
    (a, b) => a.rank.map((one, index) => one - (b.rank[index] ?? 0)).find((one) => one !== 0) ?? 0,
  );
  return suggestions.map((one) => one.suggestion);
}

/** What a module's export is: the file of this repository that it stands in, and whether it is no value. */
interface Meaning {
  file: string | undefined;
  isType: boolean;
  /** The module passes on what another one declares. */
  isBarrel: boolean;
  /** The module has it under no name of its own. */
  isDefault: boolean;
  /** Where it is declared. */
  declaration: string | undefined;
}

const isOwn = (context: QueryContext, { file }: Meaning): boolean =>
  file !== undefined && packageDirOf(context, file) === packageDirOf(context, context.targetFile);

async function meaningsOf(
  context: QueryContext,
  name: string,
  specifiers: readonly string[],
): Promise<Map<string, Meaning>> {
  const { targetFile } = context;
  const text = specifiers.map((specifier) => `import '${specifier}';\n`).join('');
  return context.withTargetText(text, () =>
    context.server.query('what imports bring in', async (snapshot) => {
      const meanings = new Map<string, Meaning>();
      const project = await projectOf(context, snapshot, targetFile);
      for (const specifier of project ? specifiers : []) {
        const module = await project?.checker.getSymbolAtPosition(
          targetFile,
          text.indexOf(`'${specifier}'`) + 1,
        );
        if (!project || !module) continue;
        const { checker } = project;
        const byName = await checker.getMemberInModuleExports(module, name);
        const exported = byName ?? (await checker.getMemberInModuleExports(module, 'default'));
        if (!exported) continue;
        const meant = exported && (await unalias(exported, project));
        const file = await fileBehind(context, snapshot, targetFile, text, specifier);
        const [node] = meant ? await nodesOf(meant, project) : [];
        meanings.set(specifier, {
          file,
          isDefault: byName === undefined,
          isBarrel: node !== undefined && fileOf(node) !== file,
          declaration: node && `${context.relative(fileOf(node))}:${node.pos}`,
          isType: meant !== undefined && (meant.flags & SymbolFlags.Value) === 0,
        });
      }
      return meanings;
    }),
  );
}

/** How often the repository imports `name` from each module already. */
async function usesOfImport(context: QueryContext, name: string): Promise<Map<string, number>> {
  const search = openSearch(context.root, () => false);
  const { matches } = await search.text(`\\b${name.replaceAll('$', '\\$')}\\b.*\\bfrom\\s*['"]`, {
    glob: '*.{ts,tsx,mts,cts}',
    limit: 500,
  });
  const uses = new Map<string, number>();
  for (const { file, text } of matches)
    for (const specifier of specifiersIn(text)) {
      const key = moduleKey(context.absolute(file), specifier);
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
  return uses;
}

/** The same for all ways to write a relative specifier. */
const moduleKey = (file: string, specifier: string): string =>
  specifier.startsWith('.')
    ? join(dirname(file), specifier).replace(/(?:\/index)?(?:\.[cm]?[jt]sx?)?$/, '')
    : specifier;

/**
 * The imports of the file, or of its siblings, stay as bare ones: they show the style of specifiers without
 * binding a name, so that each fix is a whole statement instead of an edit of one that is there.
 */
function probeText(text: string, style: ImportStyle, name: string) {
  const own = specifiersIn(text);
  const specifiers = own.some((one) => one.startsWith('.')) ? own : [...own, ...style.relative];
  const bare = specifiers.map((specifier) => `import ${style.quote}${specifier}${style.quote};`);
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

/** Packages of the workspace that the target's own package declares. */
function workspaceDependencies(context: QueryContext): string[] {
  const dir = packageDirOf(context, context.targetFile);
  const { dependencies, devDependencies, peerDependencies } = readPackageJson(dir) ?? {};
  const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
  return names.filter((name) =>
    [dir, context.root].some((at) => {
      try {
        const path = relative(context.root, realpathSync(join(at, 'node_modules', name)));
        return !path.startsWith('..') && !path.split(sep).includes('node_modules');
      } catch {
        return false;
      }
    }),
  );
}

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
