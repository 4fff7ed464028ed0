import { together } from '../check/not-checked.ts';
import { LEVEL_NAMES } from '../check/report.ts';
import { ClasswrightError, EXIT } from '../errors.ts';
import { costOf, type Exhausted, type Prices } from './budget.ts';
import {
  type AttemptSummary,
  type CheckReport,
  type RunResult,
  SCHEMA_VERSION,
  type Verdict,
} from './events.ts';
import { type Attempt, bestAttempt, type RunState } from './state.ts';

/** Why a run is over. */
export type Ending =
  | { kind: 'accepted' }
  | { kind: 'no-covering-test' }
  | { kind: 'not-all-checked'; notChecked: CheckReport['notChecked'] }
  | { kind: 'not-mendable'; report: CheckReport }
  | { kind: 'questions' }
  | { kind: 'no-progress' }
  | { kind: 'exhausted'; spent: Exhausted }
  | { kind: 'interrupted'; reason: 'SIGINT' | 'SIGTERM' | 'user' }
  | { kind: 'error'; error: unknown };

interface Outcome {
  verdict: Verdict;
  exitCode: number;
  message?: string;
  advice?: string | undefined;
}

/** The model's trouble passes, and what it has answered is kept. */
const adviceFor = ({ kind, advice }: ClasswrightError, session: string): string | undefined =>
  kind === 'model' && session !== ''
    ? [advice, `Go on with -r ${session}.`].filter((part) => part !== undefined).join(' ')
    : advice;

const round = (value: number) => Math.round(value * 100) / 100;

function outcomeOf(ending: Ending, state: RunState): Outcome {
  const best = bestAttempt(state.attempts);
  const came = best?.report
    ? `; the best attempt (${best.number}) ${best.report.ok ? 'passed every check' : `failed at ${LEVEL_NAMES[best.report.level]}`}`
    : '';
  switch (ending.kind) {
    case 'accepted':
      return { verdict: state.proposal?.verdict ?? 'verified', exitCode: EXIT.verified };
    case 'no-covering-test':
      return {
        verdict: 'failed',
        exitCode: EXIT.notVerified,
        message: `No test covers ${state.task?.className} in ${state.task?.file}, so nothing could prove it.`,
        advice:
          'Name tests with --tests <glob>, add a test that imports the class, or accept a type check with --require types.',
      };
    case 'not-all-checked':
      return {
        verdict: 'unclear',
        exitCode: EXIT.notVerified,
        message: `All checks that could run passed, but what depends on the class could not all be checked: ${together(
          ending.notChecked,
        )
          .map((n) => `${n.what} (${n.reason})`)
          .join('; ')}.`,
        advice:
          'Make those checkable and run again, or review the kept patch; --require types accepts what the compiler can see.',
      };
    case 'not-mendable':
      return {
        verdict: 'failed',
        exitCode: EXIT.notVerified,
        message: ending.report.problems.join(' '),
        advice:
          'Name better tests with --tests <glob>, or run again when the repository is at rest; the patch is kept.',
      };
    case 'questions':
      return {
        verdict: 'unclear',
        exitCode: EXIT.notVerified,
        message: 'The model ended the run with what only you can settle.',
        advice:
          'Answer in the description, or mend what stands in the way, and run again; --ask puts questions in a terminal.',
      };
    case 'no-progress':
      return {
        verdict: 'failed',
        exitCode: EXIT.notVerified,
        message: `The model handed in an earlier class again, twice${came}.`,
        advice: 'Say more in the description, add --context, or choose another model.',
      };
    case 'exhausted': {
      const { limit, value, maximum, flag } = ending.spent;
      return {
        verdict: 'failed',
        exitCode: EXIT.notVerified,
        message: `Not verified within the budget: ${limit} ${round(value)} of ${round(maximum)}${came}.`,
        advice: `Go on with -r ${state.session} and a larger ${flag}, or say more in the description.`,
      };
    }
    case 'interrupted':
      return {
        verdict: 'interrupted',
        exitCode: ending.reason === 'SIGTERM' ? EXIT.sigterm : EXIT.sigint,
        message: 'Interrupted; nothing was written.',
        advice: `Go on with -r ${state.session}.`,
      };
    case 'error':
      return ending.error instanceof ClasswrightError
        ? {
            verdict: 'error',
            exitCode: ending.error.exitCode,
            message: ending.error.message,
            advice: adviceFor(ending.error, state.session),
          }
        : {
            verdict: 'error',
            exitCode: EXIT.checks,
            message: `Classwright failed: ${ending.error instanceof Error ? ending.error.message : String(ending.error)}`,
            advice: 'This is a defect of Classwright; run again with CLASSWRIGHT_DEBUG=1 for the stack.',
          };
  }
}

const summary = ({ number, report, toolCalls, reflection }: Attempt): AttemptSummary => ({
  attempt: number,
  level: report?.level ?? 'none',
  newDiagnostics: report?.diagnostics.length ?? 0,
  ...(report?.tests ? { tests: report.tests } : {}),
  toolCalls,
  ...(reflection ? { reflection } : {}),
});

/** The last event of a run, from its state and how it ended. */
export function resultOf(
  state: RunState,
  ending: Ending,
  kept: { diff: string; patch: string | undefined; prices: Prices | undefined; transcript: string },
): RunResult {
  const outcome = outcomeOf(ending, state);
  const best = bestAttempt(state.attempts);
  const { modelCalls, toolCalls, ...tokens } = state.usage;
  return {
    schemaVersion: SCHEMA_VERSION,
    exitCode: outcome.exitCode,
    verdict: outcome.verdict,
    className: state.task?.className ?? '',
    file: state.task?.file ?? '',
    applied: state.applied,
    diff: kept.diff,
    ...(kept.patch === undefined ? {} : { patch: kept.patch }),
    ...(state.proposal?.followUp === undefined ? {} : { followUp: state.proposal.followUp }),
    attempts: state.attempts.map(summary),
    evidence: {
      commands: best?.report?.evidence ?? [],
      notChecked: together([...(state.understanding?.notChecked ?? []), ...(best?.report?.notChecked ?? [])]),
      unnoticedMembers: best?.report?.unnoticedMembers ?? [],
      coveringTests: state.understanding?.coveringTests ?? [],
    },
    findings: best?.report?.findings ?? [],
    assumptions: best?.submission?.assumptions ?? [],
    questions: state.questions.filter((q) => q.answer === undefined).map((q) => q.text),
    ...(outcome.message === undefined ? {} : { message: outcome.message }),
    ...(outcome.advice === undefined ? {} : { advice: outcome.advice }),
    usage: {
      modelCalls,
      toolCalls,
      ...tokens,
      ...(kept.prices ? { cost: costOf(tokens, kept.prices) } : {}),
    },
    seconds: state.seconds,
    session: state.session,
    transcript: kept.transcript,
  };
}
