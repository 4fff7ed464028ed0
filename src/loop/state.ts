import { LEVELS } from '../check/report.ts';
import type { Message, ToolUseBlock, Usage } from '../model/model.ts';
import type {
  CheckReport,
  ContextPiece,
  Reflection,
  RunCommand,
  RunEvent,
  RunResult,
  Submission,
  Understanding,
  Verdict,
} from './events.ts';
import type { Limits, Task } from './task.ts';

/** What a tool call came to, as the model will be told. */
export interface ToolOutcome {
  text: string;
  isError: boolean;
  charged: 'call' | 'attempt' | 'free' | 'refused';
}

export interface Attempt {
  number: number;
  /** The tool call that handed it in; absent, like the submission, where an answer was wasted. */
  use: string | undefined;
  submission: Submission | undefined;
  fileText: string | undefined;
  report: CheckReport | undefined;
  /** Look-ups made between the previous submission and this one. */
  toolCalls: { name: string; input: unknown }[];
  /** What the model made of the report of the attempt before. */
  reflection: Reflection | undefined;
}

/**
 * Everything the loop knows, as a fold over the events: so a run resumes from its log, and no reader needs more
 * than the stream. Treated as immutable outside `reduce`.
 */
export interface RunState {
  session: string;
  task: Task | undefined;
  limits: Limits | undefined;
  understanding: Understanding | undefined;
  /** `round` is the number of attempts that had been made when it was retrieved. */
  context: { pieces: ContextPiece[]; tokens: number; round: number } | undefined;
  /** The conversation as the model has seen it, answers included. */
  messages: Message[];
  /** Set between a request and its whole answer. */
  asked: Message[] | undefined;
  /** Tool calls of the last answer, and what has been found out about them so far. */
  toolUses: ToolUseBlock[];
  outcomes: Map<string, ToolOutcome>;
  /** What is still to be said of the last answer as a whole, once its calls have outcomes. */
  answer: 'none' | 'pending' | 'cut';
  /** Revisions that brought back an earlier class. */
  repeats: number;
  attempts: Attempt[];
  /** Attempts spent: submissions, `run_tests` calls, cut and useless answers. */
  attemptsUsed: number;
  /** Look-ups and reflection since the last submission. */
  round: {
    toolCalls: { name: string; input: unknown }[];
    charged: number;
    reflection: Reflection | undefined;
  };
  usage: Usage & { modelCalls: number; toolCalls: number };
  /** What the user said during the run and the model has not been told yet. */
  unread: string[];
  questions: { id: string; text: string; answer: string | undefined }[];
  proposal: { verdict: Verdict; fileText: string; diff: string; followUp: string | undefined } | undefined;
  approved: boolean | undefined;
  applied: boolean;
  interrupted: Extract<RunCommand, { type: 'interrupt' }>['reason'] | undefined;
  seconds: Record<string, number>;
  result: RunResult | undefined;
  seq: number;
}

export const initialState = (): RunState => ({
  session: '',
  task: undefined,
  limits: undefined,
  understanding: undefined,
  context: undefined,
  messages: [],
  asked: undefined,
  toolUses: [],
  outcomes: new Map(),
  answer: 'none',
  repeats: 0,
  attempts: [],
  attemptsUsed: 0,
  round: { toolCalls: [], charged: 0, reflection: undefined },
  usage: { modelCalls: 0, toolCalls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  unread: [],
  questions: [],
  proposal: undefined,
  approved: undefined,
  applied: false,
  interrupted: undefined,
  seconds: {},
  result: undefined,
  seq: 0,
});

/** One event further. */
export function reduce(state: RunState, event: RunEvent): RunState {
  const next: RunState = { ...state, seq: event.seq };
  switch (event.type) {
    case 'init':
      // A resumed run proposes anew: its reader has not seen the proposal, and nobody has approved it.
      return {
        ...next,
        session: event.session,
        task: event.task,
        limits: event.limits,
        interrupted: undefined,
        proposal: state.applied ? state.proposal : undefined,
        approved: undefined,
        result: undefined,
      };
    case 'understood':
      return { ...next, understanding: event.understanding };
    case 'context':
      return {
        ...next,
        context: { pieces: event.pieces, tokens: event.tokens, round: state.attempts.length },
      };
    case 'phase':
      if (event.state === 'end' && event.seconds !== undefined)
        next.seconds = { ...state.seconds, [event.phase]: (state.seconds[event.phase] ?? 0) + event.seconds };
      return next;
    case 'model-request':
      return { ...next, asked: event.messages, unread: [], answer: 'none' };
    case 'model-answer':
      return answered(next, event);
    case 'tool-end':
      return toolEnded(next, event);
    case 'submission':
      return {
        ...next,
        attemptsUsed: state.attemptsUsed + 1,
        attempts: [
          ...state.attempts,
          { ...newAttempt(state, event.attempt), use: event.use, submission: event.submission },
        ],
        round: { toolCalls: [], charged: 0, reflection: undefined },
      };
    case 'report':
      return {
        ...next,
        attempts: state.attempts.map((a) =>
          a.number === event.report.attempt ? { ...a, report: event.report, fileText: event.fileText } : a,
        ),
      };
    case 'wasted':
      return wasted(next, event);
    case 'reflection':
      return { ...next, round: { ...state.round, reflection: event.reflection } };
    case 'question':
      return {
        ...next,
        questions: [...state.questions, { id: event.id, text: event.text, answer: undefined }],
      };
    case 'command':
      return commanded(next, event.command);
    case 'proposal':
      return { ...next, proposal: { ...event, followUp: event.followUp } };
    case 'applied':
      return { ...next, applied: true };
    case 'result':
      return { ...next, result: event.result };
    default:
      return next;
  }
}

function wasted(state: RunState, { reason, charged }: Extract<RunEvent, { type: 'wasted' }>): RunState {
  const next: RunState = {
    ...state,
    answer: 'none',
    repeats: state.repeats + (reason === 'repeated' ? 1 : 0),
  };
  if (charged === 'call') return { ...next, round: { ...state.round, charged: state.round.charged + 1 } };
  const attempt = newAttempt(state, state.attempts.length + 1);
  return {
    ...next,
    attemptsUsed: state.attemptsUsed + 1,
    attempts: [...state.attempts, attempt],
    round: { toolCalls: [], charged: 0, reflection: undefined },
  };
}

function newAttempt(state: RunState, number: number): Attempt {
  const { toolCalls, reflection } = state.round;
  return {
    number,
    use: undefined,
    submission: undefined,
    fileText: undefined,
    report: undefined,
    toolCalls,
    reflection,
  };
}

function answered(state: RunState, event: Extract<RunEvent, { type: 'model-answer' }>): RunState {
  const { answer } = event;
  const { usage } = state;
  // An answer with no block at all would make the next request invalid: the provider wants a turn with content.
  const content =
    answer.content.length > 0 ? answer.content : [{ type: 'text' as const, text: '(no answer)' }];
  const messages: Message[] = [...state.messages, ...(state.asked ?? []), { role: 'assistant', content }];
  return {
    ...state,
    messages,
    asked: undefined,
    answer: answer.stopReason === 'max_tokens' ? 'cut' : 'pending',
    toolUses: answer.content.filter((block) => block.type === 'tool_use'),
    outcomes: new Map(),
    usage: {
      ...usage,
      modelCalls: usage.modelCalls + 1,
      input: usage.input + answer.usage.input,
      output: usage.output + answer.usage.output,
      cacheRead: usage.cacheRead + answer.usage.cacheRead,
      cacheWrite: usage.cacheWrite + answer.usage.cacheWrite,
    },
  };
}

function toolEnded(state: RunState, event: Extract<RunEvent, { type: 'tool-end' }>): RunState {
  const outcomes = new Map(state.outcomes).set(event.id, {
    text: event.text,
    isError: event.isError,
    charged: event.charged,
  });
  const input = state.toolUses.find((use) => use.id === event.id)?.input;
  const charged = event.charged === 'call' ? 1 : 0;
  const isLookUp = event.charged !== 'free';
  return {
    ...state,
    outcomes,
    attemptsUsed: state.attemptsUsed + (event.charged === 'attempt' ? 1 : 0),
    usage: { ...state.usage, toolCalls: state.usage.toolCalls + charged },
    round: {
      ...state.round,
      charged: state.round.charged + charged,
      toolCalls: isLookUp ? [...state.round.toolCalls, { name: event.name, input }] : state.round.toolCalls,
    },
  };
}

function commanded(state: RunState, command: RunCommand): RunState {
  switch (command.type) {
    case 'approve':
      return { ...state, approved: command.apply };
    case 'interrupt':
      return { ...state, interrupted: command.reason };
    case 'message':
      return { ...state, unread: [...state.unread, command.text] };
    case 'answer':
      return {
        ...state,
        questions: state.questions.map((q) =>
          q.id === command.question ? { ...q, answer: command.text } : q,
        ),
      };
    case 'set-budget': {
      const changed = Object.fromEntries(
        Object.entries(command.limits).filter(([, value]) => value !== undefined),
      );
      return state.limits ? { ...state, limits: { ...state.limits, ...changed } } : state;
    }
  }
}

/** The attempt that came furthest: by level, then by tests passed, then by fewest diagnostics; the later one on a tie. */
export function bestAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  const rank = ({ report }: Attempt) => [
    report ? LEVELS.indexOf(report.level) : -1,
    report?.tests?.passed ?? 0,
    -(report?.diagnostics.length ?? 0),
  ];
  return attempts
    .filter((a) => a.report)
    .reduce<Attempt | undefined>((best, a) => {
      if (!best) return a;
      const [x, y] = [rank(a), rank(best)];
      const at = x.findIndex((value, i) => value !== y[i]);
      return at < 0 || (x[at] ?? 0) > (y[at] ?? 0) ? a : best;
    }, undefined);
}
