import { parse, ts } from '../../src/language/typescript/ast.ts';
import { classNode } from '../../src/language/typescript/classes.ts';
import { findClass, normalisedLines } from '../../src/language/typescript/syntax.ts';

/** What a class is made of, by syntax. */
export interface ClassFacts {
  /** Non-blank lines of its statement. */
  lines: number;
  /** Public members, the constructor included. */
  members: number;
  /** Names of the repository that it uses, imported from other files: relative modules, or packages of `own`. */
  symbols: string[];
  /** Names of installed packages that it uses. */
  packages: string[];
  /** Types written as `any`. */
  anys: number;
}

/** Undefined where the file has no such class. `own` tells the repository's own modules. */
export function classFacts(
  text: string,
  fileName: string,
  className: string,
  isOwn: (module: string) => boolean,
): ClassFacts | undefined {
  const file = parse(text, fileName);
  const found = classNode(file, className);
  const facts = findClass(text, fileName, className);
  if (!found || !facts) return undefined;
  const used = new Set<string>();
  let anys = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if (node.kind === ts.SyntaxKind.AnyKeyword) anys += 1;
    ts.forEachChild(node, visit);
  };
  visit(found.statement);
  const symbols = new Set<string>();
  const packages = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = statement.moduleSpecifier.text;
    for (const name of importedNames(statement)) {
      if (!used.has(name)) continue;
      if (isOwn(module)) symbols.add(name);
      else if (!module.startsWith('node:')) packages.add(name);
    }
  }
  return {
    lines: text
      .slice(facts.start, facts.end)
      .split('\n')
      .filter((line) => line.trim() !== '').length,
    members: new Set(
      facts.members
        .filter(({ visibility, kind }) => visibility === 'public' && kind !== 'static-block')
        .map(({ name, static: isStatic }) => `${isStatic} ${name}`),
    ).size,
    symbols: [...symbols].sort(),
    packages: [...packages].sort(),
    anys,
  };
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  return [
    ...(importClause?.name ? [importClause.name.text] : []),
    ...(bindings && ts.isNamedImports(bindings) ? bindings.elements.map((e) => e.name.text) : []),
    ...(bindings && ts.isNamespaceImport(bindings) ? [bindings.name.text] : []),
  ];
}

/** Comments that silence the compiler. */
export const countIgnores = (text: string): number =>
  [...text.matchAll(/@ts-(?:ignore|expect-error|nocheck)\b/g)].length;

/** Share of the reference's normalised lines that a class has, 0 to 1; a line counts as often as it stands there. */
export function copiedShare(referenceText: string, classText: string): number {
  const reference = normalisedLines(referenceText);
  if (reference.length === 0) return 0;
  const left = new Map<string, number>();
  for (const line of normalisedLines(classText)) left.set(line, (left.get(line) ?? 0) + 1);
  const shared = reference.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count > 0;
  });
  return shared.length / reference.length;
}
