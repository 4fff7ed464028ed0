import { isAbsolute, posix } from 'node:path';
import type { Diagnostic } from '../../check/report.ts';
import { within } from '../../posix-paths.ts';

export interface OutputPlaces {
  /** Repository-relative folder in which the compiler ran. */
  cwd: string;
  /** Absolute paths under which it may have seen the repository. */
  roots: readonly string[];
  /** File that an error without a place belongs to: the tsconfig, repository-relative. */
  project: string;
}

const PLACED = /^(.+?)\((\d+),(\d+)\): error TS(\d+): (.*)$/;
const UNPLACED = /^error TS(\d+): (.*)$/;

/** Errors in what `tsc --pretty false` printed; further lines of a message are indented. */
export function parseDiagnostics(output: string, places: OutputPlaces): Diagnostic[] {
  const found: Diagnostic[] = [];
  let open: Diagnostic | undefined;
  for (const line of output.split(/\r?\n/)) {
    const placed = PLACED.exec(line);
    const unplaced = placed ? null : UNPLACED.exec(line);
    if (placed) {
      const [, file = '', at = '1', column = '1', code = '0', message = ''] = placed;
      open = diagnostic(repositoryPath(file, places), Number(at), Number(column), Number(code), message);
      found.push(open);
    } else if (unplaced) {
      const [, code = '0', message = ''] = unplaced;
      open = diagnostic(places.project, 1, 1, Number(code), message);
      found.push(open);
    } else if (open && /^\s+\S/.test(line)) open.message += `\n${line}`;
    else open = undefined;
  }
  return found;
}

const diagnostic = (
  file: string,
  line: number,
  column: number,
  code: number,
  message: string,
): Diagnostic => ({
  file,
  line,
  column,
  endLine: line,
  endColumn: column,
  code,
  message,
  related: [],
});

function repositoryPath(path: string, { cwd, roots }: OutputPlaces): string {
  if (!isAbsolute(path)) {
    const [root = '/'] = roots;
    const full = posix.join(root, cwd, path);
    return within(root, full) ?? full;
  }
  for (const root of roots) {
    const inside = within(root, path);
    if (inside !== undefined) return inside;
  }
  return path;
}
