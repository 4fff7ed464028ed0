import { commentsIn, lineOf, oneLine, ts, unwrap } from './ast.ts';
import {
  BUILT_INS,
  ENDS_PROCESS,
  HARMLESS_PROCESS,
  isTestFile,
  isTestPackage,
  NETWORK_GLOBALS,
  REACH_WORDS,
  type Reach,
  reachOfModule,
  TEST_NAMES,
} from './globals.ts';
import { bindingsOf, type ImportStatement, isImport, moduleOf } from './imports.ts';
import { type Aliases, aliasesIn, type Reached, reached } from './scopes.ts';

/** Something in code that no class may do (`problem`), or that a person should know of (`finding`). */
export interface Issue {
  kind: 'problem' | 'finding';
  /** `global-write`, `test-library`, `process-exit`, `prototype`, `eval`, `suppressed`, `any`, `network` … */
  code: string;
  /** 1-based, in the scanned file. */
  line: number;
  message: string;
}

/** A module that code asks for, by an import, `import()`, `require` or a type. */
export interface ModuleUse {
  module: string;
  line: number;
}

export interface Scan {
  issues: Issue[];
  modules: ModuleUse[];
}

/** Looks through some top-level statements of a file, by syntax alone. One issue a line and code. */
export function scan(file: ts.SourceFile, statements: readonly ts.Statement[]): Scan {
  const issues = new Map<string, Issue>();
  const modules: ModuleUse[] = [];
  const aliases = aliasesIn(file);
  const report: Report = (kind, code, node, message) => {
    const line = lineOf(file, 'kind' in node && 'getStart' in node ? node.getStart(file) : node.pos);
    const key = `${code} ${line}`;
    if (!issues.has(key)) issues.set(key, { kind, code, line, message });
  };
  for (const statement of statements) {
    if (isImport(statement)) importIssues(statement, report);
    comments(file, statement, report);
    visitCode(statement, { aliases, report, modules, file });
  }
  return { issues: [...issues.values()].sort((a, b) => a.line - b.line), modules };
}

type Report = (kind: Issue['kind'], code: string, node: ts.Node | ts.CommentRange, message: string) => void;

interface Context {
  aliases: Aliases;
  report: Report;
  modules: ModuleUse[];
  file: ts.SourceFile;
}

const quote = (node: ts.Node): string => {
  const text = oneLine(node.getText());
  return `\`${text.length > 60 ? `${text.slice(0, 60)} …` : text}\``;
};

function moduleIssues(module: string, node: ts.Node, report: Report, typeOnly = false): void {
  if (isTestPackage(module))
    report(
      'problem',
      'test-library',
      node,
      `imports the test library '${module}': the class has to work without it`,
    );
  else if (isTestFile(module))
    report('problem', 'test-file', node, `imports '${module}', which belongs to the tests`);
  const reach = typeOnly ? undefined : reachOfModule(module);
  if (reach) reachFinding(reach, `'${module}'`, node, report);
}

const reachFinding = (reach: Reach, by: string, node: ts.Node, report: Report): void =>
  report('finding', reach, node, `${REACH_WORDS[reach]} through ${by}`);

function importIssues(statement: ImportStatement, report: Report): void {
  const bindings = bindingsOf(statement);
  const typeOnly = bindings.length > 0 && bindings.every((b) => b.typeOnly);
  const module = moduleOf(statement);
  moduleIssues(module, statement, report, typeOnly);
  if (/^(node:)?process$/.test(module))
    for (const b of bindings) {
      if (ENDS_PROCESS.has(b.imported)) exits(`\`${b.imported}\` of '${module}'`, statement, report);
      if (b.imported === 'env') reachFinding('environment', `\`env\` of '${module}'`, statement, report);
    }
}

const exits = (what: string, node: ts.Node, report: Report): void =>
  report(
    'problem',
    'process-exit',
    node,
    `${what} ends the process or breaks into it: throw an error instead`,
  );

const SUPPRESSES = /@ts-(ignore|expect-error|nocheck)\b/;
const LINT = /\b(eslint-disable|biome-ignore|tslint:disable|oxlint-disable|jshint ignore)/;
const COVERAGE = /\b(istanbul|c8|v8) ignore\b/;

function comments(file: ts.SourceFile, statement: ts.Statement, report: Report): void {
  for (const comment of commentsIn(file, statement)) {
    const text = file.text.slice(comment.pos, comment.end);
    const hidden = SUPPRESSES.exec(text);
    if (hidden)
      report(
        'problem',
        'suppressed',
        comment,
        `${hidden[0]} hides what the compiler has to say: mend the error instead`,
      );
    const lint = LINT.exec(text) ?? COVERAGE.exec(text);
    if (lint) report('finding', 'lint-suppressed', comment, `${lint[0]} switches a check off`);
  }
}

function visitCode(root: ts.Node, context: Context): void {
  const { report, modules, file } = context;
  const uses = (node: ts.Expression | undefined, at: ts.Node): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    modules.push({ module: node.text, line: lineOf(file, at.getStart(file)) });
  };
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword)
      report('finding', 'any', node, `\`any\` switches type checking off: ${quote(node.parent)}`);
    if (ts.isImportDeclaration(node)) uses(node.moduleSpecifier, node);
    if (ts.isExportDeclaration(node)) uses(node.moduleSpecifier, node);
    if (ts.isExternalModuleReference(node)) uses(node.expression, node);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (ts.isStringLiteral(literal)) {
        uses(literal, node);
        moduleIssues(literal.text, node, report, true);
      }
    }
    if (
      ts.isModuleDeclaration(node) &&
      (node.flags & ts.NodeFlags.GlobalAugmentation || ts.isStringLiteral(node.name))
    )
      report('finding', 'augmentation', node, `changes types outside the file: ${quote(node.name)}`);
    if (ts.isExpression(node)) expression(node, context, uses);
    if (ts.isVariableDeclaration(node)) destructured(node, context);
    ts.forEachChild(node, visit);
  };
  visit(root);
}

function expression(
  node: ts.Expression,
  context: Context,
  uses: (module: ts.Expression, at: ts.Node) => void,
): void {
  for (const target of written(node)) writes(target, context);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    calls(node, context, uses);
  }
  if (ts.isMetaProperty(node.parent) || !isOutermost(node)) return;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || isReference(node))
    reads(node, context);
}

/** Targets of assignments, destructuring, `++`, `delete` and loops. */
function written(node: ts.Expression): ts.Expression[] {
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

function writes(target: ts.Expression, { aliases, report, file }: Context): void {
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

function calls(
  node: ts.CallExpression | ts.NewExpression,
  context: Context,
  uses: (module: ts.Expression, at: ts.Node) => void,
): void {
  const { aliases, report, file } = context;
  const [first] = node.arguments ?? [];
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    loads(first, node, context, uses);
    return;
  }
  const callee = reached(node.expression, aliases);
  if (/\.constructor\s*\.constructor$/.test(node.expression.getText()))
    report('problem', 'eval', node, `makes a function out of text: ${quote(node)}`);
  if (!callee || callee.imported) return;
  const { root, path } = callee;
  if ((root === 'Function' || root === 'AsyncFunction') && path.length === 0)
    report('problem', 'eval', node, `makes a function out of text: ${quote(node)}`);
  if ((root === 'setTimeout' || root === 'setInterval') && first && ts.isStringLiteralLike(first))
    report('problem', 'eval', node, `runs text as code: ${quote(node)}`);
  if (root === 'require' && (path.length === 0 || path[0] === 'resolve')) loads(first, node, context, uses);
  if (root && path.length === 1 && WRITERS[root]?.includes(path[0] ?? '') && first) {
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
}

function loads(
  module: ts.Expression | undefined,
  node: ts.Node,
  { report }: Context,
  uses: (module: ts.Expression, at: ts.Node) => void,
): void {
  if (module && ts.isStringLiteralLike(module)) {
    uses(module, node);
    moduleIssues(module.text, node, report);
  } else reachFinding('dynamic-code', quote(node), node, report);
}

/** The whole of `a.b.c`, not its parts; names that declare or label something are no expressions. */
function isOutermost(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression !== node && !(ts.isPropertyAccessExpression(parent) && parent.name === node);
  return (
    !(ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isNonNullExpression(parent)) ||
    !isAccessed(parent)
  );
}

function isAccessed(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isNonNullExpression(parent))
    return isAccessed(parent);
  return (
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
    parent.expression === node
  );
}

/** An identifier that stands for a value here. */
function isReference(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  if (ts.isTypeNode(parent) || ts.isTypeParameterDeclaration(parent) || ts.isQualifiedName(parent))
    return false;
  if (
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isExportSpecifier(parent)
  )
    return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent))
    return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isJsxAttribute(parent) || ts.isNamedTupleMember(parent) || ts.isTypePredicateNode(parent))
    return false;
  // `<test />` is an element of the page.
  if ((ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent)) && /^[a-z]/.test(node.text))
    return false;
  const named = parent as ts.Node & { name?: ts.Node };
  return named.name !== node || ts.isShorthandPropertyAssignment(parent);
}

function reads(node: ts.Expression, { aliases, report }: Context): void {
  const text = node.getText();
  if (/^import\.meta\.vitest\b/.test(text))
    report('problem', 'test-library', node, 'asks whether a test runs it: `import.meta.vitest`');
  if (/^import\.meta\.env\b/.test(text)) reachFinding('environment', '`import.meta.env`', node, report);
  const to = reached(node, aliases);
  if (!to || to.imported || to.root === undefined) {
    if (to && !to.imported && to.path[0] === '*') reachFinding('dynamic-code', quote(node), node, report);
    return;
  }
  const { root, path } = to;
  const [part] = path;
  if (TEST_NAMES.has(root))
    report(
      'problem',
      'test-library',
      node,
      `uses the test library's \`${root}\`: the class has to work without it`,
    );
  if (root === 'eval') report('problem', 'eval', node, 'uses `eval`, which runs text as code');
  if (NETWORK_GLOBALS.has(root)) reachFinding('network', `\`${root}\``, node, report);
  if (root === '*') reachFinding('dynamic-code', quote(node), node, report);
  if (root === 'Deno' || root === 'Bun')
    reachFinding(part === 'env' ? 'environment' : 'process', quote(node), node, report);
  if (root === 'process' && part !== undefined) ofProcess(part, path, node, report);
}

const TEST_VARIABLES = /^(VITEST|JEST|MOCHA|NODE_TEST)/;

function ofProcess(part: string, path: readonly string[], node: ts.Node, report: Report): void {
  if (ENDS_PROCESS.has(part)) exits(quote(node), node, report);
  else if (part === 'env' && TEST_VARIABLES.test(path[1] ?? ''))
    report('problem', 'test-library', node, `asks whether a test runs it: ${quote(node)}`);
  else if (part === 'env') reachFinding('environment', quote(node), node, report);
  else if (!HARMLESS_PROCESS.has(part)) reachFinding('process', quote(node), node, report);
}

/** `const { exit, env } = process` */
function destructured(node: ts.VariableDeclaration, { aliases, report }: Context): void {
  if (!ts.isObjectBindingPattern(node.name) || !node.initializer) return;
  const to = reached(node.initializer, aliases);
  if (!to || to.imported) return;
  for (const element of node.name.elements) {
    const name = element.propertyName ?? element.name;
    if (!ts.isIdentifier(name)) continue;
    if (to.root === 'process' && to.path.length === 0) ofProcess(name.text, [name.text], element, report);
    else if (to.viaGlobal && to.root === undefined && TEST_NAMES.has(name.text))
      report('problem', 'test-library', element, `uses the test library's \`${name.text}\``);
  }
}
