import { extname } from 'node:path';
import { z } from 'zod';
import { openSearch } from '../../../search.ts';
import { type ApiSymbol, type Node, type Project, type Snapshot, SymbolFlags } from '../api.ts';
import type { QueryContext } from '../context.ts';
import { fileOf, kindOf, nodesOf, sourceOf } from './nodes.ts';
import { pathOfUri } from './uris.ts';

/** A symbol with the project to ask about it and its declarations. */
export interface Found {
  project: Project;
  symbol: ApiSymbol;
  nodes: Node[];
}

export const MEANING = SymbolFlags.Value | SymbolFlags.Type | SymbolFlags.Namespace | SymbolFlags.Alias;

/** Most declarations of one name that are looked at. */
const MOST_FOUND = 6;

const WorkspaceSymbols = z
  .array(
    z.object({
      name: z.string(),
      kind: z.number(),
      containerName: z.string().nullish(),
      location: z.object({
        uri: z.string(),
        range: z.object({ start: z.object({ line: z.number(), character: z.number() }) }),
      }),
    }),
  )
  .nullable()
  .transform((hits) => hits ?? []);

export type WorkspaceSymbol = z.infer<typeof WorkspaceSymbols>[number];

export const workspaceSymbols = async (context: QueryContext, query: string): Promise<WorkspaceSymbol[]> =>
  WorkspaceSymbols.parse(await context.server.request('workspace/symbol', { query }));

/** The target's project first: what it sees is what the class will see. */
export async function projectOf(
  context: QueryContext,
  snapshot: Snapshot,
  file: string,
): Promise<Project | undefined> {
  const target = snapshot.getProject(context.tsconfig);
  if (target && (await holds(target, file))) return target;
  const own = await snapshot.getDefaultProjectForFile(file).catch(() => undefined);
  if (own && (await holds(own, file))) return own;
  for (const project of snapshot.getProjects()) if (await holds(project, file)) return project;
  return undefined;
}

const holds = async (project: Project, file: string): Promise<boolean> =>
  (await project.program.getSourceFileMetadata(file).catch(() => undefined)) !== undefined;

export const isTypeScript = (file: string): boolean => /^\.[cm]?tsx?$/.test(extname(file));

/** Follows an import or re-export to what it names. */
export async function unalias(symbol: ApiSymbol, project: Project): Promise<ApiSymbol | undefined> {
  if (!(symbol.flags & SymbolFlags.Alias)) return symbol;
  const target = await project.checker.getAliasedSymbol(symbol);
  return (await project.checker.isUnknownSymbol(target)) ? undefined : target;
}

/**
 * What `name` (`Thing`, `ns.Thing`) may stand for: as the target file sees it first, then as the repository
 * declares it. With `file`, only what that file declares or imports under the name.
 */
export async function resolveName(
  context: QueryContext,
  snapshot: Snapshot,
  name: string,
  file?: string,
): Promise<Found[]> {
  const [head = '', ...path] = name.split('.');
  const roots: { project: Project; symbol: ApiSymbol }[] = [];
  const add = async (project: Project | undefined, symbol: ApiSymbol | undefined) => {
    const target = project && symbol ? await unalias(symbol, project) : undefined;
    if (project && target) roots.push({ project, symbol: target });
  };
  const inScope = async (scope: string) => {
    const project = await projectOf(context, snapshot, scope);
    const source = project && (await sourceOf(project, scope));
    if (!project || !source) return;
    const end = { document: scope, position: source.end };
    await add(project, await project.checker.resolveName(head, MEANING, end, false));
  };
  if (file !== undefined) await inScope(context.absolute(file));
  else {
    await inScope(context.targetFile);
    for (const hit of await workspaceSymbols(context, head)) {
      if (hit.name !== head || roots.length >= MOST_FOUND) continue;
      const path = pathOfUri(hit.location.uri);
      const project = await projectOf(context, snapshot, path);
      const source = project && (await sourceOf(project, path));
      if (!project || !source) continue;
      const { line, character } = hit.location.range.start;
      const position = source.getPositionOfLineAndCharacter(line, character);
      const symbol = await project.checker.getSymbolAtPosition(path, position);
      if (symbol && !(symbol.flags & (SymbolFlags.ClassMember | SymbolFlags.EnumMember)))
        await add(project, symbol);
    }
  }
  // A name of a package: whoever imports it already knows it.
  if (file === undefined && roots.length === 0)
    for (const importer of await importersOf(context, head)) await inScope(importer);
  const found: Found[] = [];
  const seen = new Set<string>();
  for (const { project, symbol } of roots) {
    const end = await walk(project, symbol, path);
    if (!end) continue;
    const nodes = await nodesOf(end, project);
    const key = nodes.map((node) => `${fileOf(node)}:${node.pos}`).join();
    if (seen.has(key) || nodes.length === 0 || !nodes.some(kindOf)) continue;
    seen.add(key);
    found.push({ project, symbol: end, nodes });
  }
  return found;
}

async function walk(
  project: Project,
  start: ApiSymbol,
  path: readonly string[],
): Promise<ApiSymbol | undefined> {
  let symbol: ApiSymbol | undefined = start;
  for (const segment of path) {
    const exports: readonly ApiSymbol[] = symbol ? [...(await symbol.getExports()).values()] : [];
    const next = exports.find((one) => one.name === segment);
    symbol = next && (await unalias(next, project));
  }
  return symbol;
}

/** A few files that import something under the name. */
async function importersOf(context: QueryContext, name: string): Promise<string[]> {
  if (!/^[\w$]+$/.test(name)) return [];
  const search = openSearch(context.root, () => false);
  const pattern = `^\\s*import\\b.*\\b${name.replaceAll('$', '\\$')}\\b.*\\bfrom\\s*['"]`;
  const { matches } = await search.text(pattern, { glob: '*.{ts,tsx,mts,cts}', limit: 50 });
  return [...new Set(matches.map((match) => context.absolute(match.file)))].slice(0, 3);
}
