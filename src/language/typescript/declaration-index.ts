import { oneLine, parse, ts } from './ast.ts';
import { type DeclarationFacts, declarationsOf, findClasses, skeletonOf } from './syntax.ts';

/** A top-level declaration of the repository, as retrieval weighs it. */
export interface IndexedDeclaration extends DeclarationFacts {
  file: string;
  /** As written. */
  text(): string;
  /** Signatures rather than bodies: the skeleton of a class, the whole of a type, the header of a function. */
  outline(): string;
  /** One line: the header, and the names of its members. */
  brief(): string;
  /** Names of the members that others may use; none where it is no class, interface or enum. */
  members(): string[];
}

export interface IndexedFile {
  file: string;
  text: string;
  declarations: IndexedDeclaration[];
  /** Names that the file imports, with the module as written. */
  imports: { name: string; module: string }[];
  /** Modules that it exports again: all of one, or `names` alone. */
  reexports: { module: string; names: ReadonlySet<string> | undefined }[];
}

const MOST_TYPE_LINES = 90;
/** Characters of a type told in one line; a function's header is told whole. */
const MOST_BRIEF = 160;
const IMPORT = /^[ \t]*(import|export)\s+(?:type\s+)?([^'";=()]*?)\s*\bfrom\s*['"]([^'"]+)['"]/gm;

/** Names brought in by import statements, and modules exported again, by syntax light enough for thousands of files. */
export function moduleStatements(text: string): Pick<IndexedFile, 'imports' | 'reexports'> {
  const imports: IndexedFile['imports'] = [];
  const reexports: IndexedFile['reexports'] = [];
  for (const [, keyword, clause = '', module = ''] of text.matchAll(IMPORT)) {
    const names = clause
      .replaceAll(/[{}]/g, ',')
      .split(',')
      .map((name) => /^(?:type\s+)?([A-Za-z_$][\w$]*)/.exec(name.trim())?.[1] ?? '')
      .filter((name) => name !== '');
    if (keyword === 'import') imports.push(...names.map((name) => ({ name, module })));
    else reexports.push({ module, names: /^\*(?!\s*as\b)/.test(clause) ? undefined : new Set(names) });
  }
  return { imports, reexports };
}

export function indexFile(file: string, text: string): IndexedFile {
  const lines = text.split('\n');
  const declarations = declarationsOf(text, file).map((declaration): IndexedDeclaration => {
    const { startLine, endLine } = declaration;
    const whole = once(() => lines.slice(startLine - 1, endLine).join('\n'));
    const members = once(() => memberNames(declaration, file, whole()));
    return {
      ...declaration,
      file,
      text: whole,
      members,
      outline: once(() => outlineOf(declaration, file, whole())),
      brief: once(() => briefOf(declaration, members())),
    };
  });
  return { file, text, declarations, ...moduleStatements(text) };
}

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const isType = ({ kind }: DeclarationFacts): boolean =>
  kind === 'interface' || kind === 'type' || kind === 'enum' || kind === 'namespace';

function outlineOf(declaration: DeclarationFacts, file: string, text: string): string {
  const { kind, name, header, startLine, endLine, doc } = declaration;
  const summary = doc?.split('\n\n')[0]?.replaceAll('\n', ' ').slice(0, 240);
  const comment = summary ? `/** ${summary} */\n` : '';
  if (kind === 'class') return comment + (skeletonOf(text, file, name) || header);
  return comment + (isType(declaration) && endLine - startLine < MOST_TYPE_LINES ? text : header);
}

function briefOf({ header, name, kind }: DeclarationFacts, members: readonly string[]): string {
  const short = withPlainTypeParameters(header, name);
  const brief = members.length > 0 ? `${short.replace(/\s*\{$/, '')} { ${members.join('; ')} }` : short;
  return kind === 'function' || brief.length <= MOST_BRIEF ? brief : `${brief.slice(0, MOST_BRIEF)} …`;
}

/** `f<T extends A = B>(x: T)` becomes `f<T>(x: T)`: constraints and defaults would take most of the line. */
function withPlainTypeParameters(header: string, name: string): string {
  const start = header.indexOf(`${name}<`) + name.length;
  if (start < name.length) return header;
  const parameters = [''];
  let depth = 0;
  for (let i = start; i < header.length; i++) {
    const char = header[i] ?? '';
    if ('<({['.includes(char)) depth++;
    // The head of an arrow closes nothing.
    else if ('>)}]'.includes(char) && header[i - 1] !== '=') depth--;
    if (depth === 0) {
      const names = parameters.flatMap((p) => /^\s*<?\s*(?:(?:const|in|out)\s+)*([\w$]+)/.exec(p)?.[1] ?? []);
      return `${header.slice(0, start)}<${names.join(', ')}>${header.slice(i + 1)}`;
    }
    if (char === ',' && depth === 1) parameters.push('');
    else parameters[parameters.length - 1] += char;
  }
  return header;
}

function memberNames({ kind, name }: DeclarationFacts, file: string, text: string): string[] {
  if (kind === 'class') {
    const found = findClasses(text, file).find((c) => c.name === name);
    const shown = found?.members.filter((m) => m.visibility === 'public' && m.kind !== 'constructor');
    return [...new Set(shown?.map((m) => m.name))];
  }
  if (kind !== 'interface' && kind !== 'enum') return [];
  const source = parse(text, file);
  const [statement] = source.statements;
  return statement && (ts.isInterfaceDeclaration(statement) || ts.isEnumDeclaration(statement))
    ? [...new Set(statement.members.flatMap((m) => (m.name ? [oneLine(m.name.getText(source))] : [])))]
    : [];
}
