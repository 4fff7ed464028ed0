import { type RunEvent, RunResult, SCHEMA_VERSION } from '../loop/events.ts';

/** Schema of what `--output-format json` prints, and of `result` in the last line of `stream-json`. */
export { RunResult as RunResultSchema };

/** A failure as a result, for runs that ended before the loop could give one. */
export function errorResult(failure: {
  exitCode: number;
  message: string;
  advice?: string | undefined;
  className?: string;
  file?: string;
  session?: string;
}): RunResult {
  return {
    schemaVersion: SCHEMA_VERSION,
    exitCode: failure.exitCode,
    verdict: 'error',
    className: failure.className ?? '',
    file: failure.file ?? '',
    applied: false,
    diff: '',
    attempts: [],
    evidence: { commands: [], notChecked: [], unnoticedMembers: [], coveringTests: [] },
    findings: [],
    assumptions: [],
    questions: [],
    message: failure.message,
    ...(failure.advice === undefined ? {} : { advice: failure.advice }),
    usage: { modelCalls: 0, toolCalls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    seconds: {},
    session: failure.session ?? '',
    transcript: '',
  };
}

/** The exit code that a result really earns: never success with an error inside. */
export function exitCodeOf(result: RunResult): number {
  const success = result.verdict === 'verified' || result.verdict === 'type-checked';
  return success || result.exitCode !== 0 ? result.exitCode : 1;
}

/** A `result` event for a stream that broke off, numbered after the last event that was sent. */
export const resultEvent = (result: RunResult, seq: number): RunEvent => ({
  type: 'result',
  result,
  seq,
  time: Date.now(),
});
