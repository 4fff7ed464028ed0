import { applyEdits, type Edit, parse, ts } from './ast.ts';

/** How a file is written. `undefined`: the file does not say. */
export interface Style {
  newline: '\n' | '\r\n';
  /** One level: a tab or so many spaces. */
  indent: string | undefined;
  quote: "'" | '"' | undefined;
  semicolons: boolean | undefined;
  /** `{ A }` rather than `{A}` in imports. */
  spacedBraces: boolean | undefined;
}

/** Reads the style off files, the first of which counts where it says anything. */
export function detectStyle(texts: readonly { text: string; fileName: string }[]): Style {
  const styles = texts.map((t) => styleOf(t.text, t.fileName));
  const first = <K extends keyof FileStyle>(key: K) => styles.find((s) => s[key] !== undefined)?.[key];
  return {
    newline: first('newline') ?? '\n',
    indent: first('indent'),
    quote: first('quote'),
    semicolons: first('semicolons'),
    spacedBraces: first('spacedBraces'),
  };
}

type FileStyle = Omit<Style, 'newline'> & { newline: Style['newline'] | undefined };

type Votes = Map<string, number>;
const vote = (votes: Votes, value: string): void => void votes.set(value, (votes.get(value) ?? 0) + 1);
const winner = (votes: Votes): string | undefined => [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];

function styleOf(text: string, fileName: string): FileStyle {
  const file = parse(text, fileName);
  const indents: Votes = new Map();
  const quotes: Votes = new Map();
  const semicolons: Votes = new Map();
  const braces: Votes = new Map();
  const visit = (node: ts.Node): void => {
    for (const child of nested(node)) {
      const unit = levelBetween(file, node, child);
      if (unit) vote(indents, unit);
    }
    if (ts.isStringLiteral(node) && !ts.isJsxAttribute(node.parent)) {
      const raw = node.getText(file);
      if (!/['"]/.test(raw.slice(1, -1))) vote(quotes, raw.charAt(0));
    }
    // `{ a = 1 }` on one line leaves the last one out in any style.
    if (endsInSemicolon(node) && /^[ \t]*(\r?\n|$|\/[/*])/.test(text.slice(node.end, node.end + 40)))
      vote(semicolons, String(text.charAt(node.end - 1) === ';'));
    if (ts.isNamedImports(node) && node.elements.length > 0)
      vote(braces, String(/^\{\s/.test(node.getText(file))));
    ts.forEachChild(node, visit);
  };
  visit(file);
  const windows = text.split('\r\n').length - 1;
  const all = text.split('\n').length - 1;
  const quote = winner(quotes);
  const flag = (votes: Votes) =>
    votes.size === 0 ? undefined : (votes.get('true') ?? 0) >= (votes.get('false') ?? 0);
  return {
    newline: all === 0 ? undefined : windows * 2 > all ? '\r\n' : '\n',
    indent: winner(indents),
    quote: quote === "'" || quote === '"' ? quote : undefined,
    semicolons: flag(semicolons),
    spacedBraces: flag(braces),
  };
}

const endsInSemicolon = (node: ts.Node): boolean =>
  ts.isExpressionStatement(node) ||
  ts.isVariableStatement(node) ||
  ts.isReturnStatement(node) ||
  ts.isThrowStatement(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isTypeAliasDeclaration(node);

function nested(node: ts.Node): readonly ts.Node[] {
  if (ts.isBlock(node) || ts.isModuleBlock(node)) return node.statements;
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node))
    return node.members;
  if (ts.isNamedImports(node)) return node.elements;
  return ts.isObjectLiteralExpression(node) ? node.properties : [];
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;
const indentAt = (text: string, offset: number): string => {
  const start = lineStart(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
};

/** The indentation by which `child` stands further in than the line on which `node` starts. */
function levelBetween(file: ts.SourceFile, node: ts.Node, child: ts.Node): string | undefined {
  const { text } = file;
  const start = child.getStart(file);
  const inner = indentAt(text, start);
  if (lineStart(text, start) + inner.length !== start) return undefined;
  const outer = indentAt(text, node.getStart(file));
  if (!inner.startsWith(outer) || inner.length === outer.length) return undefined;
  const unit = inner.slice(outer.length);
  return /^(\t|\t? +)$/.test(unit) && unit.length <= 8 ? unit : undefined;
}

/**
 * Rewrites a piece of code from its own style into another: line endings, one level of indentation, quotes and
 * semicolons. The text inside template literals stays as it is, and no line is added or taken away.
 */
export function restyle(code: string, fileName: string, to: Style): string {
  let text = code.replaceAll('\r\n', '\n');
  const from = styleOf(text, fileName);
  if (to.semicolons !== undefined && from.semicolons !== undefined && to.semicolons !== from.semicolons)
    text = withSemicolons(text, fileName, to.semicolons);
  if (to.quote) text = withQuotes(text, fileName, to.quote);
  if (to.indent && from.indent && to.indent !== from.indent)
    text = withIndent(text, fileName, from.indent, to.indent);
  return to.newline === '\n' ? text : text.replaceAll('\n', to.newline);
}

function withQuotes(text: string, fileName: string, quote: string): string {
  const file = parse(text, fileName);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && !ts.isJsxAttribute(node.parent)) {
      const raw = node.getText(file);
      if (raw.charAt(0) !== quote && !/['"\\]/.test(raw.slice(1, -1)))
        edits.push({ start: node.getStart(file), end: node.end, text: quote + raw.slice(1, -1) + quote });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return applyEdits(text, edits);
}

/** Offsets of lines that start inside a template literal, and for those inside a block comment where it starts. */
function lineContexts(
  text: string,
  fileName: string,
): { inTemplate: (at: number) => boolean; comments: ts.TextRange[] } {
  const file = parse(text, fileName);
  const templates: ts.TextRange[] = [];
  const comments: ts.TextRange[] = [];
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateLiteralToken(node)) templates.push({ pos: node.getStart(file, false), end: node.end });
    if (!ts.isJsxText(node))
      for (const c of [
        ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
      ])
        if (c.kind === ts.SyntaxKind.MultiLineCommentTrivia && !seen.has(c.pos)) {
          seen.add(c.pos);
          comments.push(c);
        }
    for (const child of node.getChildren(file)) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(file);
  return { inTemplate: (at) => templates.some((t) => t.pos < at && at <= t.end), comments };
}

function withIndent(text: string, fileName: string, from: string, to: string): string {
  const { inTemplate, comments } = lineContexts(text, fileName);
  const convert = (space: string): string => {
    let levels = 0;
    let at = 0;
    while (space.startsWith(from, at)) {
      levels++;
      at += from.length;
    }
    return to.repeat(levels) + space.slice(at);
  };
  let offset = 0;
  return text
    .split('\n')
    .map((line) => {
      const at = offset;
      offset += line.length + 1;
      const space = /^[ \t]*/.exec(line)?.[0] ?? '';
      if (space === '' || inTemplate(at)) return line;
      const comment = comments.find((c) => c.pos < at && at < c.end);
      if (!comment) return convert(space) + line.slice(space.length);
      const base = indentAt(text, comment.pos);
      return space.startsWith(base) ? convert(base) + line.slice(base.length) : line;
    })
    .join('\n');
}

/** Adds or takes away statement semicolons through the compiler's formatter, which knows where they matter. */
function withSemicolons(text: string, fileName: string, wanted: boolean): string {
  const service = ts.createLanguageService(
    {
      getScriptFileNames: () => [fileName],
      getScriptVersion: () => '1',
      getScriptSnapshot: (name) => (name === fileName ? ts.ScriptSnapshot.fromString(text) : undefined),
      getCurrentDirectory: () => '',
      getCompilationSettings: () => ({ noLib: true, noResolve: true }),
      getDefaultLibFileName: () => 'lib.d.ts',
      fileExists: () => false,
      readFile: () => undefined,
    },
    ts.createDocumentRegistry(),
    ts.LanguageServiceMode.Syntactic,
  );
  const edits = service
    .getFormattingEditsForDocument(fileName, {
      ...ts.getDefaultFormatCodeSettings('\n'),
      semicolons: wanted ? ts.SemicolonPreference.Insert : ts.SemicolonPreference.Remove,
    })
    .map((c): Edit => ({ start: c.span.start, end: c.span.start + c.span.length, text: c.newText }))
    .filter((e) => {
      const old = text.slice(e.start, e.end);
      return wanted ? old === '' && e.text === ';' : old === ';' && e.text === '';
    });
  return applyEdits(text, edits);
}

/**
 * A statement cut out of a text, moved to the left margin: the lines after the first lose the indentation that
 * the first one had. Lines inside template literals stay.
 */
export function dedented(file: ts.SourceFile, start: number, end: number): string {
  const base = indentAt(file.text, start);
  const code = file.text.slice(start, end);
  if (base === '') return code;
  const { inTemplate } = lineContexts(file.text, file.fileName);
  let offset = start;
  return code
    .split('\n')
    .map((line, i) => {
      const at = offset;
      offset += line.length + 1;
      return i > 0 && line.startsWith(base) && !inTemplate(at) ? line.slice(base.length) : line;
    })
    .join('\n');
}
