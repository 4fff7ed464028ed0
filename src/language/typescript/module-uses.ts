import type { ModuleFacts } from './module-facts.ts';
import type { Resolution } from './module-resolver.ts';
import type { Uses } from './used-names.ts';

/**
 * Who uses what, between the top-level declarations of modules. A node is a file and one of its declarations,
 * its body (what runs when it is loaded) or all of it.
 */

/** One step of a chain: `file` uses `name` of the module `to`, re-exported by each of `via`. */
export interface Step {
  file: string;
  /** As exported; `*` for the whole module, '' where the module is only loaded. */
  name: string;
  to: string;
  via: string[];
  dynamic: boolean;
  /** Built file that a program loads in place of the source. */
  built?: string;
}

export interface Edge {
  from: string;
  to: string;
  /** Gone after compilation. */
  type: boolean;
  /** Undefined for a step inside one file. */
  step?: Step;
}

export const nodeOf = (file: string, local: string): string => `${file}\0${local}`;
export const fileOf = (node: string): string => node.slice(0, node.indexOf('\0'));
export const localOf = (node: string): string => node.slice(node.indexOf('\0') + 1);
const BODY = '#body';
/** What runs when the module is loaded. */
export const isBody = (node: string): boolean => localOf(node) === BODY;
const ALL = '#all';

export interface ModuleUses {
  edges: Edge[];
  /** Files that import the target's module or export from it, whichever names they use. */
  importers: Map<string, Step>;
}

interface Found {
  node: string;
  via: string[];
  typeOnly: boolean;
}

type Resolve = (from: string, specifier: string) => Resolution | undefined;

const only = (value: string): Uses => ({
  values: new Set([value]),
  types: new Set(),
  loads: [],
  typeLoads: [],
});

/** Finds the declaration behind an exported name, through re-exports and imports that are exported again. */
function exportFinder(facts: ReadonlyMap<string, ModuleFacts>, resolve: Resolve) {
  const cache = new Map<string, Found | undefined>();
  let inCycle = false;
  const find = (file: string, name: string, trail: readonly string[] = []): Found | undefined => {
    const key = nodeOf(file, name);
    if (cache.has(key)) return cache.get(key);
    if (trail.includes(key)) {
      inCycle = true;
      return undefined;
    }
    const outside = inCycle;
    inCycle = false;
    const found = lookUp(file, name, [...trail, key]);
    // Inside a cycle "not found" may only mean "not found on this way".
    if (found !== undefined || !inCycle || trail.length === 0) cache.set(key, found);
    inCycle ||= outside;
    return found;
  };
  const follow = (
    file: string,
    specifier: string,
    name: string,
    typeOnly: boolean,
    trail: readonly string[],
  ) => {
    const to = resolve(file, specifier);
    const found = to && find(to.file, name, trail);
    return found && { node: found.node, via: [file, ...found.via], typeOnly: found.typeOnly || typeOnly };
  };
  const lookUp = (file: string, name: string, trail: readonly string[]): Found | undefined => {
    const module = facts.get(file);
    if (module === undefined) return undefined;
    if (name === '*') return { node: nodeOf(file, ALL), via: [], typeOnly: false };
    const local =
      module.exports.get(name) ?? (name === 'default' ? module.exports.get('export=') : undefined);
    if (local !== undefined) {
      if (module.declarations.has(local)) return { node: nodeOf(file, local), via: [], typeOnly: false };
      const binding = module.imports.get(local);
      return binding && follow(file, binding.specifier, binding.name, binding.typeOnly, trail);
    }
    const named = module.reexports.find(({ exported }) => exported === name);
    if (named !== undefined) return follow(file, named.specifier, named.name, named.typeOnly, trail);
    for (const { exported, specifier, typeOnly } of name === 'default' ? [] : module.reexports) {
      const found = exported === '*' ? follow(file, specifier, name, typeOnly, trail) : undefined;
      if (found !== undefined) return found;
    }
    // The members of what a CommonJS module exports as a whole are not known one by one.
    return name !== 'export=' && module.exports.has('export=') ? find(file, 'export=', trail) : undefined;
  };
  return find;
}

export function moduleUses(
  facts: ReadonlyMap<string, ModuleFacts>,
  resolve: Resolve,
  targetFile: string,
): ModuleUses {
  const findExport = exportFinder(facts, resolve);
  const edges: Edge[] = [];
  const importers = new Map<string, Step>();
  const stepTo = (
    file: string,
    name: string,
    to: string,
    via: string[],
    built: string | undefined,
    dynamic = false,
  ): Step => ({
    file,
    name,
    to,
    via,
    dynamic,
    ...(built === undefined ? {} : { built }),
  });

  const addUse = (from: string, specifier: string, name: string, type: boolean, dynamic = false): void => {
    const file = fileOf(from);
    const to = resolve(file, specifier);
    const found = to && findExport(to.file, name);
    if (found === undefined) return;
    const step = stepTo(file, name, fileOf(found.node), found.via, to?.built, dynamic);
    edges.push({ from, to: found.node, type: type || found.typeOnly, step });
  };

  const addUses = (from: string, uses: Uses, module: ModuleFacts): void => {
    const file = fileOf(from);
    const add = (use: string, type: boolean): void => {
      const dot = use.indexOf('.');
      const head = dot < 0 ? use : use.slice(0, dot);
      const binding = module.imports.get(head);
      if (binding !== undefined) {
        const name = binding.name === '*' && dot >= 0 ? use.slice(dot + 1) : binding.name;
        addUse(from, binding.specifier, name, type || binding.typeOnly);
      } else if (module.declarations.has(head)) edges.push({ from, to: nodeOf(file, head), type });
    };
    for (const use of uses.values) add(use, false);
    for (const use of uses.types) add(use, true);
    for (const { specifier, name } of uses.loads) addUse(from, specifier, name, false, true);
    for (const { specifier, name } of uses.typeLoads) addUse(from, specifier, name, true);
  };

  for (const [file, module] of facts) {
    const body = nodeOf(file, BODY);
    const all = nodeOf(file, ALL);
    addUses(body, module.body, module);
    edges.push({ from: all, to: body, type: false });
    for (const [name, uses] of module.declarations) {
      addUses(nodeOf(file, name), uses, module);
      edges.push({ from: nodeOf(file, name), to: body, type: false });
    }
    for (const local of new Set(module.exports.values())) addUses(all, only(local), module);
    for (const { specifier, name, typeOnly } of module.reexports) addUse(all, specifier, name, typeOnly);

    // An import that no value of the file needs is dropped by the compiler, and its module is not loaded.
    const needed = new Set([...module.exports.values()]);
    for (const { values } of [module.body, ...module.declarations.values()]) {
      for (const use of values) needed.add(use.split('.', 1)[0] ?? use);
    }
    const loaded = new Set(module.sideEffectImports);
    const mentioned = new Set(module.sideEffectImports);
    for (const { specifier, typeOnly } of module.reexports) (typeOnly ? mentioned : loaded).add(specifier);
    for (const [local, { specifier, typeOnly }] of module.imports) {
      (typeOnly || !needed.has(local) ? mentioned : loaded).add(specifier);
    }
    for (const specifier of new Set([...loaded, ...mentioned])) {
      const to = resolve(file, specifier);
      if (to === undefined || to.file === file) continue;
      const step = stepTo(file, '', to.file, [], to.built);
      if (loaded.has(specifier) && facts.has(to.file)) {
        edges.push({ from: body, to: nodeOf(to.file, BODY), type: false, step });
      }
      if (to.file === targetFile) importers.set(file, step);
    }
  }
  return { edges, importers };
}
