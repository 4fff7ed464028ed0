import type { Diagnostic } from './check/report.ts';
import type { LanguageSession, QuickFix } from './language/language.ts';

/**
 * Repairs that need no mind: they cannot change what the class does, and there is only one way to do them. Saves a
 * model call for the commonest faults (three of four errors of the published RRR trace were import paths).
 */
const safeTitles: Readonly<Record<number, RegExp>> = {
  1484: /type/i,
  1485: /type/i,
  2304: /^(Add import|Update import)/,
  2503: /^(Add import|Update import)/,
  2552: /^(Add import|Update import)/,
  4114: /^Add 'override' modifier/,
  6133: /^Remove (import|unused declaration)/,
  6192: /^Remove (import|unused declaration)/,
  9007: /^Add (return type|annotation of type)/,
  9008: /^Add (return type|annotation of type)/,
};

const MOST_REPAIRS = 12;

export interface Repaired {
  text: string;
  /** Titles of the fixes, with the line each was made for. */
  repairs: string[];
}

/**
 * Applies safe quick fixes to the candidate one after the other, each judged by the compiler anew. `text` has to be
 * the session's candidate, and is again when this returns.
 */
export async function repair(
  text: string,
  file: string,
  language: LanguageSession,
  isNew: (found: readonly Diagnostic[]) => readonly Diagnostic[],
  signal: AbortSignal,
): Promise<Repaired> {
  let current = text;
  const repairs: string[] = [];
  const refused = new Set<string>();
  while (repairs.length < MOST_REPAIRS) {
    const found = isNew((await language.diagnostics(file, signal)).diagnostics);
    const next = found.find((d) => safeTitles[d.code] && !refused.has(keyOf(d)));
    if (!next) break;
    const fix = await safeFix(next, language);
    if (!fix || fix.text === current) {
      refused.add(keyOf(next));
      continue;
    }
    const before = found.length;
    await language.setCandidate(fix.text);
    const after = isNew((await language.diagnostics(file, signal)).diagnostics).length;
    if (after >= before) {
      await language.setCandidate(current);
      refused.add(keyOf(next));
      continue;
    }
    current = fix.text;
    repairs.push(`${fix.title} (line ${next.line}: ${next.message})`);
  }
  return { text: current, repairs };
}

const keyOf = (d: Diagnostic) => `${d.code} ${d.message}`;

/** The one fix there is; where several modules export the name, the choice is the model's. */
async function safeFix(diagnostic: Diagnostic, language: LanguageSession): Promise<QuickFix | undefined> {
  const wanted = safeTitles[diagnostic.code];
  const fixes = (await language.quickFixes(diagnostic)).filter((fix) => wanted?.test(fix.title));
  const name = /'([\w$]+)'/.exec(diagnostic.message)?.[1];
  const isImport = diagnostic.code === 2304 || diagnostic.code === 2552 || diagnostic.code === 2503;
  if (!isImport || !name) return fixes[0];
  const { value } = await language.importsFor(name);
  const [only] = value;
  return value.length === 1 && !only?.undeclaredPackage ? fixes[0] : undefined;
}
