import { z } from 'zod';
import type { Location } from '../../../check/report.ts';
import type { Declaration, SymbolHit } from '../../language.ts';
import { is, type Node, type Snapshot, SymbolFlags, SyntaxKind } from '../api.ts';
import type { QueryContext } from '../context.ts';
import {
  anyKindOf,
  endLineOf,
  fileOf,
  headerOf,
  kindOf,
  locationOf,
  nameNode,
  nodesOf,
  sourceOf,
  textOf,
  wholeDeclaration,
} from './nodes.ts';
import { type Found, projectOf, workspaceSymbols } from './resolve.ts';
import { memberSymbols } from './type-info.ts';
import { fileUri, pathOfUri } from './uris.ts';

const Point = z.object({ line: z.number(), character: z.number() });
const Places = z
  .array(z.object({ uri: z.string(), range: z.object({ start: Point }) }))
  .nullable()
  .transform((places) => places ?? []);

type Place = z.infer<typeof Places>[number];

/** Declarations that a name stands for: of the symbol itself or of one member. */
export async function declarationNodes(found: Found, member?: string): Promise<Node[]> {
  if (member === undefined) return found.nodes.filter((node) => kindOf(node) !== undefined);
  if (member === 'constructor') return found.nodes.flatMap(constructorNodes);
  const symbols = await memberSymbols(found, member);
  return (await Promise.all(symbols.map((one) => nodesOf(one.symbol, found.project)))).flat();
}

function constructorNodes(node: Node): Node[] {
  const declared = is.isVariableDeclaration(node) ? node.initializer : node;
  if (!declared || !(is.isClassDeclaration(declared) || is.isClassExpression(declared))) return [];
  return declared.members.filter((member) => member.kind === SyntaxKind.Constructor);
}

export function declarationOf(node: Node, name: string, context: QueryContext): Declaration {
  const whole = wholeDeclaration(node);
  return {
    name,
    kind: anyKindOf(node),
    location: locationOf(whole, context),
    endLine: endLineOf(whole),
    text: textOf(whole),
  };
}

/** Uses of what the nodes declare, in files that are loaded; declarations themselves are left out. */
export async function usesOf(
  context: QueryContext,
  nodes: readonly Node[],
): Promise<(Location & { text: string })[]> {
  const declared = new Set(nodes.map((node) => placeKey(positionOf(node))));
  const places = new Map<string, Place>();
  for (const node of nodes) {
    const { textDocument, position } = positionOf(node);
    const answer = await context.server.request('textDocument/references', {
      textDocument,
      position,
      context: { includeDeclaration: true },
    });
    for (const place of Places.parse(answer)) {
      const key = placeKey({ textDocument: { uri: place.uri }, position: place.range.start });
      if (!declared.has(key)) places.set(key, place);
    }
  }
  const uses: (Location & { text: string })[] = [];
  const lines = new Map<string, string[]>();
  for (const { uri, range } of places.values()) {
    const path = pathOfUri(uri);
    const text = lines.get(path) ?? ((await context.readText(path)) ?? '').split(/\r?\n/);
    lines.set(path, text);
    const { line, character } = range.start;
    uses.push({
      file: context.relative(path),
      line: line + 1,
      column: character + 1,
      text: text[line] ?? '',
    });
  }
  return uses.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

function positionOf(node: Node) {
  const file = node.getSourceFile();
  const position = file.getLineAndCharacterOfPosition(nameNode(node).getStart(file));
  return { textDocument: { uri: fileUri(file.fileName) }, position };
}

const placeKey = ({ textDocument, position }: ReturnType<typeof positionOf>): string =>
  `${pathOfUri(textDocument.uri)}:${position.line}:${position.character}`;

/** Classes that implement or extend what the nodes declare. */
export async function implementationsOf(
  context: QueryContext,
  snapshot: Snapshot,
  nodes: readonly Node[],
): Promise<SymbolHit[]> {
  const declared = new Set(nodes.map((node) => placeKey(positionOf(node))));
  const hits = new Map<string, SymbolHit>();
  for (const node of nodes) {
    const { textDocument, position } = positionOf(node);
    const answer = await context.server.request('textDocument/implementation', { textDocument, position });
    for (const { uri, range } of Places.parse(answer)) {
      const key = placeKey({ textDocument: { uri }, position: range.start });
      if (declared.has(key) || hits.has(key)) continue;
      const hit = await hitAt(context, snapshot, pathOfUri(uri), range.start);
      if (hit) hits.set(key, hit);
    }
  }
  return [...hits.values()];
}

/** Declarations whose name comes near to `query`, best first. */
export async function symbolsLike(
  context: QueryContext,
  snapshot: Snapshot,
  query: string,
  limit: number,
): Promise<SymbolHit[]> {
  const all = await workspaceSymbols(context, query);
  const wanted = query.toLowerCase();
  const closeness = (name: string) =>
    name === query ? 0 : name.toLowerCase() === wanted ? 1 : name.toLowerCase().includes(wanted) ? 2 : 3;
  const ranked = all
    .map((hit, index) => ({ hit, index, rank: closeness(hit.name) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        Number(Boolean(a.hit.containerName)) - Number(Boolean(b.hit.containerName)) ||
        a.index - b.index,
    );
  const hits: SymbolHit[] = [];
  for (const { hit } of ranked) {
    if (hits.length >= limit) break;
    const path = pathOfUri(hit.location.uri);
    const found = await hitAt(context, snapshot, path, hit.location.range.start);
    if (found)
      hits.push({ ...found, name: hit.name, ...(hit.containerName ? { container: hit.containerName } : {}) });
  }
  return hits;
}

async function hitAt(
  context: QueryContext,
  snapshot: Snapshot,
  path: string,
  { line, character }: z.infer<typeof Point>,
): Promise<SymbolHit | undefined> {
  const project = await projectOf(context, snapshot, path);
  const source = project && (await sourceOf(project, path));
  if (!project || !source) return undefined;
  const position = source.getPositionOfLineAndCharacter(line, character);
  const symbol = await project.checker.getSymbolAtPosition(path, position);
  if (!symbol || symbol.flags & SymbolFlags.Alias) return undefined;
  const nodes = await nodesOf(symbol, project);
  const node =
    nodes.find((one) => fileOf(one) === path && one.pos <= position && position < one.end) ?? nodes[0];
  if (!node) return undefined;
  return {
    name: symbol.name,
    kind: anyKindOf(node),
    location: locationOf(nameNode(node), context),
    header: headerOf(node),
  };
}
