import { isSecretFile } from '../repository/secrets.ts';

/** By its path: a test, a type test or a benchmark, whichever runner or compiler it is for. */
const testLike = /\.(?:test|spec|test-d|spec-d|tst|bench)\.[cm]?[jt]sx?$|(?:^|\/)(?:__tests__|tests?|spec)\//;

/**
 * What neither tools nor retrieval nor error frames may show. Tests that judge the class, or could, stay out of the
 * model's sight with their snapshots: the covering ones, and of the files that reach the class all that look like
 * tests, also where no test is run. Secrets always do.
 */
export function withholding(options: {
  coveringTests: readonly string[];
  /** Files whose imports lead to the class. */
  reaching: Iterable<string>;
  showTests: boolean;
}): (file: string) => boolean {
  const { coveringTests, reaching, showTests } = options;
  const judging = [...coveringTests, ...[...reaching].filter((file) => testLike.test(file))];
  const tests = new Set(showTests ? [] : judging);
  const snapshots = new Set([...tests].map((file) => file.replace(/([^/]+)$/, '__snapshots__/$1.snap')));
  return (file) => tests.has(file) || snapshots.has(file) || isSecretFile(file, true);
}
