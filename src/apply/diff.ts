import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';

/**
 * Unified diff of one file that `git apply` takes; '' where nothing differs. `undefined` before means a new file.
 * `file` is repository-relative and posix.
 */
export function unifiedDiff(file: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const patch = structuredPatch(
    before === undefined ? '/dev/null' : `a/${file}`,
    `b/${file}`,
    before ?? '',
    after,
    undefined,
    undefined,
    { context: 3 },
  );
  return formatPatch(patch, FILE_HEADERS_ONLY);
}
