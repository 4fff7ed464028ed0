import type { CheckReport, Phase, RunEvent, RunResult, Submission } from '../loop/events.ts';
import type { Limits } from '../loop/task.ts';
import { type Row, rowsOf } from './rows.ts';

/** What a reader of the run sees: finished rows, which never change again, and the one live part. */
export interface ViewState {
  rows: readonly Row[];
  /** Milliseconds since the epoch at which this process began the run. */
  startedAt: number | undefined;
  phase: Phase | undefined;
  attempt: number | undefined;
  limits: Limits | undefined;
  /** What is going on within the phase: a check level, a tool, a wait. */
  activity: string | undefined;
  /** Last words: of the compiler, the tests or the model. */
  said: string;
  /** Inputs of tool calls that run, by their id. */
  running: Readonly<Record<string, unknown>>;
  usage: { input: number; output: number; cached: number; modelCalls: number; toolCalls: number };
  /** What the review beside a proposal is made of. */
  report: CheckReport | undefined;
  submission: Submission | undefined;
  result: RunResult | undefined;
}

export const initialView: ViewState = {
  rows: [],
  startedAt: undefined,
  phase: undefined,
  attempt: undefined,
  limits: undefined,
  activity: undefined,
  said: '',
  running: {},
  usage: { input: 0, output: 0, cached: 0, modelCalls: 0, toolCalls: 0 },
  report: undefined,
  submission: undefined,
  result: undefined,
};

/** Pure: one event further. */
export function reduce(before: ViewState, event: RunEvent): ViewState {
  const state = live({ ...before, startedAt: before.startedAt ?? event.time }, event);
  const rows = rowsOf(before, event);
  return rows.length === 0 ? state : { ...state, rows: [...state.rows, ...rows] };
}

/** Longest tail of streamed text that is kept for the one line that shows it. */
const SAID = 400;

function live(state: ViewState, event: RunEvent): ViewState {
  switch (event.type) {
    case 'init':
      return { ...state, limits: event.limits };
    case 'phase':
      return event.state === 'start'
        ? {
            ...state,
            phase: event.phase,
            attempt: event.attempt ?? state.attempt,
            activity: undefined,
            said: '',
          }
        : { ...state, activity: undefined };
    case 'note':
      return { ...state, said: event.message };
    case 'model-delta':
      return { ...state, activity: undefined, said: (state.said + event.text).slice(-SAID) };
    case 'model-retry':
      return { ...state, activity: `waiting ${Math.ceil(event.waitSeconds)} s for the model`, said: '' };
    case 'model-answer': {
      const { input, output, cacheRead, cacheWrite } = event.answer.usage;
      const { usage } = state;
      return {
        ...state,
        activity: undefined,
        said: '',
        usage: {
          ...usage,
          input: usage.input + input + cacheRead + cacheWrite,
          output: usage.output + output,
          cached: usage.cached + cacheRead,
          modelCalls: usage.modelCalls + 1,
        },
      };
    }
    case 'tool-start':
      return {
        ...state,
        activity: event.name,
        said: '',
        running: { ...state.running, [event.id]: event.input },
      };
    case 'tool-end': {
      const { [event.id]: _, ...running } = state.running;
      const counted = event.charged === 'call' || event.charged === 'attempt' ? 1 : 0;
      return {
        ...state,
        activity: undefined,
        running,
        usage: { ...state.usage, toolCalls: state.usage.toolCalls + counted },
      };
    }
    case 'submission':
      return { ...state, attempt: event.attempt, submission: event.submission };
    case 'check':
      return event.state === 'start'
        ? { ...state, activity: event.level, said: '' }
        : { ...state, said: event.summary ?? state.said };
    case 'report':
      return { ...state, activity: undefined, report: event.report };
    case 'result':
      return { ...state, phase: undefined, activity: undefined, said: '', result: event.result };
    default:
      return state;
  }
}
