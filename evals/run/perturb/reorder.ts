import { ts } from 'ts-morph';
import { randomFrom } from '../../score/random.ts';
import type { Perturb } from '../../task/prepare.ts';
import { applyEdits, type Edit, extentOf, isCode, parse, shuffled } from './syntax.ts';

/**
 * Shuffles what has no order: functions, interfaces and types of a file, methods of a class, members of an interface,
 * tests of a suite. What runs when a file or an instance is made keeps its place.
 */
export const reorder: Perturb = ({ task, files, perturbation }) => {
  const changed = new Map<string, string>();
  for (const [file, text] of files) {
    if (!isCode(file)) continue;
    const after = reorderIn(file, text, randomFrom(perturbation.seed, file));
    if (after !== text) changed.set(file, after);
  }
  return { task, changed };
};

function reorderIn(file: string, text: string, random: () => number): string {
  const depth = depthOf(parse(file, text));
  let result = text;
  // Innermost last: each pass shuffles lists of one depth, whose members then move as wholes.
  for (let level = depth; level >= 0; level--) {
    const tree = parse(file, result);
    const edits: Edit[] = [];
    visit(tree, 0, (list, at) => {
      if (at === level) edits.push(...swapped(movable(list), result, random));
    });
    result = applyEdits(result, edits);
  }
  return result;
}

function visit(node: ts.Node, depth: number, found: (list: readonly ts.Node[], depth: number) => void): void {
  const list = listOf(node);
  if (list) found(list, depth);
  ts.forEachChild(node, (child) => visit(child, depth + (list ? 1 : 0), found));
}

function depthOf(tree: ts.SourceFile): number {
  let deepest = 0;
  visit(tree, 0, (_, depth) => {
    deepest = Math.max(deepest, depth);
  });
  return deepest;
}

function listOf(node: ts.Node): readonly ts.Node[] | undefined {
  if (ts.isSourceFile(node)) return node.statements.slice(1);
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) return node.members;
  if (ts.isBlock(node) && ts.isFunctionLike(node.parent) && ts.isCallExpression(node.parent.parent))
    return node.statements;
  return undefined;
}

/** Members of a list that may change places with each other, alike with alike. */
function movable(list: readonly ts.Node[]): ts.Node[][] {
  const names = Map.groupBy(list, nameOf);
  const free = list.filter((node) => {
    const name = nameOf(node);
    return name !== undefined && names.get(name)?.length === 1;
  });
  return [...Map.groupBy(free, (node) => node.kind).values()];
}

/** Undefined where the thing has to stay: overloads, merged declarations and all that runs. */
function nameOf(node: ts.Node): string | undefined {
  if (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) {
    const isDecorated = ts.canHaveDecorators(node) && (ts.getDecorators(node) ?? []).length > 0;
    return node.body && !isDecorated && node.name && !ts.isComputedPropertyName(node.name)
      ? node.name.getText()
      : `${node.name?.getText()} twice`;
  }
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node.name.text;
  if (ts.isPropertySignature(node) || ts.isMethodSignature(node)) return node.name.getText();
  return ts.isExpressionStatement(node) ? testTitle(node.expression) : undefined;
}

/** Titles are unique in a suite, or the tests stay where they are. */
function testTitle(node: ts.Expression): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const [title, body] = node.arguments;
  const isTest = node.expression.text === 'it' || node.expression.text === 'test';
  return isTest && body && title && ts.isStringLiteralLike(title) ? `test ${title.text}` : undefined;
}

function swapped(groups: readonly ts.Node[][], text: string, random: () => number): Edit[] {
  return groups.flatMap((nodes) => {
    const places = nodes.map((node) => extentOf(node, text));
    const order = shuffled(places, random);
    return places.map((place, at) => {
      const from = order[at] ?? place;
      return { ...place, text: text.slice(from.start, from.end) };
    });
  });
}
