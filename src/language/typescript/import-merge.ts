import { type Edit, lineOf, ts } from './ast.ts';
import {
  type Binding,
  bindingsOf,
  headEnd,
  type ImportStatement,
  importsOf,
  moduleOf,
  removal,
  sameModule,
} from './imports.ts';
import type { Style } from './style.ts';

/** One name as it stands between braces. */
const specifierText = (b: Binding, inlineType: boolean): string =>
  `${inlineType && b.typeOnly ? 'type ' : ''}${b.imported === b.local ? b.local : `${b.imported} as ${b.local}`}`;

const attributesOf = (statement: ImportStatement): string =>
  ts.isImportDeclaration(statement) && statement.attributes ? ` ${statement.attributes.getText()}` : '';

export interface MergeRequest {
  file: ts.SourceFile;
  wanted: readonly ImportStatement[];
  /** Whether a local name is used by what is put into the file. */
  isUsed: (name: string) => boolean;
  /** Whether a local name was used by what leaves the file, and by nothing that stays in it. */
  isLeft: (name: string) => boolean;
  /** Names that statements of the file declare, the class that is replaced apart; an interface may share a value's. */
  declared: ReadonlyMap<string, { line: number; isType: boolean }>;
  className: string;
  style: Style;
}

export interface Merge {
  edits: Edit[];
  problems: string[];
  /** What was done to the wanted imports, in one sentence each. */
  repairs: string[];
}

/**
 * Merges imports into a file: nothing twice, names of one module together, `import type` kept, a type-only import
 * widened where a value is needed, names that only the replaced class used taken out.
 */
export function mergeImports(request: MergeRequest): Merge {
  const { file, className, style } = request;
  const existing = importsOf(file);
  const bindings = existing.flatMap(bindingsOf);
  const removed = new Set(bindings.filter((b) => request.isLeft(b.local) && !request.isUsed(b.local)));
  const widened = new Set<Binding>();
  const problems: string[] = [];
  const repairs: string[] = [];
  const added: Binding[] = [];
  const plain: ts.ImportDeclaration[] = [];
  const self = `./${file.fileName.split('/').at(-1) ?? ''}`;

  for (const statement of request.wanted) {
    const all = bindingsOf(statement);
    if (all.length === 0 && ts.isImportDeclaration(statement)) {
      const same = (s: ImportStatement) =>
        s.getText() === statement.getText() || isBare(s, moduleOf(statement));
      if (!existing.some(same) && !plain.some(same)) plain.push(statement);
    }
    for (const binding of all) {
      const { local, module } = binding;
      if (sameModule(module, self)) {
        repairs.push(`left out the import of ${local} from its own file '${module}'`);
        continue;
      }
      if (!request.isUsed(local) && !(local === 'React' && file.languageVariant === ts.LanguageVariant.JSX)) {
        repairs.push(`left out the unused import of ${local} from '${module}'`);
        continue;
      }
      if (local === className) {
        problems.push(
          `The imports bring in ${className} from '${module}', but ${className} is the class to write: leave that import out.`,
        );
        continue;
      }
      const known = bindings.find((b) => b.local === local);
      if (known && sameBinding(known, binding)) {
        removed.delete(known);
        if (known.typeOnly && !binding.typeOnly) widened.add(known);
        continue;
      }
      const clash = request.declared.get(local);
      if (clash && (!clash.isType || binding.typeOnly)) {
        problems.push(
          `${local} is imported from '${module}', but the file declares ${local} itself (line ${clash.line}): leave the import out or rename it with \`as\`.`,
        );
        continue;
      }
      const twin = added.find((b) => b.local === local);
      if (twin) {
        if (sameBinding(twin, binding)) twin.typeOnly &&= binding.typeOnly;
        else problems.push(`${local} is imported twice, from '${twin.module}' and from '${module}'.`);
        continue;
      }
      if (known && !request.isLeft(local)) {
        problems.push(
          `${local} is imported from '${module}', but the file imports ${local} from '${known.module}' (line ${lineOf(file, known.statement.getStart(file))}): use that one or rename yours with \`as\`.`,
        );
      } else {
        if (known) removed.add(known);
        added.push({ ...binding });
      }
    }
  }
  return {
    edits: [...editsFor(file, existing, { removed, widened, added, plain }, style)],
    problems,
    repairs,
  };
}

const isBare = (s: ImportStatement, module: string): boolean =>
  ts.isImportDeclaration(s) && !s.importClause && moduleOf(s) === module;

/** `import fs`, `import * as fs` and `import fs = require` of one module stand for each other: the file's own form stays. */
const sameBinding = (a: Binding, b: Binding): boolean =>
  sameModule(a.module, b.module) &&
  ((a.kind !== 'named' && b.kind !== 'named') || (a.kind === b.kind && a.imported === b.imported));

interface Changes {
  removed: Set<Binding>;
  widened: Set<Binding>;
  added: Binding[];
  plain: ts.ImportDeclaration[];
}

function* editsFor(
  file: ts.SourceFile,
  existing: ImportStatement[],
  changes: Changes,
  style: Style,
): Generator<Edit> {
  const left = new Set(changes.added);
  /** Widened names of a type-only statement move into a value import, together with what is added. */
  for (const b of changes.widened)
    if (!b.specifier?.isTypeOnly && bindingsOf(b.statement).some((o) => !same(changes.widened, o))) {
      changes.removed.add(b);
      left.add({ ...b, typeOnly: false, specifier: undefined });
    }
  const kept: ImportStatement[] = [];
  const gone: ImportStatement[] = [];
  for (const statement of existing) {
    const mine = bindingsOf(statement);
    const out = mine.filter((b) => same(changes.removed, b));
    if (mine.length > 0 && out.length === mine.length) {
      gone.push(statement);
      continue;
    }
    kept.push(statement);
    const wide = mine.filter((b) => same(changes.widened, b) && !same(changes.removed, b));
    const joins = ts.isImportDeclaration(statement) ? joining(statement, mine, left) : [];
    for (const b of joins) left.delete(b);
    if (ts.isImportDeclaration(statement))
      yield* edited(file, statement, { mine, gone: out, wide, joins }, style);
  }
  const fresh = [...changes.plain.map((s) => importText(s, style)), ...freshStatements([...left], style)];
  const bare = kept.length === 0 && fresh.length === 0;
  for (const statement of gone) yield removal(file, statement, bare && statement === gone.at(-1));
  if (fresh.length > 0) yield inserted(file, existing, kept, fresh, style);
}

const same = (set: Set<Binding>, b: Binding): boolean =>
  [...set].some((o) => o.statement === b.statement && o.local === b.local);

/** Which of the new names can stand in an existing statement. */
function joining(
  statement: ts.ImportDeclaration,
  mine: readonly Binding[],
  wanted: ReadonlySet<Binding>,
): Binding[] {
  const clause = statement.importClause;
  if (!clause) return [];
  const named = clause.namedBindings;
  if (named && ts.isNamespaceImport(named)) return [];
  const isType = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const inline = mine.some((b) => b.specifier?.isTypeOnly);
  return [...wanted].filter((b) => {
    if (!sameModule(b.module, moduleOf(statement)) || b.kind !== 'named') return false;
    if (attributesOf(b.statement) !== attributesOf(statement)) return false;
    // `import type A, { B }` is not allowed.
    if (isType) return b.typeOnly && !clause.name;
    return !b.typeOnly || inline || b.specifier?.isTypeOnly === true;
  });
}

interface StatementChange {
  mine: readonly Binding[];
  gone: readonly Binding[];
  wide: readonly Binding[];
  joins: readonly Binding[];
}

function* edited(
  file: ts.SourceFile,
  statement: ts.ImportDeclaration,
  change: StatementChange,
  style: Style,
): Generator<Edit> {
  const clause = statement.importClause;
  if (!clause) return;
  const isType = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (isType && change.wide.length > 0 && change.wide.length === change.mine.length - change.gone.length) {
    const from = statement.getStart(file) + 'import'.length;
    const word = /^\s+type/.exec(file.text.slice(from));
    if (word) yield { start: from, end: from + word[0].length, text: '' };
  }
  for (const b of change.wide)
    if (b.specifier?.isTypeOnly)
      yield {
        start: b.specifier.getStart(file),
        end: (b.specifier.propertyName ?? b.specifier.name).getStart(file),
        text: '',
      };
  const named = clause.namedBindings;
  const texts = change.joins.map((b) => specifierText(b, !isType));
  if (!named || ts.isNamespaceImport(named)) {
    const pad = style.spacedBraces === false ? '' : ' ';
    if (texts.length > 0 && clause.name)
      yield { start: clause.name.end, end: clause.name.end, text: `, {${pad}${texts.join(', ')}${pad}}` };
    return;
  }
  yield* editedElements(file, named, change, texts);
}

function* editedElements(
  file: ts.SourceFile,
  named: ts.NamedImports,
  change: StatementChange,
  texts: string[],
): Generator<Edit> {
  const { elements } = named;
  const isGone = (e: ts.ImportSpecifier) => change.gone.some((b) => b.local === e.name.text);
  const stay = elements.filter((e) => !isGone(e));
  const last = elements.at(-1);
  if (!last) {
    if (texts.length > 0)
      yield { start: named.getStart(file), end: named.end, text: `{ ${texts.join(', ')} }` };
    return;
  }
  const source = named.getText(file);
  const multiline = source.includes('\n');
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  if (stay.length < elements.length && !/\/[/*]/.test(source)) {
    const all = [...stay.map((e) => e.getText(file)), ...texts];
    const inner = file.text.slice(named.getStart(file) + 1, elements[0]?.getStart(file));
    const closing = /[\s,]*\}$/.exec(source)?.[0] ?? '}';
    const between = multiline ? `,${inner}` : ', ';
    yield {
      start: named.getStart(file),
      end: named.end,
      text: all.length > 0 ? `{${inner}${all.join(between)}${closing}` : '{}',
    };
    return;
  }
  if (texts.length === 0) return;
  const lead = /\n([ \t]*)$/.exec(file.text.slice(last.getFullStart(), last.getStart(file)))?.[1];
  const joiner = multiline && lead !== undefined ? `,${newline}${lead}` : ', ';
  yield { start: last.end, end: last.end, text: texts.map((t) => joiner + t).join('') };
}

/** New statements for names that no existing statement takes: values and types of a module apart. */
function freshStatements(bindings: Binding[], style: Style): string[] {
  const whole = new Set<ImportStatement>();
  const groups = new Map<string, Binding[]>();
  const out: string[] = [];
  for (const b of bindings) {
    if (b.kind === 'equals') {
      out.push(importText(b.statement, style));
      continue;
    }
    const statementType = b.typeOnly && !b.specifier?.isTypeOnly;
    const key = `${statementType ? 'type ' : ''}${b.module}${b.kind === 'namespace' ? ` *${b.local}` : ''}${attributesOf(b.statement)}`;
    groups.set(key, [...(groups.get(key) ?? []), b]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const { statement } = first;
    const own = bindingsOf(statement);
    const intact =
      own.length === group.length &&
      own.every((o) =>
        group.some((b) => b.local === o.local && b.typeOnly === o.typeOnly && b.statement === statement),
      );
    if (intact && !whole.has(statement)) {
      whole.add(statement);
      out.push(importText(statement, style));
    } else out.push(...written(group, style));
  }
  return out;
}

function written(group: readonly Binding[], style: Style): string[] {
  const quote = style.quote ?? "'";
  const end = style.semicolons === false ? '' : ';';
  const pad = style.spacedBraces === false ? '' : ' ';
  const statementType = group.every((b) => b.typeOnly && !b.specifier?.isTypeOnly);
  const first = group[0];
  if (!first) return [];
  const from = `from ${quote}${first.module}${quote}${attributesOf(first.statement)}${end}`;
  const word = statementType ? 'import type' : 'import';
  const named = group.filter((b) => b.kind === 'named').map((b) => specifierText(b, !statementType));
  const braces = named.length > 0 ? [`{${pad}${named.join(', ')}${pad}}`] : [];
  const stars = group.filter((b) => b.kind === 'namespace').map((b) => `${word} * as ${b.local} ${from}`);
  const defaults = group.filter((b) => b.kind === 'default').map((b) => b.local);
  const [head, ...more] = defaults;
  const parts =
    head && !(statementType && braces.length > 0)
      ? [[head, ...braces].join(', ')]
      : [...(head ? [head] : []), ...braces];
  return [...stars, ...parts.map((p) => `${word} ${p} ${from}`), ...more.map((d) => `${word} ${d} ${from}`)];
}

function importText(statement: ImportStatement, style: Style): string {
  const text = statement.getText().replace(/;$/, '');
  const spaced =
    style.spacedBraces === undefined || text.includes('\n')
      ? text
      : text.replace(/\{\s*([^{}]*?)\s*\}(?=\s+from\b)/, style.spacedBraces ? '{ $1 }' : '{$1}');
  return spaced + (style.semicolons === false ? '' : ';');
}

/** Behind the last import that stays, else where the first one was, else below header comments and directives. */
function inserted(
  file: ts.SourceFile,
  existing: ImportStatement[],
  kept: ImportStatement[],
  fresh: string[],
  style: Style,
): Edit {
  const { newline } = style;
  const last = kept.at(-1);
  if (last) {
    const trailing = ts.getTrailingCommentRanges(file.text, last.end)?.at(-1)?.end ?? last.end;
    return { start: trailing, end: trailing, text: newline + fresh.join(newline) };
  }
  const gone = existing[0];
  if (gone) {
    const at = gone.getStart(file);
    return { start: at, end: at, text: fresh.join(newline) + newline };
  }
  const at = headEnd(file);
  const before = file.text.slice(0, at);
  const gap =
    before.trim() === '' || /\n\s*\n\s*$/.test(before)
      ? ''
      : before.endsWith('\n')
        ? newline
        : newline + newline;
  return { start: at, end: at, text: `${gap}${fresh.join(newline)}${newline}${newline}` };
}
