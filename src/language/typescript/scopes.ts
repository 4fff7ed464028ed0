import { bindingNames, declaredNames, ts, unwrap } from './ast.ts';
import { GLOBAL_OBJECTS } from './globals.ts';
import { bindingsOf, isImport } from './imports.ts';

/** Whether an identifier names something that this file declares or imports, rather than a global. */
export function isLocal(node: ts.Identifier): boolean {
  for (let at: ts.Node = node; at; at = at.parent) if (namesOf(at).includes(node.text)) return true;
  return false;
}

const cache = new WeakMap<ts.Node, string[]>();

function namesOf(node: ts.Node): string[] {
  const known = cache.get(node);
  if (known) return known;
  const names = declaredIn(node);
  cache.set(node, names);
  return names;
}

function declaredIn(node: ts.Node): string[] {
  if (ts.isSourceFile(node) || ts.isBlock(node) || ts.isModuleBlock(node) || ts.isCaseOrDefaultClause(node))
    return [...node.statements].flatMap((s) =>
      isImport(s) ? bindingsOf(s).map((b) => b.local) : declaredNames(s),
    );
  if (ts.isFunctionLike(node))
    return [
      ...node.parameters.flatMap((p) => bindingNames(p.name)),
      ...(ts.isFunctionExpression(node) && node.name ? [node.name.text] : []),
    ];
  if (ts.isClassExpression(node)) return node.name ? [node.name.text] : [];
  if (ts.isCatchClause(node))
    return node.variableDeclaration ? bindingNames(node.variableDeclaration.name) : [];
  if (ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    const { initializer } = node;
    return initializer && ts.isVariableDeclarationList(initializer)
      ? initializer.declarations.flatMap((d) => bindingNames(d.name))
      : [];
  }
  return [];
}

/** What an expression reaches, where that starts at a global or an import: `globalThis.a.b` is `a`, [`b`]. */
export interface Reached {
  /** Name of the global, or of the import; undefined for the global object itself. */
  root: string | undefined;
  imported: ts.Identifier | undefined;
  /** Property names after it; `*` where they are computed. */
  path: string[];
  /** Reached through `globalThis`, `window` and their like. */
  viaGlobal: boolean;
}

/** Local names that stand for the global object or for `process`, by `const g = globalThis`. */
export type Aliases = ReadonlyMap<string, 'globalThis' | 'process'>;

export function reached(node: ts.Expression, aliases: Aliases): Reached | undefined {
  const path: string[] = [];
  let at = unwrap(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) {
    if (ts.isPropertyAccessExpression(at)) path.unshift(at.name.text);
    else path.unshift(ts.isStringLiteralLike(at.argumentExpression) ? at.argumentExpression.text : '*');
    at = unwrap(at.expression);
  }
  if (!ts.isIdentifier(at)) return undefined;
  const alias = aliases.get(at.text);
  const local = isLocal(at);
  if (!alias && local) return { root: at.text, imported: at, path, viaGlobal: false };
  const name = alias ?? at.text;
  if (!GLOBAL_OBJECTS.has(name)) return { root: name, imported: undefined, path, viaGlobal: false };
  while (path[0] !== undefined && GLOBAL_OBJECTS.has(path[0])) path.shift();
  const root = path.shift();
  return { root, imported: undefined, path, viaGlobal: true };
}

/** Aliases that a file makes, and the names under which it imports `process`. */
export function aliasesIn(file: ts.SourceFile): Aliases {
  const aliases = new Map<string, 'globalThis' | 'process'>();
  for (const s of file.statements)
    if (isImport(s))
      for (const b of bindingsOf(s))
        if (/^(node:)?process$/.test(b.module) && b.kind !== 'named') aliases.set(b.local, 'process');
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      const to = reached(node.initializer, aliases);
      if (to?.viaGlobal && to.root === undefined) aliases.set(node.name.text, 'globalThis');
      else if (to?.root === 'process' && !to.imported && to.path.length === 0)
        aliases.set(node.name.text, 'process');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return aliases;
}
