import { basename, dirname, join } from 'node:path/posix';
import type { Diagnostic } from '../check/report.ts';
import { findClass } from '../language/typescript/syntax.ts';
import type { Task } from '../loop/task.ts';

/** Codes of a name, export or module that is not there. */
const missingCodes = new Set([2304, 2305, 2307, 2459, 2503, 2552, 2613, 2614, 2694, 2724]);

const NO_MODULE = 2306;
/**
 * What can follow from a class that is missing: its uses are of type `any`, which silences other errors and leaves
 * parameters, variables and members without a type, or without a base class to override.
 */
const followingCodes = new Set([
  2683, 4112, 4113, 7005, 7006, 7018, 7019, 7022, 7023, 7024, 7031, 7034, 7053,
]);

/**
 * What of the errors before a run may stand after it. Where the class is missing, the files around it have errors
 * that only follow from that, and that a wrong class would leave: they are tolerated only where the repository shows
 * errors that the missing class cannot have caused.
 */
export function tolerated(
  { goals, baseline }: { goals: readonly Diagnostic[]; baseline: readonly Diagnostic[] },
  isDependent: (file: string) => boolean,
): readonly Diagnostic[] {
  const mayFollow = (d: Diagnostic) => isDependent(d.file) && followingCodes.has(d.code);
  return goals.length > 0 && baseline.every(mayFollow) ? [] : baseline;
}

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
    // A file without a declaration left is no module yet.
    const noModule = d.code === NO_MODULE && d.message.includes(`/${task.file}'`);
    if (isMissing && ((missingCodes.has(d.code) && (named || moduleNamed)) || noModule)) goals.push(d);
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
