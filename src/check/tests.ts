import type { TestCounts } from '../loop/events.ts';
import type { WorkingCopy } from '../sandbox/sandbox.ts';
import type { CommandEvidence, ExplainedFailure, TestRun } from './report.ts';
import { readTestFiles, restoreTestFiles, type TestFiles } from './test-files.ts';
import { type Disclosure, disclose, explainFailures } from './test-report.ts';
import type { TestRunner } from './test-runner.ts';

/** A run without the command behind it: several runs as one have several. */
type Run = Omit<TestRun, 'evidence'>;

/** Covering test files with the runner of their package. */
export interface TestGroup {
  runner: TestRunner;
  files: readonly string[];
}

/** Ids of the tests that ran, by file, when all files first loaded: later runs may have more, never fewer. */
export type Denominator = Readonly<Record<string, readonly string[]>>;

export interface TestsInput {
  groups: readonly TestGroup[];
  copy: WorkingCopy;
  /** As the user's tree has them, read when the copy was made. */
  testFiles: TestFiles;
  /** Lower bound of the tests in each file, counted by syntax. */
  expectedTests: Readonly<Record<string, number>>;
  denominator: Denominator | undefined;
  disclosure: Omit<Disclosure, 'testSources'>;
  /** Of all runs together. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface TestsOutcome {
  ok: boolean;
  summary: string;
  /** A test that should have run and did not counts as failed. */
  tests: TestCounts;
  failures: ExplainedFailure[];
  problems: string[];
  evidence: CommandEvidence[];
  /** To be passed to the next check. */
  denominator: Denominator | undefined;
  run: Run;
}

/** Runs each group in turn within one time limit. */
export async function runGroups(
  groups: readonly TestGroup[],
  order: { timeoutMs: number; bail?: boolean; signal?: AbortSignal },
): Promise<TestRun[]> {
  const until = performance.now() + order.timeoutMs;
  const runs: TestRun[] = [];
  for (const { runner, files } of groups) {
    const timeoutMs = Math.max(1, until - performance.now());
    runs.push(await runner.run({ ...order, files, timeoutMs }));
  }
  return runs;
}

/** Runs as one; the first failure stands for all. */
function joined(runs: readonly TestRun[]): Run {
  const failure = runs.find((run) => run.failure)?.failure;
  return {
    files: runs.flatMap((run) => run.files),
    tests: runs.flatMap((run) => run.tests),
    ...(failure ? { failure } : {}),
  };
}

const reported = (run: Run, file: string) => run.tests.filter((test) => test.file === file);
const ran = (run: Run, file: string) => reported(run, file).filter(({ status }) => status !== 'skipped');

/** The denominator that a run gives: none unless it went through and every file loaded. */
export function denominatorOf(run: Run): Denominator | undefined {
  if (run.failure || run.files.some(({ loaded }) => !loaded)) return undefined;
  return Object.fromEntries(run.files.map(({ file }) => [file, ran(run, file).map(({ id }) => id)]));
}

/** How many tests of a file should have run and did not. */
function missingTests(
  run: Run,
  file: string,
  { denominator, expectedTests }: Pick<TestsInput, 'denominator' | 'expectedTests'>,
): number {
  const before = denominator?.[file];
  if (before) return Math.max(0, before.length - ran(run, file).length);
  const loaded = run.files.find((one) => one.file === file)?.loaded === true;
  const least = Math.max(expectedTests[file] ?? 0, loaded ? 0 : 1);
  return Math.max(0, least - reported(run, file).length);
}

/** Files with fewer tests than they had, or than their source shows. */
export function shrunk(run: Run, known: Pick<TestsInput, 'denominator' | 'expectedTests'>): string[] {
  if (run.failure) return [];
  return run.files.flatMap(({ file, loaded }) => {
    const missing = loaded ? missingTests(run, file, known) : 0;
    if (missing === 0) return [];
    const before = known.denominator?.[file];
    const now = new Set(ran(run, file).map(({ id }) => id));
    const gone = before?.filter((id) => !now.has(id)).slice(0, 5) ?? [];
    return before
      ? `${file}: ${now.size} tests ran, ${before.length} did before; missing: ${gone.join('; ')}.`
      : `${file}: ${reported(run, file).length} tests were reported, its source has at least ${known.expectedTests[file]}.`;
  });
}

export function countTests(run: Run, known: Pick<TestsInput, 'denominator' | 'expectedTests'>): TestCounts {
  const passed = run.tests.filter(({ status }) => status === 'passed').length;
  const missing = run.files.reduce((sum, { file }) => sum + missingTests(run, file, known), 0);
  const failed = run.tests.filter(({ status }) => status === 'failed').length + missing;
  return { passed, failed, total: passed + failed };
}

/** The tests level: every covering test runs and passes, the same ones as before, and leaves the tests as they are. */
export async function checkTests(input: TestsInput): Promise<TestsOutcome> {
  const { groups, copy, testFiles, disclosure } = input;
  const runs = await runGroups(groups, input);
  const changed = await restoreTestFiles(copy, Object.keys(testFiles), testFiles);
  const run = joined(runs);
  const full: Disclosure = { ...disclosure, testSources: testFiles };
  const problems = [
    ...(run.failure ? [disclose(full)(run.failure.message)] : []),
    ...shrunk(run, input),
    ...changed.map(
      (file) => `${file} changed while the tests ran: tests may not be changed by what they judge.`,
    ),
  ];
  const tests = countTests(run, input);
  const ok = problems.length === 0 && tests.failed === 0 && tests.passed > 0;
  if (!ok && tests.total === 0 && problems.length === 0) problems.push('Not a single test ran.');
  return {
    ok,
    summary: run.failure
      ? `${run.failure.kind}: ${tests.passed} of ${tests.total} tests pass`
      : `${tests.passed} of ${tests.total} tests pass`,
    tests,
    failures: explainFailures(run, full),
    problems,
    evidence: runs.map(({ evidence }) => evidence),
    denominator: input.denominator ?? denominatorOf(run),
    run,
  };
}

export { readTestFiles, type TestFiles };
