import { z } from 'zod';
import { NotChecked } from '../check/not-checked.ts';
import { CommandEvidence, ExplainedDiagnostic, ExplainedFailure, Finding, Level } from '../check/report.ts';
import { Message, ModelAnswer, Usage } from '../model/model.ts';
import { Limits, Task } from './task.ts';

/**
 * The one stream. Display, session log, resume, recording, evals and the JSON outputs all read these events and
 * nothing else. Data only; a change that a reader could notice raises `SCHEMA_VERSION`.
 */
export const SCHEMA_VERSION = 1;

/** A piece of the first prompt. `reason` says why retrieval chose it. */
export const ContextPiece = z.object({
  path: z.string(),
  startLine: z.number(),
  endLine: z.number(),
  reason: z.string(),
  text: z.string(),
  tokens: z.number(),
});
export type ContextPiece = z.infer<typeof ContextPiece>;

/** A decision that neither the description nor the repository settles. */
export const Assumption = z.object({
  member: z.string(),
  decision: z.string(),
  alternative: z.string(),
});
export type Assumption = z.infer<typeof Assumption>;

export const Submission = z.object({
  imports: z.array(z.string()),
  class: z.string(),
  helpers: z.string().optional(),
  assumptions: z.array(Assumption),
});
export type Submission = z.infer<typeof Submission>;

export const Reflection = z.object({
  /** One entry per reported failure that it explains; `report` is an id of the last check (D1, T2 …). */
  failures: z.array(z.object({ report: z.string(), cause: z.string() })),
  plan: z.string(),
});
export type Reflection = z.infer<typeof Reflection>;

export const CoveringTest = z.object({ file: z.string(), reason: z.string() });
export type CoveringTest = z.infer<typeof CoveringTest>;

/** What the run found out about the repository before the first prompt; a resumed run keeps it. */
export const Understanding = z.object({
  root: z.string(),
  tsconfig: z.string(),
  compiler: z.string(),
  runner: z.string().optional(),
  coveringTests: z.array(CoveringTest),
  /** Test titles found by syntax, per covering test file: cross-check of the denominator. */
  expectedTests: z.record(z.string(), z.number()),
  dependents: z.array(z.string()),
  notChecked: z.array(NotChecked),
  baselineErrors: z.number(),
  /** Errors that exist because the class is missing: the contract. */
  goals: z.array(ExplainedDiagnostic),
  sandbox: z.enum(['bubblewrap', 'none']),
  notes: z.array(z.string()),
});
export type Understanding = z.infer<typeof Understanding>;

export const TestCounts = z.object({ passed: z.number(), failed: z.number(), total: z.number() });
export type TestCounts = z.infer<typeof TestCounts>;

export const CheckReport = z.object({
  attempt: z.number(),
  /** The first level that failed, or `verified`. */
  level: Level,
  ok: z.boolean(),
  diagnostics: z.array(ExplainedDiagnostic),
  tests: TestCounts.optional(),
  failures: z.array(ExplainedFailure),
  findings: z.array(Finding),
  /** No revision can mend it: the tests do not judge the class, or the repository keeps changing. */
  final: z.boolean(),
  /** Anything that went wrong at that level beyond diagnostics and failing tests, in one sentence each. */
  problems: z.array(z.string()),
  /** Deterministic repairs that were made to the submission before it was judged. */
  repairs: z.array(z.string()),
  evidence: z.array(CommandEvidence),
  notChecked: z.array(NotChecked),
  /** Members that no covering test notices when they throw; set with `verified` only. */
  unnoticedMembers: z.array(z.string()),
  seconds: z.number(),
});
export type CheckReport = z.infer<typeof CheckReport>;

export const Phase = z.enum([
  'understand',
  'retrieve',
  'generate',
  'check',
  'tools',
  'reflect',
  'revise',
  'verdict',
  'accept',
]);
export type Phase = z.infer<typeof Phase>;

export const VERDICTS = ['verified', 'type-checked', 'failed', 'unclear', 'interrupted', 'error'] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;

/** What a reader may send into a running loop; recorded as `command` events. */
export const RunCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), question: z.string(), text: z.string() }),
  z.object({ type: z.literal('message'), text: z.string() }),
  z.object({ type: z.literal('approve'), apply: z.boolean() }),
  z.object({ type: z.literal('interrupt'), reason: z.enum(['SIGINT', 'SIGTERM', 'user']) }),
  z.object({ type: z.literal('set-budget'), limits: Limits.partial() }),
]);
export type RunCommand = z.infer<typeof RunCommand>;

export const AttemptSummary = z.object({
  attempt: z.number(),
  level: Level,
  newDiagnostics: z.number(),
  tests: TestCounts.optional(),
  toolCalls: z.array(z.object({ name: z.string(), input: z.unknown() })),
  reflection: Reflection.optional(),
});

export type AttemptSummary = z.infer<typeof AttemptSummary>;

/** The last event of every run, and what `--output-format json` prints. */
export const RunResult = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  exitCode: z.number(),
  verdict: Verdict,
  className: z.string(),
  file: z.string(),
  applied: z.boolean(),
  /** Unified diff of the target file; empty where there is no candidate. */
  diff: z.string(),
  /** Path of the kept patch, where it was not applied. */
  patch: z.string().optional(),
  /** What the user still has to do elsewhere, as a separate patch: a barrel export, a registration. */
  followUp: z.string().optional(),
  attempts: z.array(AttemptSummary),
  evidence: z.object({
    commands: z.array(CommandEvidence),
    notChecked: z.array(NotChecked),
    unnoticedMembers: z.array(z.string()),
    coveringTests: z.array(CoveringTest),
  }),
  findings: z.array(Finding),
  assumptions: z.array(Assumption),
  questions: z.array(z.string()),
  /** Cause and next step where the verdict is not a success. */
  message: z.string().optional(),
  advice: z.string().optional(),
  usage: z.object({
    modelCalls: z.number(),
    toolCalls: z.number(),
    ...Usage.shape,
    cost: z.number().optional(),
  }),
  seconds: z.record(z.string(), z.number()),
  session: z.string(),
  transcript: z.string(),
});
export type RunResult = z.infer<typeof RunResult>;

const kinds = {
  init: z.object({
    schemaVersion: z.literal(SCHEMA_VERSION),
    session: z.string(),
    task: Task,
    limits: Limits,
    model: z.string(),
    versions: z.record(z.string(), z.string()),
    /** Set where the answers come from a recording: who played the model. */
    playedBy: z.string().optional(),
    resumed: z.boolean(),
  }),
  phase: z.object({
    phase: Phase,
    state: z.enum(['start', 'end']),
    attempt: z.number().optional(),
    seconds: z.number().optional(),
  }),
  note: z.object({ message: z.string() }),
  understood: z.object({ understanding: Understanding }),
  context: z.object({ pieces: z.array(ContextPiece), tokens: z.number(), leftOut: z.number() }),
  /** What is about to be asked: only what is new since the last request. `hash` covers the whole request. */
  'model-request': z.object({
    call: z.number(),
    hash: z.string(),
    system: z.string().optional(),
    tools: z.array(z.string()).optional(),
    messages: z.array(Message),
  }),
  /** For display alone; never written to the session log. */
  'model-delta': z.object({ call: z.number(), text: z.string() }),
  'model-retry': z.object({ call: z.number(), reason: z.string(), waitSeconds: z.number() }),
  'model-answer': z.object({ call: z.number(), answer: ModelAnswer, seconds: z.number() }),
  'tool-start': z.object({ id: z.string(), name: z.string(), input: z.unknown() }),
  'tool-end': z.object({
    id: z.string(),
    name: z.string(),
    text: z.string(),
    isError: z.boolean(),
    charged: z.enum(['call', 'attempt', 'free', 'refused']),
    seconds: z.number(),
  }),
  /** `use` is the tool call that handed it in. */
  submission: z.object({ attempt: z.number(), use: z.string(), submission: Submission }),
  check: z.object({
    attempt: z.number(),
    level: Level,
    state: z.enum(['start', 'end']),
    ok: z.boolean().optional(),
    summary: z.string().optional(),
  }),
  /** `fileText` is the target file as it was judged, after repairs and formatting. */
  report: z.object({ report: CheckReport, fileText: z.string() }),
  reflection: z.object({ attempt: z.number(), reflection: Reflection }),
  /** An answer that brought nothing: cut at its length limit, prose alone, only refused calls, or an earlier class again. */
  wasted: z.object({
    reason: z.enum(['cut', 'prose', 'useless', 'repeated']),
    charged: z.enum(['call', 'attempt']),
  }),
  question: z.object({ id: z.string(), text: z.string(), options: z.array(z.string()) }),
  command: z.object({ command: RunCommand }),
  proposal: z.object({
    verdict: Verdict,
    fileText: z.string(),
    diff: z.string(),
    followUp: z.string().optional(),
  }),
  applied: z.object({ file: z.string(), hash: z.string() }),
  result: z.object({ result: RunResult }),
} as const;

const stamp = { seq: z.number(), /** Milliseconds since the epoch. */ time: z.number() };

type Kinds = typeof kinds;
export type EventType = keyof Kinds;
/** An event before it is numbered and timed. */
export type EventBody = { [K in EventType]: { type: K } & z.infer<Kinds[K]> }[EventType];
export type RunEvent = EventBody & { seq: number; time: number };

const options = Object.entries(kinds).map(([type, shape]) =>
  shape.extend({ type: z.literal(type), ...stamp }),
);
/** Parses one line of a session log or of `stream-json`. */
export const RunEventSchema = z.discriminatedUnion(
  'type',
  options as never,
) as unknown as z.ZodType<RunEvent>;
