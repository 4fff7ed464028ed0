import { checksError } from '../../src/errors.ts';
import { applyEdits, commentsIn, type Edit, parse, ts } from '../../src/language/typescript/ast.ts';
import { blocksOf, type TestBlock, testBlocks } from './test-blocks.ts';

/**
 * A test file with only the tests whose ids are in `keep`: the others are cut out by syntax, with suites and loops
 * that hold nothing else, and with imports and declarations that nothing uses any more. `all` is every id that the
 * file reports. Throws `ClasswrightError` where one call declares tests of both sides.
 */
export function keepTests(
  text: string,
  fileName: string,
  { keep, all }: { keep: ReadonlySet<string>; all: readonly string[] },
): string {
  const { file, blocks } = testBlocks(text, fileName);
  const stays = new Set<ts.CallExpression>();
  const claimed = new Set<string>();
  const owners = new Map(all.map((id) => [id, blocksOf(blocks, id)]));
  for (const block of blocks) {
    const ids = all.filter((id) => owners.get(id)?.includes(block));
    for (const id of ids) claimed.add(id);
    const kept = ids.filter((id) => keep.has(id));
    if (kept.length === 0) continue;
    if (kept.length < ids.length)
      throw notSplit(fileName, kept[0] ?? '', ids.find((id) => !keep.has(id)) ?? '');
    stays.add(block.call);
  }
  const unknown = [...keep].find((id) => !claimed.has(id));
  if (unknown !== undefined)
    throw checksError(
      'test-not-found',
      `${fileName}: no test of the source reports the id "${unknown}".`,
      'Split visible and held-out tests by file, or run the tests again to see the ids.',
    );
  const edits: Edit[] = [];
  cut(file, file, blocks, stays, edits);
  return withoutUnused(text, applyEdits(text, edits), fileName);
}

const notSplit = (file: string, visible: string, heldOut: string) =>
  checksError(
    'tests-not-split',
    `${file}: one call declares both "${visible}", which is visible, and "${heldOut}", which is not.`,
    'Put both on the same side.',
  );

/** Lists of statements below a node, the outermost first. */
function statementLists(
  node: ts.Node,
  found: ts.NodeArray<ts.Statement>[] = [],
): ts.NodeArray<ts.Statement>[] {
  ts.forEachChild(node, (child) => {
    if (ts.isBlock(child)) found.push(child.statements);
    else statementLists(child, found);
  });
  return found;
}

function cut(
  file: ts.SourceFile,
  node: ts.Node,
  blocks: readonly TestBlock[],
  stays: ReadonlySet<ts.CallExpression>,
  edits: Edit[],
): void {
  const lists = ts.isSourceFile(node) ? [node.statements] : statementLists(node);
  for (const statement of lists.flatMap((list) => [...list])) {
    const inside = blocks.filter(({ call }) => call.pos >= statement.pos && call.end <= statement.end);
    if (inside.length === 0) continue;
    if (inside.every(({ call }) => !stays.has(call))) edits.push(removal(file, statement));
    else if (inside.some(({ call }) => !stays.has(call))) cut(file, statement, blocks, stays, edits);
  }
}

/** The whole statement with the comments right above it, to the end of its line. */
function removal(file: ts.SourceFile, statement: ts.Node): Edit {
  const { text } = file;
  const comments = ts.getLeadingCommentRanges(text, statement.pos) ?? [];
  // A comment that an empty line parts from the statement is about something else.
  let start = statement.getStart(file);
  for (const comment of comments.toReversed()) {
    if (/\n\s*\n/.test(text.slice(comment.end, start)) || comment.pos < statement.pos) break;
    start = comment.pos;
  }
  const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const after = /^[ \t]*(?:\r?\n)?/.exec(text.slice(statement.end))?.[0].length ?? 0;
  return { start: start - before, end: statement.end + after, text: '' };
}

/** How often each name stands in a file as an identifier, property names and comments apart. */
function countNames(file: ts.SourceFile): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node))
      counts.set(node.text, (counts.get(node.text) ?? 0) + 1);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return counts;
}

/** Takes away declarations and imports that had a use before and have none now, until nothing changes. */
function withoutUnused(before: string, text: string, fileName: string): string {
  const used = countNames(parse(before, fileName));
  for (let now = text; ; ) {
    const file = parse(now, fileName);
    const counts = countNames(file);
    const isLeft = (name: string) => (counts.get(name) ?? 0) <= 1 && (used.get(name) ?? 0) > 1;
    const edits: Edit[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) edits.push(...importEdits(file, node, isLeft));
      else if (isDeclaration(node) && namesOf(node).length > 0 && namesOf(node).every(isLeft))
        edits.push(removal(file, node));
      else ts.forEachChild(node, visit);
    };
    visit(file);
    if (edits.length === 0) return now.replaceAll(/\n{3,}/g, '\n\n').replace(/^\n+/, '');
    now = applyEdits(now, edits);
  }
}

const isDeclaration = (node: ts.Node): node is ts.Statement =>
  ts.isVariableStatement(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node);

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((e) => ('name' in e ? [e.name.getText()] : [])),
    );
  return 'name' in node && node.name && typeof node.name === 'object' && 'text' in node.name
    ? [String(node.name.text)]
    : [];
}

function importEdits(
  file: ts.SourceFile,
  node: ts.ImportDeclaration,
  isLeft: (name: string) => boolean,
): Edit[] {
  const clause = node.importClause;
  if (!clause) return [];
  const named =
    clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings : undefined;
  const space =
    clause.namedBindings && ts.isNamespaceImport(clause.namedBindings) ? clause.namedBindings : undefined;
  const elements = named?.elements.filter((e) => !isLeft(e.name.text)) ?? [];
  const keepsDefault = clause.name !== undefined && !isLeft(clause.name.text);
  const keepsSpace = space !== undefined && !isLeft(space.name.text);
  if (elements.length === 0 && !keepsDefault && !keepsSpace) return [removal(file, node)];
  const same =
    elements.length === (named?.elements.length ?? 0) && keepsDefault === (clause.name !== undefined);
  if (same || !named) return [];
  const parts = [
    ...(keepsDefault ? [clause.name?.text ?? ''] : []),
    ...(elements.length > 0 ? [`{ ${elements.map((e) => e.getText(file)).join(', ')} }`] : []),
  ];
  const start = (clause.name ?? named).getStart(file);
  return [{ start, end: clause.end, text: parts.join(', ') }];
}

const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
const ASSERTION = /^(?:expect|assert)\b/;

/** Statements that assert something in the tests with these ids, without comments, on one line each. */
export function assertionsIn(text: string, fileName: string, ids: readonly string[]): string[] {
  const { file, blocks } = testBlocks(text, fileName);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && ASSERTION.test(node.getText(file).replace(/^await /, ''))) {
      const start = node.getStart(file);
      const edits = commentsIn(file, node)
        .filter((c) => c.pos >= start && c.end <= node.end)
        .map((c) => ({ start: c.pos - start, end: c.end - start, text: ' ' }));
      found.add(squeeze(applyEdits(node.getText(file), edits)));
    }
    ts.forEachChild(node, visit);
  };
  const wanted = new Set(ids.flatMap((id) => blocksOf(blocks, id)));
  for (const { call } of wanted) visit(call);
  return [...found];
}

/** Names of the members that a test calls or reads, on whatever: `book.place(…).id` gives place and id. */
export function membersIn(text: string, fileName: string, id: string): string[] {
  const { blocks } = testBlocks(text, fileName);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) found.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const { call } of blocksOf(blocks, id)) visit(call);
  return [...found];
}
