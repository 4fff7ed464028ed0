import {
  applyEdits,
  commentsIn,
  declaredNames,
  type Edit,
  isExportedInline,
  parse,
  referencesIn,
  ts,
} from './ast.ts';
import { classNodes, exportStatements } from './classes.ts';
import { mergeImports } from './import-merge.ts';
import { commentBlocks, isImport, isOfFile, removal } from './imports.ts';
import { detectStyle } from './style.ts';

/**
 * The file without the class and without what only it used: private declarations, imported names, and the export
 * statements that name it. An interface or namespace of the same name stays.
 */
export function removeClass(text: string, fileName: string, className: string): string {
  const file = parse(text, fileName);
  const targets = classNodes(file)
    .filter((c) => c.name === className)
    .map((c) => c.statement);
  if (targets.length === 0) return text;
  const merged = file.statements.some((s) => !targets.includes(s) && declaredNames(s).includes(className));
  const exports = merged ? [] : exportStatements(file, className);
  const gone = new Set<ts.Statement>([...targets, ...orphans(file, targets)]);

  const edits: Edit[] = [...gone].map((s) => withComments(file, s));
  for (const statement of exports) edits.push(withoutExport(file, statement, className));
  const staying = new Set<string>();
  for (const s of file.statements) {
    if (gone.has(s) || isImport(s) || exports.includes(s)) continue;
    for (const name of referencesIn(s)) staying.add(name);
  }
  const going = new Set([...gone].flatMap((s) => [...referencesIn(s)]));
  const imports = mergeImports({
    file,
    wanted: [],
    isUsed: () => false,
    isLeft: (name) => going.has(name) && !staying.has(name),
    declared: new Map(),
    className,
    style: detectStyle([{ text, fileName }]),
  });
  const out = applyEdits(text, [...edits, ...imports.edits]);
  const end = /\s*$/.exec(text)?.[0] ?? '';
  return out.trim() === '' ? '' : out.trimEnd() + end;
}

/** Takes a statement out with the comments that touch it and the one behind it on its line. */
function withComments(file: ts.SourceFile, statement: ts.Statement): Edit {
  const { text } = file;
  const block = commentBlocks(text, statement).at(-1);
  const own = block && !block.isApart ? block.comments : [];
  const lastOfFile = own.findLastIndex(({ pos, end }) => isOfFile(text.slice(pos, end)));
  const start = own[lastOfFile + 1]?.pos ?? statement.getStart(file);
  const end = ts.getTrailingCommentRanges(text, statement.end)?.at(-1)?.end ?? statement.end;
  const gap = /^[ \t]*(\r?\n)+/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + gap, text: '' };
}

/** Private declarations that the targets used, directly or through one another, and that nothing else reaches. */
function orphans(file: ts.SourceFile, targets: readonly ts.Statement[]): ts.Statement[] {
  const statements = file.statements.filter((s) => !isImport(s) && !targets.includes(s));
  const uses = new Map([...statements, ...targets].map((s) => [s, referencesIn(s)]));
  const reach = (from: readonly ts.Statement[], among: readonly ts.Statement[]): Set<ts.Statement> => {
    const seen = new Set(from);
    for (const s of seen)
      for (const other of among)
        if (declaredNames(other).some((name) => uses.get(s)?.has(name))) seen.add(other);
    return seen;
  };
  const isPrivate = (s: ts.Statement): boolean => {
    const names = declaredNames(s);
    return (
      names.length > 0 && !isExportedInline(s) && names.every((n) => exportStatements(file, n).length === 0)
    );
  };
  const candidates = [...reach(targets, statements.filter(isPrivate))].filter((s) => !targets.includes(s));
  const alive = reach(
    statements.filter((s) => !candidates.includes(s)),
    candidates,
  );
  return candidates.filter((s) => !alive.has(s));
}

function withoutExport(file: ts.SourceFile, statement: ts.Statement, name: string): Edit {
  const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
  if (!clause || !ts.isNamedExports(clause)) return removal(file, statement, false);
  const rest = clause.elements.filter((e) => (e.propertyName ?? e.name).text !== name);
  if (rest.length === 0) return removal(file, statement, false);
  const first = clause.elements[0]?.getStart(file) ?? clause.end;
  const last = clause.elements.at(-1)?.end ?? clause.end;
  const between = file.text.slice(clause.getStart(file) + 1, first);
  const separator = between.includes('\n') ? `,${between}` : ', ';
  return { start: first, end: last, text: rest.map((e) => e.getText(file)).join(separator) };
}

/**
 * Lines of code as they can be compared between two texts: without comments, empty lines, lines of punctuation
 * and what a formatter decides about white space.
 */
export function normalisedLines(text: string, fileName = 'file.ts'): string[] {
  const file = parse(text, fileName);
  const comments = commentsIn(file, file).map((c): Edit => ({ start: c.pos, end: c.end, text: '' }));
  return applyEdits(text, comments)
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => /\w/.test(line));
}
