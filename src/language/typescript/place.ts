import {
  applyEdits,
  declaredNames,
  type Edit,
  hasModifier,
  isExportedInline,
  leadingComments,
  lineOf,
  parse,
  referencesIn,
  startWithDoc,
  ts,
} from './ast.ts';
import { type ClassNode, classNodes, exportStatements } from './classes.ts';
import { compareStatements, existingDeclarationsChanged } from './declarations.ts';
import { mergeImports } from './import-merge.ts';
import { headEnd, type ImportStatement, importsOf, isImport } from './imports.ts';
import { dedented, detectStyle, restyle, type Style } from './style.ts';

export type PlaceForm = 'new-file' | 'new-class' | 'skeleton' | 'replace';

export interface PlaceRequest {
  /** Text of the target file; `undefined` where there is none yet. */
  original: string | undefined;
  fileName: string;
  className: string;
  submission: { imports: readonly string[]; class: string; helpers?: string | undefined };
  form: PlaceForm;
  /** Files whose style counts where the target file does not say: those of its folder, say. */
  siblings?: readonly { text: string; fileName: string }[];
}

export type Placement = { text: string; repairs: string[] } | { problems: string[] };

/** What was submitted, cut into statements. */
interface Parts {
  imports: ImportStatement[];
  target: ClassNode;
  before: ts.Statement[];
  after: ts.Statement[];
}

/**
 * Puts a class into its file: in place of the class of that name, or where a reader would look for a new one.
 * Everything else in the file stays as it is, byte for byte, imports apart.
 */
export function placeClass(request: PlaceRequest): Placement {
  const { className, fileName } = request;
  const original = request.original ?? '';
  const style = detectStyle([{ text: original, fileName }, ...(request.siblings ?? [])]);
  const file = parse(original, fileName);
  const standing = classNodes(file).filter((c) => c.name === className);
  if (standing.length > 1)
    return {
      problems: [`${fileName} declares ${className} ${standing.length} times: keep one of them first.`],
    };
  const [old] = standing;
  const parts = partsOf(request, style);
  if ('problems' in parts) return parts;
  const sorted = withoutKnown(file, parts, old);
  if (sorted.problems.length > 0) return { problems: sorted.problems };

  const edits: Edit[] = [];
  const code = codeFor(file, sorted.parts, old);
  if ('problems' in code) return code;
  const imports = mergeImports({
    file,
    wanted: parts.imports,
    style,
    className,
    ...usage(file, sorted.parts, old),
  });
  if (imports.problems.length > 0) return { problems: imports.problems };
  edits.push(...imports.edits);
  if (old) edits.push(...replacing(file, old, code, style));
  else edits.push(inserting(file, className, code, style, imports.edits.length > 0));
  let text = applyEdits(original, edits);
  if (original.trim() === '' && !text.endsWith(style.newline)) text += style.newline;
  const changed = existingDeclarationsChanged(original, text, fileName, className);
  if (changed.length > 0) return { problems: changed };
  return { text, repairs: imports.repairs };
}

function partsOf(request: PlaceRequest, style: Style): Parts | { problems: string[] } {
  const { submission, className, fileName } = request;
  const styled = (code: string) => parse(restyle(code.trim(), fileName, style), fileName);
  const main = styled(submission.class);
  const helpers = styled(submission.helpers ?? '');
  const imports = styled(submission.imports.join('\n'));
  const found = classNodes(main);
  const named = found.filter((c) => c.name === className);
  const [target] = named;
  if (!target) {
    const others = found.map((c) => (c.name === 'default' ? 'a class without a name' : c.name));
    return {
      problems: [
        others.length > 0
          ? `The class asked for is ${className}, but \`class\` holds ${others.join(', ')}.`
          : `\`class\` holds no class: it has to hold the whole declaration of ${className}.`,
      ],
    };
  }
  if (named.length > 1) return { problems: [`\`class\` declares ${className} ${named.length} times.`] };
  const at = main.statements.indexOf(target.statement);
  const rest = (list: readonly ts.Statement[]) => list.filter((s) => !isImport(s) && !ts.isEmptyStatement(s));
  return {
    imports: [...importsOf(imports), ...importsOf(main), ...importsOf(helpers)],
    target,
    before: [...rest(helpers.statements), ...rest(main.statements.slice(0, at))],
    after: rest(main.statements.slice(at + 1)),
  };
}

/** Leaves out statements that the file holds already, and names those that would clash with one of its own. */
function withoutKnown(
  file: ts.SourceFile,
  parts: Parts,
  old: ClassNode | undefined,
): { parts: Parts; problems: string[] } {
  const standing = file.statements.filter((s) => s !== old?.statement);
  const problems: string[] = [];
  const name = parts.target.name;
  const stays = (s: ts.Statement): boolean => {
    if (compareStatements(standing, [s]).fresh.length === 0) return false;
    if (old && isExportOf(s, name)) return false;
    for (const declared of declaredNames(s)) {
      const clash = standing.find(
        (o) => declaredNames(o).includes(declared) && !(declared === name && mayMerge(o, s)),
      );
      if (clash)
        problems.push(
          `${declared} is declared in the file already (line ${lineOf(file, clash.getStart(file))}) and may not change: use it as it is, or choose another name.`,
        );
    }
    return true;
  };
  return {
    parts: { ...parts, before: parts.before.filter(stays), after: parts.after.filter(stays) },
    problems,
  };
}

const mayMerge = (a: ts.Statement, b: ts.Statement): boolean => a.kind !== b.kind;

const isExportOf = (s: ts.Statement, name: string): boolean =>
  exportStatements(s.getSourceFile(), name).includes(s);

/** Which names the new code uses, and which only the class that goes away used. */
function usage(file: ts.SourceFile, parts: Parts, old: ClassNode | undefined) {
  const coming = new Set<string>();
  for (const s of [...parts.before, parts.target.statement, ...parts.after])
    for (const name of referencesIn(s)) coming.add(name);
  const staying = new Set<string>();
  const declared = new Map<string, { line: number; isType: boolean }>();
  for (const s of file.statements) {
    if (s === old?.statement || isImport(s)) continue;
    for (const name of referencesIn(s)) staying.add(name);
    const isType = ts.isInterfaceDeclaration(s) || ts.isTypeAliasDeclaration(s);
    for (const name of declaredNames(s)) declared.set(name, { line: lineOf(file, s.getStart(file)), isType });
  }
  const going = old ? referencesIn(old.statement) : new Set<string>();
  return {
    isUsed: (name: string) => coming.has(name),
    isLeft: (name: string) => going.has(name) && !staying.has(name),
    declared,
  };
}

/** New code as text, without line endings of its own around it. */
interface Code {
  before: string[];
  /** Comments that stand before the class. */
  doc: string;
  class: string;
  /** Set where only the class expression inside a standing statement is replaced. */
  expression: boolean;
  after: string[];
}

function codeFor(
  file: ts.SourceFile,
  parts: Parts,
  old: ClassNode | undefined,
): Code | { problems: string[] } {
  const { target } = parts;
  const source = target.statement.getSourceFile();
  const doc = docOf(source, target.statement);
  const whole = (s: ts.Statement) => {
    const first = leadingComments(source === s.getSourceFile() ? source : s.getSourceFile(), s)[0];
    return dedented(s.getSourceFile(), first?.pos ?? s.getStart(), s.end).trim();
  };
  const shared = { before: parts.before.map(whole), after: parts.after.map(whole), doc };
  if (!old) {
    const inline = isExportedInline(target.statement) || target.form === 'default';
    const elsewhere = exportStatements(file, target.name).length > 0;
    const after = parts.after.some((s) => isExportOf(s, target.name));
    const wanted = elsewhere ? 'none' : inline || after ? 'own' : 'export';
    return { ...shared, class: withExport(target.statement, wanted), expression: false };
  }
  if (old.form === 'const' || ts.isExportAssignment(old.statement)) {
    if (ts.isClassDeclaration(target.statement))
      return { ...shared, class: withExport(target.statement, 'none'), expression: true };
    if (target.statement.kind === old.statement.kind && isAlone(old.statement))
      return { ...shared, class: withExport(target.statement, exportFormOf(old)), expression: false };
  } else if (old.form === 'mixin' ? target.form === 'mixin' : ts.isClassDeclaration(target.statement))
    return { ...shared, class: withExport(target.statement, exportFormOf(old)), expression: false };
  const forms = {
    class: 'a class declaration',
    default: 'the default export',
    const: 'a class expression bound to a constant',
    mixin: 'a function that returns the class',
  };
  return {
    problems: [
      `${target.name} stands in the file as ${forms[old.form]} (line ${lineOf(file, old.statement.getStart(file))}): submit it in that form.`,
    ],
  };
}

const isAlone = (s: ts.Statement): boolean =>
  !ts.isVariableStatement(s) || s.declarationList.declarations.length === 1;

type ExportForm = 'own' | 'none' | 'export' | 'default';

const exportFormOf = (old: ClassNode): ExportForm =>
  ts.isExportAssignment(old.statement)
    ? 'own'
    : hasModifier(old.statement, ts.SyntaxKind.DefaultKeyword)
      ? 'default'
      : isExportedInline(old.statement)
        ? 'export'
        : 'none';

/** Comments before a statement, as they stand; those of a whole file's header are left behind by the caller. */
function docOf(file: ts.SourceFile, statement: ts.Statement): string {
  const [first] = leadingComments(file, statement);
  return first ? dedented(file, first.pos, statement.getStart(file)).trimEnd() : '';
}

/** Text of a statement with its export modifiers as wanted; `declare` goes. */
function withExport(statement: ts.Statement, form: ExportForm): string {
  const file = statement.getSourceFile();
  const start = statement.getStart(file);
  const text = dedented(file, start, statement.end);
  if (form === 'own' || !ts.canHaveModifiers(statement)) return text;
  const drop = [ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DefaultKeyword, ts.SyntaxKind.DeclareKeyword];
  const modifiers = ts.getModifiers(statement) ?? [];
  const gone = modifiers.filter((m) => drop.includes(m.kind));
  const last = ts.canHaveDecorators(statement) ? ts.getDecorators(statement)?.at(-1) : undefined;
  const first = gone[0]?.getStart(file);
  const word = form === 'none' ? '' : form === 'default' ? 'export default ' : 'export ';
  // Edits are made in the undedented text: modifiers stand on one line with the keyword in all real code.
  const edits: Edit[] = gone.map((m) => ({
    start: m.getStart(file) - start,
    end: m.end - start + (/^\s*/.exec(file.text.slice(m.end))?.[0].length ?? 0),
    text: '',
  }));
  const keyword =
    first ?? (last ? last.end + (/^\s*/.exec(file.text.slice(last.end))?.[0].length ?? 0) : start);
  if (word) edits.unshift({ start: keyword - start, end: keyword - start, text: word });
  return text === file.text.slice(start, statement.end)
    ? applyEdits(text, edits)
    : dedentAfter(file, start, statement.end, edits);
}

function dedentAfter(file: ts.SourceFile, start: number, end: number, edits: Edit[]): string {
  const moved = edits.map((e) => ({ ...e, start: e.start + start, end: e.end + start }));
  const tail = file.text.length - end;
  const text = applyEdits(file.text, moved);
  return dedented(parse(text, file.fileName), start, text.length - tail);
}

function replacing(file: ts.SourceFile, old: ClassNode, code: Code, style: Style): Edit[] {
  const { newline } = style;
  const start = old.statement.getStart(file);
  const docStart = startWithDoc(file, old.statement);
  const blank = newline + newline;
  const helpers = code.before.map((text) => text + blank).join('');
  const doc = isRepeated(file, old.statement, code.doc) ? '' : code.doc;
  const edits: Edit[] = [];
  if (doc) edits.push({ start: docStart, end: start, text: helpers + doc + newline });
  else if (helpers) edits.push({ start: docStart, end: docStart, text: helpers });
  const range = code.expression ? old.node : old.statement;
  const after = code.after.map((text) => blank + text).join('');
  edits.push({
    start: range.getStart(file),
    end: range.end,
    text: code.class + (code.expression ? '' : after),
  });
  if (code.expression && after) edits.push({ start: old.statement.end, end: old.statement.end, text: after });
  return edits;
}

/** The submission brings comments that stand before the class already. */
const isRepeated = (file: ts.SourceFile, statement: ts.Statement, doc: string): boolean => {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  return (
    doc !== '' &&
    plain(file.text.slice(statement.getFullStart(), statement.getStart(file))).endsWith(plain(doc))
  );
};

function inserting(
  file: ts.SourceFile,
  className: string,
  code: Code,
  style: Style,
  hasImports: boolean,
): Edit {
  const { text } = file;
  const { newline } = style;
  const blank = newline + newline;
  const block = [...code.before, code.doc ? code.doc + newline + code.class : code.class, ...code.after].join(
    blank,
  );
  const user = file.statements.find((s) => !isImport(s) && needsClass(s, className));
  if (user) {
    const at = startWithDoc(file, user);
    return { start: at, end: at, text: block + blank };
  }
  const end = text.trimEnd().length;
  if (
    end === 0 ||
    (file.statements.length === 0 && headEnd(file) === text.length && text.trim() === '\uFEFF')
  )
    return { start: text.length, end: text.length, text: block };
  // Imports that go below the header of a file without statements bring an empty line along.
  const gap = hasImports && file.statements.length === 0 ? '' : blank;
  return gap === ''
    ? { start: text.length, end: text.length, text: block }
    : { start: end, end, text: gap + block };
}

/** The statement has to stand behind the class: it uses it while the module loads, exports it or merges with it. */
function needsClass(statement: ts.Statement, className: string): boolean {
  if (
    ts.isModuleDeclaration(statement) &&
    ts.isIdentifier(statement.name) &&
    statement.name.text === className
  )
    return true;
  if (exportStatements(statement.getSourceFile(), className).includes(statement)) return true;
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    // `extends X` is a type node by syntax and a value at run time.
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    const isLater =
      (ts.isFunctionLike(node) && !isCalledAtOnce(node)) ||
      (ts.isPropertyDeclaration(node) && !hasModifier(node, ts.SyntaxKind.StaticKeyword));
    if (isLater) {
      for (const at of [node, ...(ts.isFunctionLike(node) ? node.parameters : [])])
        if (ts.canHaveDecorators(at)) ts.getDecorators(at)?.forEach(visit);
      return;
    }
    if (ts.isIdentifier(node) && node.text === className && referencesIn(node.parent).has(className))
      found = true;
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}

const isCalledAtOnce = (node: ts.Node): boolean => {
  let at = node.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return ts.isCallExpression(at) && at.expression.end >= node.end && at.expression.pos <= node.pos;
};
