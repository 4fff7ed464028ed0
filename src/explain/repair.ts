import type { Diagnostic } from '../check/report.ts';
import type { LanguageSession } from '../language/language.ts';
import {
  importedNamesOf,
  withImport,
  withoutImports,
  withReimport,
  withSpecifier,
} from '../language/typescript/import-edits.ts';
import { withOverride } from '../language/typescript/member-edits.ts';
import { placeAt } from '../language/typescript/positions.ts';
import { onlyImport } from '../retrieve/import-suggestions.ts';

/**
 * Repairs that need no mind: they cannot change what the class does, and there is one way to do them. They save a
 * model call for the commonest faults (three of four errors of the published RRR trace were import paths).
 */

export interface RepairContext {
  language: LanguageSession;
  targetFile: string;
  isWithheld(file: string): boolean;
}

interface Fault {
  diagnostic: Diagnostic;
  text: string;
  file: string;
  context: RepairContext;
}

interface Repair {
  /** What was done, in the past tense and without a capital. */
  title: string;
  text: string;
}

type Mend = (fault: Fault) => Promise<Repair | undefined>;

const MOST_REPAIRS = 20;

export interface Repaired {
  text: string;
  /** What was done, one phrase each, such as `added import { OutOfStock } from './errors.js'`. */
  repairs: string[];
}

/**
 * Mends the candidate one fault after the other, each judged by the compiler anew: a repair stays where its error
 * is gone and the imports are no worse. `text` has to be the session's candidate, and what is returned is when
 * this ends. `isNew` leaves out the errors that the file had before.
 */
export async function repair(
  text: string,
  context: RepairContext,
  isNew: (found: readonly Diagnostic[]) => readonly Diagnostic[],
  signal: AbortSignal,
): Promise<Repaired> {
  const { language, targetFile: file } = context;
  const errors = async () => isNew((await language.diagnostics(file, signal)).diagnostics);
  const repairs: string[] = [];
  const refused = new Set<string>();
  let current = text;
  let found = await errors();
  while (repairs.length < MOST_REPAIRS) {
    const open = found.filter((d) => mends.has(d.code) && !refused.has(keyOf(d)));
    const next = open.find((d) => !isUnused(d)) ?? (found.every(isUnused) ? open[0] : undefined);
    if (!next) break;
    const mended = await mends.get(next.code)?.({ diagnostic: next, text: current, file, context });
    if (mended && mended.text !== current) {
      await language.setCandidate(mended.text);
      const after = await errors();
      if (isBetter(next, { found, text: current }, { found: after, text: mended.text }, file)) {
        current = mended.text;
        found = after;
        repairs.push(mended.title);
        continue;
      }
      await language.setCandidate(current);
    }
    refused.add(keyOf(next));
  }
  return { text: current, repairs };
}

/** An import that is not used yet may be what a misspelt name meant: it goes when nothing else is wrong. */
const isUnused = (d: Diagnostic) => d.code === 6133 || d.code === 6192 || d.code === 6196;

const keyOf = (d: Diagnostic) => `${d.code} ${d.message}`;

interface Judged {
  found: readonly Diagnostic[];
  text: string;
}

/** Errors elsewhere may come to light: what could not be resolved was of any type before. */
function isBetter(mended: Diagnostic, before: Judged, after: Judged, file: string): boolean {
  const alike = ({ found }: Judged) => found.filter((d) => keyOf(d) === keyOf(mended)).length;
  const inImports = ({ found, text }: Judged) =>
    found.filter((d) => importedNamesOf(text, file, d).length > 0).length;
  return alike(after) < alike(before) && inImports(after) <= inImports(before);
}

// ------------------------------------------------------------------------------------------------------- imports

const quotedIn = (message: string): string[] => [...message.matchAll(/'([^']+)'/g)].map((m) => m[1] ?? '');
const plain = (statement: string): string => statement.replace(/;$/, '');

const missingImport: Mend = async ({ diagnostic, text, file, context }) => {
  const [name = ''] = quotedIn(diagnostic.message);
  const found = await onlyImport(name, context);
  const added = found && withImport(text, file, found.statement);
  return added === undefined ? undefined : { title: `added ${plain(found?.statement ?? '')}`, text: added };
};

/** A module that is not there, or does not export a name: another one may. */
const wrongModule: Mend = async ({ diagnostic, text, file, context }) => {
  const there = importedNamesOf(text, file, diagnostic);
  const quoted = quotedIn(diagnostic.message);
  const module = there[0]?.module ?? '';
  // What a package that is not installed does may be something else than what another module calls so.
  if (!/^(?:\.|[~#@]\/)/.test(module)) return undefined;
  const isNamed = diagnostic.code === 2305 || diagnostic.code === 2724;
  const wrong = isNamed ? there.filter((n) => quoted.includes(n.local)) : there;
  let current = text;
  const titles: string[] = [];
  for (const { local } of wrong) {
    const found = await onlyImport(local, context);
    const moved = found && withReimport(current, file, local, { module: found.from });
    if (!moved || found.from === module) return undefined;
    current = moved.text;
    titles.push(`${local} from '${found.from}'`);
  }
  return titles.length === 0
    ? undefined
    : { title: `imported ${titles.join(', ')} instead of from '${module}'`, text: current };
};

const unusedImports: Mend = async ({ diagnostic, text, file }) => {
  const there = importedNamesOf(text, file, diagnostic);
  const [name] = quotedIn(diagnostic.message);
  // 6133 names one of them; 6192 means the whole statement.
  const unused = diagnostic.code === 6192 ? there : there.filter((n) => n.local === name);
  if (unused.length === 0) return undefined;
  const locals = new Set(unused.map((n) => n.local));
  return {
    title: `removed the unused import of ${[...locals].join(', ')} from '${unused[0]?.module}'`,
    text: withoutImports(text, file, locals),
  };
};

const asTypeImport: Mend = async ({ diagnostic, text, file }) => {
  const [name = ''] = quotedIn(diagnostic.message);
  const changed = withReimport(text, file, name, { asType: true });
  return changed && { title: `wrote ${changed.statement}`, text: changed.text };
};

/** A class that was imported as a type, and is constructed. */
const asValueImport: Mend = async ({ diagnostic, text, file, context }) => {
  const [name = ''] = quotedIn(diagnostic.message);
  const now = importedNamesOf(text, file).find((n) => n.local === name);
  const { value } = await context.language.importsFor(name);
  const found = value.find((s) => s.from === now?.module && !s.typeOnly);
  const added = found && withImport(text, file, found.statement);
  return added === undefined ? undefined : { title: `wrote ${plain(found?.statement ?? '')}`, text: added };
};

/** `Relative import paths need explicit file extensions … Did you mean './order.js'?` */
const specifierEnding: Mend = async ({ diagnostic, text, file }) => {
  const to = /Did you mean '([^']+)'/.exec(diagnostic.message)?.[1];
  const line = text.split('\n')[diagnostic.line - 1] ?? '';
  const from = /['"](\.[^'"]*)['"]/.exec(line.slice(diagnostic.column - 1))?.[1];
  return to === undefined || from === undefined
    ? undefined
    : { title: `wrote '${to}' for '${from}'`, text: withSpecifier(text, file, from, to) };
};

// ------------------------------------------------------------------------------------------------------- members

const overrideModifier: Mend = async ({ diagnostic, text, file }) => {
  const changed = withOverride(text, file, diagnostic);
  return changed && { title: `added override to ${changed.name}`, text: changed.text };
};

/** What isolatedDeclarations wants written out, as the server infers it. */
const annotation: Mend = async ({ diagnostic, text, file, context }) => {
  const fixes = await context.language.quickFixes(diagnostic);
  const fix = fixes.find(({ title }) => /^Add (?:return type|annotation of type) '/.test(title));
  if (!fix) return undefined;
  const [, what = '', type = ''] = /^Add (return type|annotation of type) '(.*)'$/s.exec(fix.title) ?? [];
  // A type that cannot be named here is written as the import of an absolute path.
  if (/\bimport\(|\bany\b/.test(type)) return undefined;
  const { line, column, endLine, endColumn } = diagnostic;
  const { member } = placeAt(text, file, { line, column }, { line: endLine, column: endColumn });
  const kind = what === 'return type' ? 'return type' : 'type';
  return { title: `added the ${kind} ${type}${member ? ` to ${member}` : ''}`, text: fix.text };
};

const mends: ReadonlyMap<number, Mend> = new Map([
  [1361, asValueImport],
  [1484, asTypeImport],
  [1485, asTypeImport],
  [2304, missingImport],
  [2305, wrongModule],
  [2307, wrongModule],
  [2503, missingImport],
  [2552, missingImport],
  [2724, wrongModule],
  [2834, wrongModule],
  [2835, specifierEnding],
  [4114, overrideModifier],
  [4115, overrideModifier],
  [4116, overrideModifier],
  [5097, wrongModule],
  [6133, unusedImports],
  [6192, unusedImports],
  [9007, annotation],
  [9008, annotation],
  [9009, annotation],
  [9012, annotation],
  [9013, annotation],
]);
