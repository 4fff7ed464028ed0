import { commentsIn, lineOf, ts } from './ast.ts';
import {
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
import { type Context, type Issue, type ModuleUse, quote, type Report } from './issues.ts';
import { aliasesIn, reached } from './scopes.ts';
import { writes, writesByCall, written } from './writes.ts';

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

function calls(
  node: ts.CallExpression | ts.NewExpression,
  context: Context,
  uses: (module: ts.Expression, at: ts.Node) => void,
): void {
  const { aliases, report } = context;
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
  writesByCall(node, callee, context);
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
