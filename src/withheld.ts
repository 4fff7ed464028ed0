import { isSecretFile } from './secrets.ts';

/**
 * What neither tools nor retrieval nor error frames may show. Covering tests judge the class, so their text stays
 * out of the model's sight, and so do their snapshots; secrets always do.
 */
export function withholding(coveringTests: readonly string[], showTests: boolean): (file: string) => boolean {
  const tests = new Set(showTests ? [] : coveringTests);
  const snapshots = new Set([...tests].map((file) => file.replace(/([^/]+)$/, '__snapshots__/$1.snap')));
  return (file) => tests.has(file) || snapshots.has(file) || isSecretFile(file, true);
}

