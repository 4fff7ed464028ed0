import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Answer, Declaration } from '../../language.ts';
import type { ApiSymbol, Project } from '../api.ts';
import type { QueryContext } from '../context.ts';
import {
  anyKindOf,
  endLineOf,
  fileOf,
  headerOf,
  kindOf,
  locationOf,
  nodesOf,
  textOf,
  wholeDeclaration,
} from './nodes.ts';
import { projectOf, unalias } from './resolve.ts';

type PackageApi = Answer<{ version: string; declarations: Declaration[] }>;

/**
 * What the specifier resolves to from the target file, with the project's own resolution: `exports`, `types`,
 * `@types`, workspace links. Without `query` each export as its header, with it the matching ones whole.
 */
export async function packageApi(
  context: QueryContext,
  specifier: string,
  query?: string,
): Promise<PackageApi> {
  const nothing = (note: string): PackageApi => ({
    value: { version: '', declarations: [] },
    complete: false,
    note,
  });
  if (!/^[\w@./:-]+$/.test(specifier)) return nothing(`\`${specifier}\` is no package name`);
  const text = `${await context.targetText()}\nimport * as __probe from '${specifier}';\n`;
  const found = await context.withTargetText(text, () =>
    context.server.query('the exports of a package', async (snapshot) => {
      const project = await projectOf(context, snapshot, context.targetFile);
      if (!project) return undefined;
      const position = text.lastIndexOf(`'${specifier}'`) + 1;
      const module = await project.checker.getSymbolAtPosition(context.targetFile, position);
      if (!module) return undefined;
      const exports = await project.checker.getExportsOfModule(module);
      const wanted = exports.filter((symbol) => matches(symbol.name, query));
      const declarations = await Promise.all(
        wanted.map((symbol) => declarationsOf(context, project, symbol, query !== undefined)),
      );
      const [node] = await nodesOf(module, project);
      return { declarations: declarations.flat(), file: node && fileOf(node) };
    }),
  );
  if (!found?.file)
    return nothing(`\`${specifier}\` cannot be resolved from the target file, or has no declarations`);
  const wanted = query?.toLowerCase();
  const rank = ({ name }: Declaration) => (name === query ? 0 : name.toLowerCase() === wanted ? 1 : 2);
  return {
    value: {
      version: await versionOf(found.file),
      declarations: found.declarations.sort((a, b) => rank(a) - rank(b)),
    },
    complete: true,
  };
}

const matches = (name: string, query: string | undefined): boolean =>
  name !== '__esModule' && (query === undefined || name.toLowerCase().includes(query.toLowerCase()));

/** All declarations of an export (overloads, merged ones); as one header each, or whole. */
async function declarationsOf(
  context: QueryContext,
  project: Project,
  symbol: ApiSymbol,
  whole: boolean,
): Promise<Declaration[]> {
  const target = (await unalias(symbol, project)) ?? symbol;
  const nodes = await nodesOf(target, project);
  return nodes.map((node) => {
    const top = wholeDeclaration(node);
    const renamed = target.name !== symbol.name && symbol.name !== 'default' ? `${symbol.name} = ` : '';
    return {
      name: symbol.name,
      kind: kindOf(node) ?? anyKindOf(node),
      location: locationOf(top, context),
      endLine: endLineOf(top),
      text: `${symbol.name === 'default' ? 'default: ' : renamed}${whole ? textOf(top) : headerOf(node)}`,
    };
  });
}

const Manifest = z.object({ name: z.string().optional(), version: z.string().optional() });

/** Version of the package that a declaration file belongs to: the nearest manifest with one. */
async function versionOf(file: string): Promise<string> {
  for (let dir = dirname(file); dir !== dirname(dir); dir = dirname(dir)) {
    const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const manifest = Manifest.safeParse(parseJson(text));
    if (manifest.success && manifest.data.version !== undefined) {
      const { name, version } = manifest.data;
      return name?.startsWith('@types/') ? `${version} (${name})` : version;
    }
  }
  return '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
