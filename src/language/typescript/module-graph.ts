import type { PackageInfo } from '../../repository/repository.ts';
import { type ModuleFacts, readModuleFacts } from './module-facts.ts';
import { openModuleResolver, type Resolution } from './module-resolver.ts';
import { breather, readSource, scanModules } from './module-scan.ts';
import { type Edge, fileOf, moduleUses, nodeOf, type Step } from './module-uses.ts';
import { readRunnerAliases } from './runner-aliases.ts';

export type { Step } from './module-uses.ts';

/**
 * Who reaches the target class, and how. Nodes are top-level declarations, so a test that imports another name
 * from a barrel, or another function of a module, does not count as using the class. Only files whose imports
 * can lead to the target are parsed; the rest are searched for specifiers.
 */

export interface GraphOptions {
  /** Absolute. */
  root: string;
  packages: readonly PackageInfo[];
  /** Every file of the repository, repository-relative (`listFiles`). */
  files: readonly string[];
  /** The file need not exist, and need not hold the class. */
  target: { file: string; className: string };
  signal?: AbortSignal;
}

export interface Dependent {
  file: string;
  /** Files on the way to the target, itself included: 1 uses the class, or its module, itself. */
  distance: number;
  chain: Step[];
  /** No use of it survives compilation. */
  typeOnly: boolean;
  /** It reaches the target through built files: a compiler sees the candidate only where those are mapped to sources. */
  built: string[];
}

/** How a test file, run on its own, comes to execute the class, or why it does not. */
export type Reach =
  | { kind: 'covers'; distance: number; chain: Step[] }
  /** It replaces `mock`, and there is no other way to the class. */
  | { kind: 'mocked'; mock: string; chain: Step[] }
  /** It loads built output of the target's own package, not its source. */
  | { kind: 'built'; built: string; chain: Step[] }
  | { kind: 'types'; chain: Step[] }
  | { kind: 'unreached' };

export interface ModuleGraph {
  /** Files that depend on the class by type or value, or import its module; nearest first. */
  dependents(): Dependent[];
  reach(testFile: string): Reach;
  /** Imports that may lead to the target by a package of this repository of which no source is known. */
  unmapped(): { file: string; specifier: string; to: string }[];
  /** Files that may lead to the target and are too large to parse. */
  skipped: string[];
  facts: { files: number; parsed: number; milliseconds: number };
}

/** Characters of a file that somebody may have written by hand. */
const MAX_LENGTH = 2_000_000;

interface Reached {
  distance: number;
  /** First edge of a shortest way to the class. */
  edge: Edge | undefined;
}

interface Search {
  nodes: Map<string, Reached>;
  /** Nearest node of each file. */
  files: Map<string, { node: string; distance: number }>;
}

/** Every node from which the class is reached over the allowed edges; steps inside a file cost nothing. */
function searchFrom(goal: string, incoming: Map<string, Edge[]>, allowed: (edge: Edge) => boolean): Search {
  const nodes = new Map<string, Reached>([[goal, { distance: 0, edge: undefined }]]);
  let level = [goal];
  for (let distance = 0; level.length > 0; distance++) {
    const next: string[] = [];
    for (const node of level) {
      if (nodes.get(node)?.distance !== distance) continue;
      for (const edge of incoming.get(node) ?? []) {
        const far = distance + (edge.step === undefined ? 0 : 1);
        if ((nodes.get(edge.from)?.distance ?? Number.POSITIVE_INFINITY) <= far || !allowed(edge)) continue;
        nodes.set(edge.from, { distance: far, edge });
        (far === distance ? level : next).push(edge.from);
      }
    }
    level = next;
  }
  const files: Search['files'] = new Map();
  for (const [node, { distance }] of nodes) {
    const file = fileOf(node);
    if ((files.get(file)?.distance ?? Number.POSITIVE_INFINITY) > distance)
      files.set(file, { node, distance });
  }
  return { nodes, files };
}

const chainFrom = ({ nodes }: Search, node: string): Step[] => {
  const chain: Step[] = [];
  for (let edge = nodes.get(node)?.edge; edge !== undefined; edge = nodes.get(edge.to)?.edge) {
    if (edge.step !== undefined) chain.push(edge.step);
  }
  return chain;
};

const filesOf = (step: Step): string[] => [step.to, ...step.via];

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Where the class is still missing, its importers are read as if it were there. */
function withClass(facts: ModuleFacts, className: string): ModuleFacts {
  if (facts.declarations.has(className)) return facts;
  facts.declarations.set(className, { values: new Set(), types: new Set(), loads: [], typeLoads: [] });
  facts.exports.set(className, className);
  if (!facts.exports.has('default') && !facts.exports.has('export=')) facts.exports.set('default', className);
  return facts;
}

export async function openModuleGraph(options: GraphOptions): Promise<ModuleGraph> {
  const started = performance.now();
  const { root, packages, target } = options;
  const listed = new Set([...options.files, target.file]);
  const resolver = openModuleResolver({
    root,
    packages,
    files: listed,
    aliases: readRunnerAliases(root, listed),
  });
  const resolve = (from: string, specifier: string): Resolution | undefined => {
    const found = resolver.resolve(from, specifier);
    return found !== undefined && 'file' in found ? found : undefined;
  };
  const breathe = breather(options.signal);
  const scan = await scanModules(root, listed, [target.file], resolver, breathe);
  const facts = new Map<string, ModuleFacts>();
  const skipped: string[] = [];
  for (const file of scan.reaching) {
    await breathe();
    const text = readSource(root, file) ?? '';
    if (text.length > MAX_LENGTH) skipped.push(file);
    else facts.set(file, readModuleFacts(text, file));
  }
  const targetFacts = facts.get(target.file);
  if (targetFacts !== undefined) withClass(targetFacts, target.className);

  const { edges, importers } = moduleUses(facts, resolve, target.file);
  const incoming = Map.groupBy(edges, (edge) => edge.to);
  const goal = nodeOf(target.file, target.className);
  const targetPackage = resolver.packageDirOf(target.file);
  const loadsBuilt = ({ step }: Edge): boolean =>
    step?.built !== undefined && filesOf(step).some((file) => resolver.packageDirOf(file) === targetPackage);

  const byValue = once(() => searchFrom(goal, incoming, (edge) => !edge.type && !loadsBuilt(edge)));
  const byBuiltValue = once(() => searchFrom(goal, incoming, (edge) => !edge.type));
  const byType = once(() => searchFrom(goal, incoming, () => true));

  const dependents = once((): Dependent[] => {
    const all = byType();
    const values = byBuiltValue().files;
    const builtOf = (chain: readonly Step[]) => chain.flatMap((step) => step.built ?? []);
    const found = new Map<string, Dependent>();
    for (const [file, { node, distance }] of all.files) {
      const chain = chainFrom(all, node);
      found.set(file, { file, distance, chain, typeOnly: !values.has(file), built: builtOf(chain) });
    }
    for (const [file, step] of importers) {
      if ((found.get(file)?.distance ?? 2) > 1) {
        found.set(file, {
          file,
          distance: 1,
          chain: [step],
          typeOnly: !values.has(file),
          built: builtOf([step]),
        });
      }
    }
    found.delete(target.file);
    return [...found.values()].sort((a, b) => a.distance - b.distance || (a.file < b.file ? -1 : 1));
  });

  const reach = (testFile: string): Reach => {
    const module = facts.get(testFile);
    if (module === undefined) return { kind: 'unreached' };
    const mocked = new Set<string>();
    for (const { specifier, partial } of module.mocks) {
      const to = partial ? undefined : resolve(testFile, specifier);
      if (to !== undefined) mocked.add(to.file);
    }
    const nearest = byValue().files.get(testFile);
    if (nearest !== undefined) {
      const isMocked = ({ step }: Edge) =>
        step !== undefined && filesOf(step).some((file) => mocked.has(file));
      const search =
        mocked.size === 0
          ? byValue()
          : searchFrom(goal, incoming, (edge) => !edge.type && !loadsBuilt(edge) && !isMocked(edge));
      const still = search.files.get(testFile);
      if (still !== undefined)
        return { kind: 'covers', distance: still.distance, chain: chainFrom(search, still.node) };
      const chain = chainFrom(byValue(), nearest.node);
      const mock = chain.flatMap(filesOf).find((file) => mocked.has(file)) ?? target.file;
      return { kind: 'mocked', mock, chain };
    }
    const loading = byBuiltValue().files.get(testFile);
    if (loading !== undefined) {
      const chain = chainFrom(byBuiltValue(), loading.node);
      return { kind: 'built', built: chain.find((step) => step.built !== undefined)?.built ?? '', chain };
    }
    if (mocked.has(target.file)) return { kind: 'mocked', mock: target.file, chain: [] };
    const mentioning = byType().files.get(testFile);
    if (mentioning !== undefined) return { kind: 'types', chain: chainFrom(byType(), mentioning.node) };
    return { kind: 'unreached' };
  };

  const unmapped = once(() => {
    const reachingPackages = new Set([...scan.reaching].map(resolver.packageDirOf));
    const candidates = scan.unmapped.filter(({ to }) => reachingPackages.has(resolver.packageDirOf(to)));
    const byFile = Map.groupBy(candidates, ({ file }) => file);
    return [...byFile].flatMap(([file, found]) => {
      // The scan takes strings for imports; the syntax knows.
      const module = facts.get(file) ?? readModuleFacts(readSource(root, file) ?? '', file);
      const uses = [module.body, ...module.declarations.values()];
      const specifiers = new Set([
        ...module.sideEffectImports,
        ...module.reexports.map(({ specifier }) => specifier),
        ...[...module.imports.values()].map(({ specifier }) => specifier),
        ...uses.flatMap(({ loads, typeLoads }) => [...loads, ...typeLoads].map(({ specifier }) => specifier)),
      ]);
      return found.filter(({ specifier }) => specifiers.has(specifier));
    });
  });

  return {
    dependents,
    reach,
    unmapped,
    skipped,
    facts: {
      files: scan.files,
      parsed: scan.reaching.size,
      milliseconds: Math.round(performance.now() - started),
    },
  };
}
