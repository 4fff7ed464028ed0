import { basename, dirname, join } from 'node:path/posix';
import type { Diagnostic } from './check/report.ts';
import { findClass } from './language/typescript/syntax.ts';
import type { Task } from './task.ts';

/** Codes of a name, export or module that is not there. */
const missingCodes = new Set([2304, 2305, 2307, 2459, 2503, 2552, 2613, 2614, 2694, 2724]);

/**
 * Parts the errors that were there before a run into goals, which exist because the class is missing and have to
 * go, and the baseline, which is tolerated. What stands inside a skeleton or an older version goes with it and is
 * neither.
 */
export function partBaseline(
  found: readonly Diagnostic[],
  task: Task,
  original: string | undefined,
): { goals: Diagnostic[]; baseline: Diagnostic[] } {
  const standing = original === undefined ? undefined : findClass(original, task.file, task.className);
  const isMissing = task.form === 'new-file' || task.form === 'new-class';
  const goals: Diagnostic[] = [];
  const baseline: Diagnostic[] = [];
  for (const d of found) {
    const inClass =
      standing && d.file === task.file && d.line >= standing.startLine && d.line <= standing.endLine;
    if (inClass) continue;
    const named = new RegExp(`(?<![\\w$])${task.className.replaceAll('$', '\\$')}(?![\\w$])`).test(d.message);
    const moduleNamed = task.form === 'new-file' && d.code === 2307 && meansTarget(d, task.file);
    if (isMissing && missingCodes.has(d.code) && (named || moduleNamed)) goals.push(d);
    else baseline.push(d);
  }
  return { goals, baseline };
}

const withoutEnding = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');

/** Whether the module that is not found is the target: by its path, and behind an alias by its name. */
function meansTarget({ file, message }: Diagnostic, target: string): boolean {
  const specifier = /'([^']+)'/.exec(message)?.[1] ?? '';
  const path = withoutEnding(specifier);
  return specifier.startsWith('.')
    ? join(dirname(file), path) === withoutEnding(target)
    : basename(path) === basename(withoutEnding(target));
}
