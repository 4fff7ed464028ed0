import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredNames, parse, referencesIn, ts } from '../src/language/typescript/ast.ts';
import { classNodes } from '../src/language/typescript/classes.ts';
import { bindingsOf, importsOf, isImport, moduleOf } from '../src/language/typescript/imports.ts';
import { openTypeScriptSession } from '../src/language/typescript/session.ts';
import { declarationsOf, findClasses, removeClass } from '../src/language/typescript/syntax.ts';

/** Which classes retrieval is measured on, what each is described by, and what each used. */

export interface Subject {
  file: string;
  className: string;
}

/** A declaration of the repository that the class used, in the file as it was. */
export interface Used {
  name: string;
  file: string;
  line: number;
  /** First line of the declaration, as text: what is left of its own file has other line numbers. */
  header: string;
}

export const isTestFile = (file: string): boolean =>
  /(^|\/)(tests?|__tests__|__mocks__|e2e|fixtures|examples?|samples?)\/|\.(test|spec|bench|stories)\.[cm]?tsx?$/.test(
    file,
  );

/** Classes with at least five members and three names from the repository, in the order of their paths. */
export function candidates(root: string, files: readonly string[], packages: ReadonlySet<string>): Subject[] {
  return [...files].sort().flatMap((file) => {
    if (!/\.[cm]?tsx?$/.test(file) || /\.d\.[cm]?ts$/.test(file) || isTestFile(file)) return [];
    const text = readFileSync(join(root, file), 'utf8');
    return findClasses(text, file)
      .filter((c) => c.exported && c.name !== 'default')
      .filter((c) => c.members.length >= 5 && usedNames(text, file, c.name, packages).length >= 3)
      .map((c) => ({ file, className: c.name }));
  });
}

/**
 * Names from the repository that a class references: imported ones whose module belongs to the repository, and those
 * that the file still declares when the class is gone. What goes with the class is no longer there to be found.
 */
export function usedNames(
  text: string,
  file: string,
  className: string,
  packages: ReadonlySet<string>,
): string[] {
  const source = parse(text, file);
  const target = classNodes(source).find((c) => c.name === className);
  if (!target) return [];
  const left = new Set(declarationsOf(removeClass(text, file, className), file).map((d) => d.name));
  const gone = source.statements.filter(
    (s) =>
      s === target.statement ||
      (!isImport(s) && declaredNames(s).length > 0 && declaredNames(s).every((n) => !left.has(n))),
  );
  const references = new Set(gone.flatMap((s) => [...referencesIn(s)]));
  const imported = importsOf(source)
    .filter((statement) => isOwnModule(moduleOf(statement), packages))
    .flatMap((statement) => bindingsOf(statement).map((b) => b.local));
  const names = [...imported, ...left].filter((name) => name !== className && references.has(name));
  return [...new Set(names)];
}

/** Relative modules, the usual aliases, and packages of the workspace. */
const isOwnModule = (module: string, packages: ReadonlySet<string>): boolean =>
  /^(?:\.{1,2}(?:\/|$)|[~#@]\/|#)/.test(module) ||
  packages.has(/^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? '');

/** Declarations behind the names, asked of the language server while the class is still in place. */
export async function usedDeclarations(
  root: string,
  { file, className }: Subject,
  packages: ReadonlySet<string>,
): Promise<Used[]> {
  const text = readFileSync(join(root, file), 'utf8');
  const session = await openTypeScriptSession({ root, targetFile: file, className });
  try {
    const used: Used[] = [];
    for (const name of usedNames(text, file, className, packages)) {
      const { value } = await session.body(name);
      const found = value.find(
        (d) => !d.location.file.includes('node_modules') && !d.location.file.startsWith('/'),
      );
      if (!found) continue;
      const lines = readFileSync(join(root, found.location.file), 'utf8').split('\n');
      const { line } = found.location;
      used.push({ name, file: found.location.file, line, header: lines[line - 1]?.trim() ?? '' });
    }
    return used;
  } finally {
    await session.close();
  }
}

/** How much a user tells: every public signature, or nothing but names. */
export type Telling = 'signatures' | 'names';

/**
 * What a user might have written: the documentation of the class, and for each public member its signature (or its
 * name alone) with the first paragraph of its documentation.
 */
export function describe(text: string, { file, className }: Subject, telling: Telling): string {
  const source = parse(text, file);
  const node = classNodes(source).find((c) => c.name === className);
  const found = findClasses(text, file).find((c) => c.name === className);
  if (!node || !found) return '';
  const about = declarationsOf(text, file).find((d) => d.name === className);
  const heading =
    telling === 'signatures'
      ? (about?.header ?? className)
      : `A class ${className.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')}.`;
  const docs = new Map(
    node.node.members.map((m) => [
      source.getLineAndCharacterOfPosition(m.getStart(source)).line + 1,
      docOf(m),
    ]),
  );
  const seen = new Set<string>();
  const members = found.members.flatMap((m) => {
    if (m.visibility !== 'public' || m.kind === 'static-block') return [];
    const said = telling === 'signatures' ? m.signature : m.name;
    if (seen.has(said)) return [];
    seen.add(said);
    return [`- ${said}${docs.get(m.line) ? `: ${docs.get(m.line)}` : ''}`];
  });
  return [heading, about?.doc ?? '', 'Members:', ...members].filter(Boolean).join('\n');
}

function docOf(member: ts.ClassElement): string {
  const [doc] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const text = typeof doc?.comment === 'string' ? doc.comment : '';
  return (text.split(/\n\s*\n/)[0] ?? '').replaceAll(/\s+/g, ' ').trim();
}
