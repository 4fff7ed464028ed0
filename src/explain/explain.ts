import type { Diagnostic, ExplainedDiagnostic } from '../check/report.ts';
import { type ExplainContext, openCase, veiled } from './case.ts';
import { general } from './explainers.ts';
import { remembering } from './remembering.ts';
import { explainers } from './table.ts';

export type { ExplainContext } from './case.ts';

/** Distinct faults that are looked up; the first ones usually cause the rest, which then stand alone. */
const MOST_EXPLAINED = 40;

/**
 * Diagnostics as a person would read them who looked things up first: each with its source line and with the real
 * members, signatures or imports that settle it. Of a withheld file neither a line nor a literal is told.
 */
export async function explainDiagnostics(
  diagnostics: readonly Diagnostic[],
  context: ExplainContext,
  firstId = 1,
): Promise<ExplainedDiagnostic[]> {
  const explained: ExplainedDiagnostic[] = [];
  const asking = { ...context, language: remembering(context.language) };
  /** The same fault on many lines is looked up once. */
  const known = new Map<string, string>();
  for (const [i, diagnostic] of diagnostics.entries()) {
    const { file, line, code, message, related } = diagnostic;
    const withheld = context.isWithheld(file);
    const sourceLine = withheld ? '' : (context.read(file)?.split('\n')[line - 1]?.trimEnd() ?? '');
    const key = [file, code, message, sourceLine].join('\n');
    if (!context.bare && !known.has(key) && known.size < MOST_EXPLAINED)
      known.set(key, await explanationOf(diagnostic, asking));
    explained.push({
      ...diagnostic,
      message: withheld ? veiled(message) : message,
      related: related.filter((r) => !context.isWithheld(r.file)),
      id: `D${firstId + i}`,
      sourceLine,
      explanation: known.get(key) ?? '',
    });
  }
  return explained;
}

/** An explanation helps to mend what the compiler found and adds nothing to it: without one the error stands alone. */
async function explanationOf(diagnostic: Diagnostic, context: ExplainContext): Promise<string> {
  const explain = explainers.get(diagnostic.code) ?? general;
  try {
    return (await explain(openCase(diagnostic, context))) ?? '';
  } catch {
    return '';
  }
}
