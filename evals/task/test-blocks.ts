import { parse, ts } from '../../src/language/typescript/ast.ts';

/** Tests of a file as syntax shows them: the call, and what its id looks like once it runs. */
export interface TestBlock {
  call: ts.CallExpression;
  /** Matches the ids that it may report: titles that are computed match anything. */
  pattern: RegExp;
  /** Nothing of the id is computed. */
  isLiteral: boolean;
}

const TEST = /^(?:it|test|specify|fit|xit|xtest|xspecify|ftest)$/;
const SUITE = /^(?:describe|suite|context|fdescribe|xdescribe|xcontext)$/;

/** `test` or `suite` where the call declares one: `it(…)`, `test.skip(…)`, `describe.each(…)(…)`, `` it.each`…`(…) ``. */
export function kindOf(call: ts.CallExpression): 'test' | 'suite' | undefined {
  const tabled = ts.isCallExpression(call.expression)
    ? call.expression.expression
    : ts.isTaggedTemplateExpression(call.expression)
      ? call.expression.tag
      : undefined;
  let callee = tabled ?? call.expression;
  const names: string[] = [];
  while (ts.isPropertyAccessExpression(callee)) {
    names.unshift(callee.name.text);
    callee = callee.expression;
  }
  if (!ts.isIdentifier(callee)) return undefined;
  const last = names.at(-1);
  if (tabled && !/^(?:each|for|skipIf|runIf|if)$/.test(last ?? '')) return undefined;
  if (!tabled && /^(?:each|for|skipIf|runIf|if)$/.test(last ?? '')) return undefined;
  if (names.some((name) => /^(?:extend|beforeEach|afterEach|before|after|mock|step|use)$/.test(name)))
    return undefined;
  if (SUITE.test(callee.text) || (TEST.test(callee.text) && names.includes('describe'))) return 'suite';
  return TEST.test(callee.text) ? 'test' : undefined;
}

const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** As runners report titles: white space is one space. */
const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** What a title looks like in an id: placeholders of tables, and all that is computed, match anything. */
function titlePattern(call: ts.CallExpression): string {
  const [title] = call.arguments;
  const tabled = !ts.isPropertyAccessExpression(call.expression) && !ts.isIdentifier(call.expression);
  const literal = (text: string): string => {
    if (!tabled) return literally(plain(text));
    return plain(text)
      .split(/%[sdifjopcO#$%]|\$[\w.#]+/)
      .map(literally)
      .join('.*');
  };
  if (title === undefined) return '.*';
  if (ts.isStringLiteralLike(title)) return literal(title.text);
  if (ts.isTemplateExpression(title))
    return [title.head.text, ...title.templateSpans.map((span) => span.literal.text)].map(literal).join('.*');
  return '.*';
}

/** All calls that declare tests, in order, with the suites around them. */
export function testBlocks(text: string, fileName: string): { file: ts.SourceFile; blocks: TestBlock[] } {
  const file = parse(text, fileName);
  const blocks: TestBlock[] = [];
  const visit = (node: ts.Node, path: readonly string[]): void => {
    const kind = ts.isCallExpression(node) ? kindOf(node) : undefined;
    if (kind === undefined || !ts.isCallExpression(node)) {
      ts.forEachChild(node, (child) => visit(child, path));
      return;
    }
    const names = [...path, titlePattern(node)];
    if (kind === 'test') {
      const id = `(?:\\[[^\\]]*\\] > )?${names.join(' > ')}`;
      const isLiteral = !names.some((name) => name.includes('.*'));
      blocks.push({
        call: node,
        pattern: new RegExp(`^${literally(fileName)} > ${id}(?: #\\d+)?$`),
        isLiteral,
      });
    }
    for (const argument of node.arguments) visit(argument, names);
  };
  visit(file, []);
  return { file, blocks };
}

/** The blocks that may report an id: where one says it word for word, those whose titles are computed do not. */
export function blocksOf(blocks: readonly TestBlock[], id: string): TestBlock[] {
  const found = blocks.filter(({ pattern }) => pattern.test(id));
  const literal = found.filter(({ isLiteral }) => isLiteral);
  return literal.length > 0 ? literal : found;
}
