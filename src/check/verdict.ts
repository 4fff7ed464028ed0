import type { Diagnostic } from './report.ts';

/**
 * Diagnostics of `now` that `baseline` does not account for. Two are the same where file, code and message are;
 * in the target file lines may have moved, elsewhere they may not, since nothing else changed. Without
 * `targetFile` lines may have moved anywhere. Of several alike, those on a line that the baseline had count as old.
 */
export function newDiagnostics(
  baseline: readonly Diagnostic[],
  now: readonly Diagnostic[],
  targetFile?: string,
): Diagnostic[] {
  const mayMove = (d: Diagnostic) => targetFile === undefined || d.file === targetFile;
  const place = (d: Diagnostic) => `${d.file}\0${d.line}\0${d.column}\0${d.code}\0${d.message}`;
  const words = (d: Diagnostic) => `${d.file}\0${d.code}\0${d.message}`;
  const standing = unaccounted(baseline, now, place);
  const moved = unaccounted(standing.old.filter(mayMove), standing.fresh.filter(mayMove), words);
  const old = new Set(standing.fresh.filter((d) => mayMove(d) && !moved.fresh.includes(d)));
  return standing.fresh.filter((d) => !old.has(d));
}

/** Pairs two lists one to one by key, and gives what is left of both. */
function unaccounted(
  baseline: readonly Diagnostic[],
  now: readonly Diagnostic[],
  keyOf: (d: Diagnostic) => string,
): { old: Diagnostic[]; fresh: Diagnostic[] } {
  const left = new Map<string, Diagnostic[]>();
  for (const d of baseline) left.set(keyOf(d), [...(left.get(keyOf(d)) ?? []), d]);
  const fresh = now.filter((d) => left.get(keyOf(d))?.shift() === undefined);
  return { old: [...left.values()].flat(), fresh };
}

export interface EngineDifference {
  /** Reported by the native server and not by the repository's own compiler. */
  onlyNative: Diagnostic[];
  /** The other way round: these decide. */
  onlyOwn: Diagnostic[];
  /** For the user, one sentence each. */
  notes: string[];
}

/**
 * Where the native server and the repository's own compiler disagree about the same files. The two word messages
 * differently between versions: what counts is file, line and code, and the same line with another code is one
 * error seen two ways.
 */
export function compareEngines(native: readonly Diagnostic[], own: readonly Diagnostic[]): EngineDifference {
  const key = (d: Diagnostic) => `${d.file}\0${d.line}\0${d.code}`;
  const line = (d: Diagnostic) => `${d.file}\0${d.line}`;
  const exact = unaccounted(native, own, key);
  const byLine = unaccounted(exact.old, exact.fresh, line);
  return {
    onlyNative: byLine.old,
    onlyOwn: byLine.fresh,
    notes: [
      ...byLine.fresh.map(
        (d) => `${words(d)}: only the repository's own compiler reports it, and it decides.`,
      ),
      ...byLine.old.map((d) => `${words(d)}: the repository's own compiler accepts it, and it decides.`),
    ],
  };
}

const words = (d: Diagnostic): string => `${d.file}:${d.line} TS${d.code} ${d.message.split('\n')[0]}`;
