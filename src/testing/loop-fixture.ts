import type { CheckReport, EventBody, RunCommand, RunEvent, Submission } from '../loop/events.ts';
import { type RunDeps, run } from '../loop/loop.ts';
import { commandChannel } from '../loop/mailbox.ts';
import type { Limits, Task } from '../loop/task.ts';
import type { Workbench } from '../loop/workbench.ts';
import type { AnswerBlock, Model, ModelAnswer, ModelRequest } from '../model/model.ts';

export const task: Task = {
  className: 'Box',
  file: 'src/box.ts',
  description: 'Holds a thing.',
  form: 'new-file',
  tests: [],
  context: [],
  require: 'tests',
  requireLint: false,
  showTests: false,
  ask: false,
  strategy: 'rrr',
};
export const limits: Limits = { attempts: 5, toolCallsPerRound: 3 };

let serial = 0;
export const use = (name: string, input: unknown): AnswerBlock => ({
  type: 'tool_use',
  id: `t${++serial}`,
  name,
  input,
});
export const submit = (body: string, assumptions: Submission['assumptions'] = []) =>
  use('submit_class', { imports: [], class: `export class Box { ${body} }`, assumptions });
export const reflect = (...reports: string[]) =>
  use('reflect', { failures: reports.map((report) => ({ report, cause: 'because' })), plan: 'mend it' });

export type Scripted =
  | AnswerBlock[]
  | { content: AnswerBlock[]; stopReason: ModelAnswer['stopReason'] }
  | Error;

function scripted(answers: Scripted[]): Model & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    id: 'scripted',
    requests,
    async *answer(request, signal) {
      requests.push(structuredClone(request));
      const next = answers[requests.length - 1];
      signal.throwIfAborted();
      if (next === undefined) throw new Error('the script is over');
      if (next instanceof Error) throw next;
      yield { type: 'text', text: '…' };
      const content = Array.isArray(next) ? next : next.content;
      const stopReason = Array.isArray(next) ? 'tool_use' : next.stopReason;
      return {
        content,
        stopReason,
        usage: { input: 100, output: 10, cacheRead: 0, cacheWrite: 0 },
        model: 'scripted',
      };
    },
  };
}

const passed = (attempt: number): CheckReport => ({
  attempt,
  level: 'verified',
  ok: true,
  final: false,
  diagnostics: [],
  tests: { passed: 2, failed: 0, total: 2 },
  failures: [],
  findings: [],
  problems: [],
  repairs: [],
  evidence: [],
  notChecked: [],
  unnoticedMembers: [],
  seconds: 0,
});
const diagnostic = {
  file: 'src/box.ts',
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  code: 2339,
  message: 'no',
  related: [],
  id: 'D1',
  sourceLine: '',
  explanation: '',
};
export const failed = (attempt: number): CheckReport => ({
  ...passed(attempt),
  ok: false,
  level: 'types',
  diagnostics: [diagnostic],
});

/** A workbench whose judgement is the word of the class itself: `good` passes, `lint` passes with a lint finding. */
export function benchOf(
  overrides: Partial<Workbench> = {},
): Workbench & { applied: string[]; looked: unknown[]; closed: number } {
  const applied: string[] = [];
  const looked: unknown[] = [];
  const bench = {
    applied,
    looked,
    closed: 0,
    // biome-ignore lint/correctness/useYield: nothing to report on the way
    async *understand() {
      return {
        root: '/repo',
        tsconfig: 'tsconfig.json',
        compiler: '5.9.3',
        runner: 'vitest',
        coveringTests: [{ file: 'box.test.ts', reason: 'imports Box' }],
        expectedTests: {},
        dependents: [],
        notChecked: [],
        baselineErrors: 0,
        goals: [],
        sandbox: 'bubblewrap' as const,
        notes: [],
      };
    },
    async retrieve() {
      return { pieces: [], tokens: 0, leftOut: 0 };
    },
    facts: () => ({ targetText: undefined, compilerOptions: 'strict' }),
    // biome-ignore lint/correctness/useYield: nothing to report on the way
    async *check(attempt: number, submission: Submission) {
      const lint = { code: 'lint', message: 'semi', file: 'src/box.ts', line: 1 };
      const good = /good|lint/.test(submission.class);
      const report = good ? passed(attempt) : failed(attempt);
      if (submission.class.includes('lint')) report.findings.push(lint);
      return { report, fileText: submission.class };
    },
    async callTool(tool: { name: string }, input: unknown) {
      looked.push([tool.name, input]);
      return { text: 'found' };
    },
    diff: (text: string) => `+${text}`,
    async followUp() {
      return undefined;
    },
    async apply(text: string) {
      applied.push(text);
      return { hash: 'h' };
    },
    async keepPatch() {
      return '/kept.patch';
    },
    async close() {
      bench.closed++;
    },
    ...overrides,
  };
  return bench;
}

export async function play(
  answers: Scripted[],
  options: {
    task?: Partial<Task>;
    limits?: Partial<Limits>;
    bench?: ReturnType<typeof benchOf>;
    approve?: boolean;
    history?: RunEvent[];
    stopAfter?: (event: RunEvent) => boolean;
    onEvent?: (event: RunEvent, send: (c: RunCommand) => void) => void;
  } = {},
) {
  const model = scripted(answers);
  const bench = options.bench ?? benchOf();
  const { commands, send } = commandChannel();
  const events: RunEvent[] = [];
  const deps: RunDeps = {
    model,
    bench,
    limits: { ...limits, ...options.limits },
    prices: undefined,
    maxOutputTokens: 1000,
    commands,
    session: { id: 's1', transcript: '/log' },
    versions: {},
    history: options.history ?? [],
  };
  for await (const event of run({ ...task, ...options.task }, deps)) {
    events.push(event);
    if (event.type === 'proposal') send({ type: 'approve', apply: options.approve ?? true });
    options.onEvent?.(event, send);
    if (options.stopAfter?.(event)) break;
  }
  const last = events.at(-1);
  return { model, bench, events, result: last?.type === 'result' ? last.result : undefined };
}

export const texts = (request: ModelRequest | undefined) => JSON.stringify(request?.messages.at(-1));
export const kinds = (events: RunEvent[]) => events.map((e): EventBody['type'] => e.type);
