import type { CheckReport, Submission, TestCounts } from '../loop/events.ts';
import type { Progress } from '../loop/workbench.ts';
import type { Level } from './report.ts';

/** What one level adds to the report. `text` is set where it changed the candidate (a repair, the formatter). */
export interface LevelOutcome
  extends Partial<Omit<CheckReport, 'attempt' | 'level' | 'ok' | 'seconds' | 'tests'>> {
  ok: boolean;
  /** One line for the person who watches. */
  summary: string;
  tests?: TestCounts;
  text?: string;
}

/** A candidate on its way through the levels. */
export interface Candidate {
  attempt: number;
  submission: Submission;
  /** The whole target file; empty until the class has been placed. */
  text: string;
  signal: AbortSignal;
}

export interface CheckLevel {
  level: Exclude<Level, 'none' | 'verified'>;
  run(candidate: Candidate): Promise<LevelOutcome>;
}

/** Judges a submission level by level, cheapest first, and stops at the first that fails. */
export async function* judge(
  levels: readonly CheckLevel[],
  candidate: Candidate,
): AsyncGenerator<Progress, { report: CheckReport; fileText: string }> {
  const since = performance.now();
  const { attempt } = candidate;
  const report: CheckReport = {
    attempt,
    level: 'verified',
    ok: true,
    final: false,
    diagnostics: [],
    failures: [],
    findings: [],
    problems: [],
    repairs: [],
    evidence: [],
    notChecked: [],
    unnoticedMembers: [],
    seconds: 0,
  };
  let current = candidate;
  for (const { level, run } of levels) {
    yield { type: 'check', attempt, level, state: 'start' };
    const { ok, summary, text, tests, ...found } = await run(current);
    yield { type: 'check', attempt, level, state: 'end', ok, summary };
    if (text !== undefined) current = { ...current, text };
    if (tests) report.tests = tests;
    if (found.diagnostics) report.diagnostics = found.diagnostics;
    if (found.failures) report.failures = found.failures;
    report.findings.push(...(found.findings ?? []));
    report.problems.push(...(found.problems ?? []));
    report.repairs.push(...(found.repairs ?? []));
    report.evidence.push(...(found.evidence ?? []));
    report.notChecked.push(...(found.notChecked ?? []));
    report.unnoticedMembers.push(...(found.unnoticedMembers ?? []));
    if (!ok) {
      report.ok = false;
      report.level = level;
      report.final = found.final ?? false;
      break;
    }
  }
  report.seconds = (performance.now() - since) / 1000;
  return { report, fileText: current.text };
}
