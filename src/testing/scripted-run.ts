import type { EventBody, RunCommand, RunEvent, RunResult } from '../loop/events.ts';
import type { StartedRun } from '../run-task.ts';

/** A run as the loop would tell it, without a loop: one attempt fails to compile, the next fails a test, the third holds. */
export function scriptedEvents(): EventBody[] {
  return [
    {
      type: 'init',
      schemaVersion: 1,
      session: '20260101-000000000-abc123',
      task: {
        className: 'OrderBook',
        file: 'packages/core/src/order-book.ts',
        description: 'Keeps orders.',
        form: 'new-file',
        tests: [],
        context: [],
        require: 'tests',
        requireLint: false,
        showTests: false,
        ask: false,
        strategy: 'rrr',
      },
      limits: { attempts: 5, toolCallsPerRound: 3 },
      model: 'some-model-1',
      versions: {},
      resumed: false,
    },
    { type: 'phase', phase: 'understand', state: 'start' },
    {
      type: 'understood',
      understanding: {
        root: '/repo',
        tsconfig: 'packages/core/tsconfig.json',
        compiler: 'tsc 5.9.3',
        runner: 'vitest 4.0.1',
        coveringTests: [{ file: 'packages/core/test/order-book.test.ts', reason: 'imports it' }],
        expectedTests: { 'packages/core/test/order-book.test.ts': 7 },
        dependents: ['packages/core/src/index.ts'],
        notChecked: [],
        baselineErrors: 2,
        goals: [],
        sandbox: 'bubblewrap',
        notes: ['not a git repository'],
      },
    },
    { type: 'phase', phase: 'understand', state: 'end', seconds: 1.4 },
    { type: 'phase', phase: 'retrieve', state: 'start' },
    { type: 'context', pieces: [piece('src/order.ts'), piece('src/fill.ts')], tokens: 6120, leftOut: 3 },
    { type: 'phase', phase: 'retrieve', state: 'end', seconds: 0.3 },
    ...answer(1, 'generate', 'The book keeps two sorted sides, and an index by id for cancelling.'),
    tool('t1', 'type_info', { name: 'Order' }).start,
    tool('t1', 'type_info', { name: 'Order' }, 'interface Order (packages/core/src/order.ts:4)\n  id: string')
      .end,
    submission(1, 's1'),
    check(1, 'parse', true, 'one class, one export'),
    check(1, 'types', false, '2 new errors'),
    report(1, 'types', {
      diagnostics: [
        diagnostic('D1', 2339, "Property 'quantity' does not exist on type 'Order'. Did you mean 'qty'?", 14),
        diagnostic(
          'D2',
          2345,
          "Argument of type 'string' is not assignable to parameter of type 'number'.",
          31,
        ),
      ],
    }),
    {
      type: 'reflection',
      attempt: 1,
      reflection: {
        failures: [{ report: 'D1', cause: 'Order calls it qty' }],
        plan: 'Use qty, and parse the price before comparing.',
      },
    },
    ...answer(2, 'revise', 'Order has qty. The price comes as text.'),
    submission(2, 's2'),
    check(2, 'types', true, 'no new errors'),
    check(2, 'tests', false, '6 of 7 passed'),
    report(2, 'tests', {
      tests: { passed: 6, failed: 1, total: 7 },
      failures: [
        {
          id: 'T1',
          test: 'order-book.test.ts > OrderBook > fills the oldest order of a price first',
          message: 'expected "b" to be "a"',
          expected: '"a"',
          received: '"b"',
          frames: [],
        },
      ],
    }),
    { type: 'model-retry', call: 3, reason: 'the model is overloaded (529)', waitSeconds: 2 },
    ...answer(3, 'revise', 'Ties go to the older order.'),
    submission(3, 's3'),
    check(3, 'types', true, 'no new errors'),
    check(3, 'tests', true, '7 of 7 passed'),
    check(3, 'verdict', true, 'tsc -b is clean'),
    report(3, 'verified', { tests: { passed: 7, failed: 0, total: 7 } }),
    { type: 'phase', phase: 'accept', state: 'start' },
    { type: 'proposal', verdict: 'verified', fileText: CLASS, diff: DIFF, followUp: FOLLOW_UP },
  ];
}

/** Plays the script: `proposal` waits for `approve`, an interrupt ends it after its clean-up. */
export function scriptedRun(
  options: { bodies?: EventBody[]; delayMs?: number; onCleanUp?: () => Promise<void> } = {},
): StartedRun & { sent: RunCommand[] } {
  const { bodies = scriptedEvents(), delayMs = 0 } = options;
  const sent: RunCommand[] = [];
  let wake = () => {};
  let seq = 0;
  const stamp = (body: EventBody): RunEvent => ({ ...body, seq: ++seq, time: Date.now() });
  const interrupted = () => sent.find((one) => one.type === 'interrupt');
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (Number.isFinite(ms)) setTimeout(resolve, ms);
    });
  const approval = () => sent.find((one) => one.type === 'approve');

  async function* events(): AsyncGenerator<RunEvent, void> {
    try {
      for (const body of bodies) {
        if (delayMs > 0) await sleep(body.type === 'model-delta' ? delayMs / 4 : delayMs);
        if (interrupted()) break;
        yield stamp(body);
        while (body.type === 'proposal' && !approval() && !interrupted()) await sleep(Infinity);
      }
      const stop = interrupted();
      const apply = approval();
      if (stop) await options.onCleanUp?.();
      if (stop?.type === 'interrupt') {
        yield stamp({ type: 'command', command: stop });
        const exitCode = stop.reason === 'SIGTERM' ? 143 : 130;
        const message = 'Interrupted; nothing was written.';
        yield stamp({
          type: 'result',
          result: { ...scriptedResult, verdict: 'interrupted', exitCode, message },
        });
        return;
      }
      const applied = apply?.type === 'approve' && apply.apply;
      if (applied) yield stamp({ type: 'applied', file: scriptedResult.file, hash: 'h' });
      yield stamp({
        type: 'result',
        result: {
          ...scriptedResult,
          applied,
          ...(applied ? {} : { patch: '/state/classwright/order-book.patch' }),
        },
      });
    } finally {
      wake();
    }
  }
  return {
    sent,
    history: [],
    events: events(),
    send(command) {
      sent.push(command);
      wake();
    },
    endCommands() {},
  };
}

const CLASS = 'export class OrderBook {\n  add(order: Order): void {}\n}\n';

const DIFF = `--- a/packages/core/src/order-book.ts
+++ b/packages/core/src/order-book.ts
@@ -1,2 +1,9 @@
 import type { Order } from './order.ts';
-// to do
+
+/** Orders by price, then by age, so that the oldest order of a price fills first and cancelling stays cheap. */
+export class OrderBook {
+  readonly #orders = new Map<string, Order>();
+
+  add(order: Order): void {
+    this.#orders.set(order.id, order);
+  }
`;

const FOLLOW_UP = `--- a/packages/core/src/index.ts
+++ b/packages/core/src/index.ts
@@ -1 +1,2 @@
 export * from './order.ts';
+export * from './order-book.ts';
`;

export const scriptedResult: RunResult = {
  schemaVersion: 1,
  exitCode: 0,
  verdict: 'verified',
  className: 'OrderBook',
  file: 'packages/core/src/order-book.ts',
  applied: false,
  diff: DIFF,
  followUp: FOLLOW_UP,
  attempts: [
    {
      attempt: 1,
      level: 'types',
      newDiagnostics: 2,
      toolCalls: [{ name: 'type_info', input: { name: 'Order' } }],
    },
    {
      attempt: 2,
      level: 'tests',
      newDiagnostics: 0,
      tests: { passed: 6, failed: 1, total: 7 },
      toolCalls: [],
    },
    {
      attempt: 3,
      level: 'verified',
      newDiagnostics: 0,
      tests: { passed: 7, failed: 0, total: 7 },
      toolCalls: [],
    },
  ],
  evidence: {
    commands: evidence(),
    notChecked: [],
    unnoticedMembers: ['depth'],
    coveringTests: [{ file: 'packages/core/test/order-book.test.ts', reason: 'imports it' }],
  },
  findings: [
    {
      code: 'extra-export',
      message: 'exports byPrice too',
      file: 'packages/core/src/order-book.ts',
      line: 3,
    },
  ],
  assumptions: assumptions(),
  questions: [],
  usage: { modelCalls: 3, toolCalls: 1, input: 20_400, output: 3120, cacheRead: 4000, cacheWrite: 0 },
  seconds: { understand: 1.4, retrieve: 0.3, generate: 12.2, check: 4.1 },
  session: '20260101-000000000-abc123',
  transcript: '/state/classwright/20260101-000000000-abc123.jsonl',
};

function evidence() {
  return [
    {
      what: 'covering tests',
      command: ['vitest', 'run', 'packages/core/test/order-book.test.ts'],
      version: 'vitest 4.0.1',
      exitStatus: 0,
      seconds: 1.3,
      counts: { passed: 7, failed: 0 },
    },
    {
      what: 'final type check',
      command: ['tsc', '-b', 'packages/core'],
      version: 'tsc 5.9.3',
      exitStatus: 0,
      seconds: 2.2,
      counts: { errors: 0 },
    },
  ];
}

function assumptions() {
  return [
    {
      member: 'add',
      decision: 'an order with an id that is there already replaces it',
      alternative: 'throwing',
    },
  ];
}

function piece(path: string) {
  return {
    path,
    startLine: 1,
    endLine: 9,
    reason: 'named in the description',
    text: 'export interface Order {}',
    tokens: 60,
  };
}

function answer(call: number, phase: 'generate' | 'revise', words: string): EventBody[] {
  return [
    { type: 'phase', phase, state: 'start', attempt: call },
    { type: 'model-request', call, hash: 'h', messages: [] },
    ...(words.match(/\S+\s*/g) ?? []).map((text): EventBody => ({ type: 'model-delta', call, text })),
    {
      type: 'model-answer',
      call,
      seconds: 4.2,
      answer: {
        content: [{ type: 'text', text: words }],
        stopReason: 'tool_use',
        usage: { input: 6800, output: 1040, cacheRead: 1000, cacheWrite: 0 },
        model: 'some-model-1',
      },
    },
    { type: 'phase', phase, state: 'end', attempt: call, seconds: 4.2 },
  ];
}

function tool(id: string, name: string, input: unknown, text = ''): { start: EventBody; end: EventBody } {
  return {
    start: { type: 'tool-start', id, name, input },
    end: { type: 'tool-end', id, name, text, isError: false, charged: 'call', seconds: 0.1 },
  };
}

function submission(attempt: number, use: string): EventBody {
  return {
    type: 'submission',
    attempt,
    use,
    submission: { imports: [], class: CLASS, assumptions: assumptions() },
  };
}

type Level = Extract<EventBody, { type: 'check' }>['level'];

function check(attempt: number, level: Level, ok: boolean, summary: string): EventBody {
  return { type: 'check', attempt, level, state: 'end', ok, summary };
}

function diagnostic(id: string, code: number, message: string, line: number) {
  const file = 'packages/core/src/order-book.ts';
  return {
    id,
    file,
    line,
    column: 7,
    endLine: line,
    endColumn: 15,
    code,
    message,
    related: [],
    sourceLine: '',
    explanation: '',
  };
}

type Report = Extract<EventBody, { type: 'report' }>['report'];

function report(attempt: number, level: Level, more: Partial<Report>): EventBody {
  const ok = level === 'verified';
  return {
    type: 'report',
    fileText: CLASS,
    report: {
      attempt,
      level,
      ok,
      final: false,
      diagnostics: [],
      failures: [],
      findings: ok ? scriptedResult.findings : [],
      problems: [],
      repairs: attempt === 1 ? ["imported Order from './order.ts'"] : [],
      evidence: ok ? evidence() : [],
      notChecked: [],
      unnoticedMembers: ok ? ['depth'] : [],
      seconds: 3.4,
      ...more,
    },
  };
}
