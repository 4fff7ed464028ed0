import { ts, unwrap } from './ast.ts';
import { BUILT_INS, reachOfModule, TEST_NAMES } from './globals.ts';
import { bindingsOf, isImport } from './imports.ts';
import { type Context, quote, type Report } from './issues.ts';
import { type Reached, reached } from './scopes.ts';

/** Targets of assignments, destructuring, `++`, `delete` and loops. */
export function written(node: ts.Expression): ts.Expression[] {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return targets(node.left);
  if (ts.isDeleteExpression(node)) return [node.expression];
  if (
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  )
    return [node.operand];
  if (
    (ts.isForOfStatement(node.parent) || ts.isForInStatement(node.parent)) &&
    node.parent.initializer === node
  )
    return targets(node);
  return [];
}

const isAssignment = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

function targets(node: ts.Expression): ts.Expression[] {
  const at = unwrap(node);
  if (ts.isArrayLiteralExpression(at))
    return at.elements.flatMap((e) => targets(ts.isSpreadElement(e) ? e.expression : e));
  if (ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return targets(at.left);
  if (!ts.isObjectLiteralExpression(at)) return [at];
  return at.properties.flatMap((p) => {
    if (ts.isPropertyAssignment(p)) return targets(p.initializer);
    if (ts.isShorthandPropertyAssignment(p)) return [p.name];
    return ts.isSpreadAssignment(p) ? targets(p.expression) : [];
  });
}

/** Parts of the page that code in a browser sets as a matter of course. */
const PAGE = new Set(['document', 'location', 'navigator', 'localStorage', 'sessionStorage', 'history']);

/** An assignment to what is not the class's own. */
export function writes(target: ts.Expression, { aliases, report, file }: Context): void {
  const to = reached(target, aliases);
  if (!to) return;
  const what = quote(target);
  if (to.imported) {
    patches(to, target, file, report);
    return;
  }
  const { root, path } = to;
  if (root === 'process' && path[0] === 'env')
    report('finding', 'environment', target, `changes the environment: ${what}`);
  else if (root !== undefined && PAGE.has(root) && path.length > 0)
    report('finding', 'global-state', target, `changes the page: ${what}`);
  else if (root !== undefined && path[0] === 'prototype')
    report('problem', 'prototype', target, `changes the built-in ${root} for all code: ${what}`);
  else if (root !== undefined && TEST_NAMES.has(root))
    report('problem', 'test-library', target, `assigns to the test library: ${what}`);
  else if (to.viaGlobal || path.length === 0 || BUILT_INS.has(root ?? ''))
    report('problem', 'global-write', target, `assigns to a global: ${what}; keep state in the class`);
}

/** Writing to what another module exports. */
function patches(to: Reached, target: ts.Node, file: ts.SourceFile, report: Report): void {
  const binding = file.statements
    .filter(isImport)
    .flatMap(bindingsOf)
    .find((b) => b.local === to.root);
  if (!binding) return;
  const what = quote(target);
  if (to.path[0] === 'prototype' && to.path.length > 1)
    report(
      'problem',
      'prototype',
      target,
      `changes ${binding.local} of '${binding.module}' for all code: ${what}`,
    );
  else if (to.path.length === 1 && (isBuiltInModule(binding.module) || binding.kind === 'namespace'))
    report('problem', 'module-write', target, `replaces a part of '${binding.module}': ${what}`);
  else if (to.path.length === 1 && !binding.module.startsWith('.'))
    report('finding', 'module-write', target, `changes an object of '${binding.module}': ${what}`);
}

const isBuiltInModule = (module: string): boolean =>
  module.startsWith('node:') || reachOfModule(module) !== undefined;

const WRITERS: Record<string, readonly string[]> = {
  Object: ['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf'],
  Reflect: ['set', 'defineProperty', 'deleteProperty', 'setPrototypeOf'],
};

/** `Object.defineProperty(globalThis, …)` and its like. */
export function writesByCall(
  node: ts.CallExpression | ts.NewExpression,
  callee: Reached,
  context: Context,
): void {
  const { aliases, report, file } = context;
  const [first] = node.arguments ?? [];
  const { root, path } = callee;
  if (!root || !first || path.length !== 1 || !WRITERS[root]?.includes(path[0] ?? '')) return;
  const to = reached(first, aliases);
  if (!to) return;
  if (to.imported) {
    if (to.path[0] === 'prototype') patches({ ...to, path: ['prototype', '*'] }, first, file, report);
  } else if (to.viaGlobal && to.root === undefined)
    report('problem', 'global-write', node, `assigns to a global: ${quote(node)}`);
  else if (to.root && TEST_NAMES.has(to.root))
    report('problem', 'test-library', node, `assigns to the test library: ${quote(node)}`);
  else if (
    to.root &&
    BUILT_INS.has(to.root) &&
    (to.path.length === 0 || to.path[0] === 'prototype') &&
    !PAGE.has(to.root)
  )
    report(
      'problem',
      to.path.length === 0 ? 'global-write' : 'prototype',
      node,
      `changes the built-in ${to.root} for all code: ${quote(node)}`,
    );
}
