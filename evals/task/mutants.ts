import { ts } from '../../src/language/typescript/ast.ts';
import { randomFrom } from '../score/random.ts';
import { type Change, type Switched, switchedText } from './switched.ts';

/*
 * StrykerJS does not serve: it needs a plugin for each runner (node:test has none but its command runner, which starts
 * anew for every mutant and cannot say which test failed), its plugins and configuration installed in the repository
 * under test, and it instruments a project rather than one class whose tests are chosen by id.
 */

export const MOST_MUTANTS = 40;

const SWAPS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.EqualsEqualsToken, '!='],
  [ts.SyntaxKind.ExclamationEqualsToken, '=='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.PercentToken, '*'],
]);

const METHODS = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['push', 'unshift'],
  ['unshift', 'push'],
  ['shift', 'pop'],
  ['pop', 'shift'],
  ['find', 'findLast'],
  ['findLast', 'find'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);
/** Calls whose receiver does as well for a type, and seldom for a test. */
const DROPPED = new Set(['filter', 'sort', 'toSorted', 'slice', 'reverse', 'toReversed', 'trim', 'concat']);

/**
 * Mutants of the class, one change each: boundaries and comparisons, logic, arithmetic, negated conditions, removed
 * statements and returns, constants, optional chaining, array methods. A sample that the seed decides where there are
 * more than `most`. Texts of errors, and what runs before a test could choose a version (static initialisers), stay.
 */
export function mutants(
  text: string,
  fileName: string,
  className: string,
  { seed = 1, most = MOST_MUTANTS }: { seed?: number; most?: number } = {},
): Switched {
  return switchedText(text, fileName, className, ({ file, node }) => {
    const found: Change[] = [];
    const visit = (at: ts.Node): void => {
      if (ts.isTypeNode(at) && !ts.isExpressionWithTypeArguments(at)) return;
      if (ts.isDecorator(at) || ts.isHeritageClause(at) || ts.isClassStaticBlockDeclaration(at)) return;
      if (ts.isPropertyDeclaration(at) && at.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword))
        return;
      found.push(...changesOf(file, at));
      ts.forEachChild(at, visit);
    };
    visit(node);
    const random = randomFrom('mutants', seed);
    const chosen = found
      .map((change) => ({ change, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, most)
      .map(({ change }) => change);
    return found.filter((change) => chosen.includes(change)).map((change) => [change]);
  });
}

function changesOf(file: ts.SourceFile, node: ts.Node): Change[] {
  const text = (at: ts.Node) => at.getText(file);
  const wrap = (what: string, changed: string): Change => ({ kind: 'wrap', what, node, text: changed });
  if (ts.isBinaryExpression(node)) {
    const { left, right, operatorToken } = node;
    const swapped = SWAPS.get(operatorToken.kind);
    if (swapped !== undefined && !(swapped === '-' && (isText(left) || isText(right))))
      return [wrap(`${text(operatorToken)} to ${swapped}`, `(${text(left)}) ${swapped} (${text(right)})`)];
    return operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ? [wrap('without ??', text(left))] : [];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [wrap('without !', text(node.operand))];
  if (node.kind === ts.SyntaxKind.TrueKeyword)
    return isLiteralValue(node) ? [wrap('true to false', 'false')] : [];
  if (node.kind === ts.SyntaxKind.FalseKeyword)
    return isLiteralValue(node) ? [wrap('false to true', 'true')] : [];
  if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node))
    return isLiteralValue(node)
      ? [wrap('another number', `(${text(node)}) + ${ts.isBigIntLiteral(node) ? '1n' : '1'}`)]
      : [];
  if (ts.isStringLiteral(node) && node.text !== '')
    return isLiteralValue(node) && !isMessage(node) ? [wrap('another text', "''")] : [];
  const plain = withoutOptional(file, node);
  if (plain !== undefined) return [wrap('without ?.', plain)];
  if (ts.isCallExpression(node)) return callChanges(file, node, wrap);
  if (ts.isIfStatement(node) || ts.isConditionalExpression(node) || ts.isWhileStatement(node)) {
    const condition = ts.isConditionalExpression(node) ? node.condition : node.expression;
    const isSwapped = ts.isBinaryExpression(condition) && SWAPS.has(condition.operatorToken.kind);
    const isNegated = ts.isPrefixUnaryExpression(condition);
    return isSwapped || isNegated
      ? []
      : [{ kind: 'wrap', what: 'negated condition', node: condition, text: `!(${text(condition)})` }];
  }
  if (ts.isReturnStatement(node) && node.expression) return [{ kind: 'guard', what: 'without return', node }];
  if (ts.isThrowStatement(node)) return [{ kind: 'guard', what: 'without throw', node }];
  if (ts.isExpressionStatement(node) && !isSuperCall(node.expression))
    return [{ kind: 'guard', what: 'without statement', node }];
  return [];
}

function callChanges(
  file: ts.SourceFile,
  node: ts.CallExpression,
  wrap: (what: string, text: string) => Change,
): Change[] {
  const callee = node.expression;
  // A wrapped part would no longer end the whole chain.
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(node)) return [];
  const { name } = callee;
  const receiver = callee.expression.getText(file);
  // Where it is a statement its removal is the mutant.
  if (DROPPED.has(name.text) && !ts.isExpressionStatement(node.parent))
    return [wrap(`without ${name.text}`, receiver)];
  const other = METHODS.get(name.text);
  const rest = node.getText(file).slice(callee.end - node.getStart(file));
  return other === undefined ? [] : [wrap(`${name.text} to ${other}`, `${receiver}.${other}${rest}`)];
}

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)));

/** The text of a whole optional chain with its last `?.` as a plain access; undefined for anything else. */
function withoutOptional(file: ts.SourceFile, node: ts.Node): string | undefined {
  if (!isChain(node) || ts.isDeleteExpression(node.parent)) return undefined;
  // A wrapped part would no longer end the whole chain.
  if (isChain(node.parent) && node.parent.expression === node) return undefined;
  let at = node;
  while (!at.questionDotToken && isChain(at.expression)) at = at.expression;
  const start = (at.questionDotToken?.getStart(file) ?? 0) - node.getStart(file);
  const text = node.getText(file);
  const plain = ts.isPropertyAccessExpression(at) ? '.' : '';
  return `${text.slice(0, start)}${plain}${text.slice(start + '?.'.length)}`;
}

type Chain = ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression;
const isChain = (node: ts.Node): node is Chain => ts.isOptionalChain(node) && !ts.isNonNullExpression(node);

/** Not the name of a property or member. */
const isLiteralValue = (node: ts.Node): boolean => !('name' in node.parent && node.parent.name === node);

/** What people read: texts with words in errors and checks are nobody's behaviour. */
function isMessage(node: ts.StringLiteral): boolean {
  if (!/\s/.test(node.text)) return false;
  for (let at: ts.Node = node; at.parent; at = at.parent) {
    if (ts.isNewExpression(at.parent) || ts.isThrowStatement(at.parent)) return true;
    if (ts.isCallExpression(at.parent)) return at.parent.arguments[0] !== at;
    if (ts.isStatement(at.parent)) return false;
  }
  return false;
}

const isSuperCall = (node: ts.Expression): boolean =>
  ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword;
