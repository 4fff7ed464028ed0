import { describe, expect, it } from 'vitest';
import type { AnswerBlock, Model, ModelAnswer, ModelRequest } from '../model/model.ts';
import type { CheckReport, EventBody, RunCommand, RunEvent, Submission } from './events.ts';
import { type RunDeps, run } from './loop.ts';
import { commandChannel } from './mailbox.ts';
import type { Limits, Task } from './task.ts';
import type { Workbench } from './workbench.ts';

const task: Task = {
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
const limits: Limits = { attempts: 5, toolCallsPerRound: 3 };

let serial = 0;
const use = (name: string, input: unknown): AnswerBlock => ({
  type: 'tool_use',
  id: `t${++serial}`,
  name,
  input,
});
const submit = (body: string, assumptions: Submission['assumptions'] = []) =>
  use('submit_class', { imports: [], class: `export class Box { ${body} }`, assumptions });
const reflect = (...reports: string[]) =>
  use('reflect', { failures: reports.map((report) => ({ report, cause: 'because' })), plan: 'mend it' });

type Scripted = AnswerBlock[] | { content: AnswerBlock[]; stopReason: ModelAnswer['stopReason'] } | Error;

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
const failed = (attempt: number): CheckReport => ({
  ...passed(attempt),
  ok: false,
  level: 'types',
  diagnostics: [diagnostic],
});

/** A workbench whose judgement is the word of the class itself: `good` passes, `lint` passes with a lint finding. */
function benchOf(
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

async function play(
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

const texts = (request: ModelRequest | undefined) => JSON.stringify(request?.messages.at(-1));
const kinds = (events: RunEvent[]) => events.map((e): EventBody['type'] => e.type);

describe('run', () => {
  it('ends verified and applied with exactly one result, last', async () => {
    const { events, result, bench } = await play([[submit('good')]]);
    expect(result).toMatchObject({ verdict: 'verified', exitCode: 0, applied: true });
    expect(bench.applied).toEqual(['export class Box { good }']);
    expect(bench.closed).toBe(1);
    expect(kinds(events)[0]).toBe('init');
    expect(kinds(events).filter((k) => k === 'result')).toHaveLength(1);
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  });

  it('exits 0 without writing where the diff is declined, and keeps the patch', async () => {
    const { result, bench } = await play([[submit('good')]], { approve: false });
    expect(result).toMatchObject({ verdict: 'verified', exitCode: 0, applied: false, patch: '/kept.patch' });
    expect(bench.applied).toEqual([]);
  });

  it('feeds a failed report back, takes look-ups and a reflection, and accepts the revision', async () => {
    const { model, result } = await play([
      [submit('bad')],
      [use('type_info', { name: 'Money' })],
      [reflect('D1'), submit('good')],
    ]);
    expect(texts(model.requests[1])).toContain('D1 TS2339');
    expect(texts(model.requests[2])).toContain('found');
    expect(result?.attempts).toMatchObject([
      { attempt: 1, level: 'types', newDiagnostics: 1 },
      {
        attempt: 2,
        level: 'verified',
        toolCalls: [{ name: 'type_info' }],
        reflection: { failures: [{ report: 'D1' }] },
      },
    ]);
  });

  it('only ever appends to the conversation, so that a cached prefix stays one', async () => {
    const { model } = await play([
      [submit('bad')],
      [use('type_info', { name: 'A' })],
      [reflect('D1'), submit('good')],
    ]);
    for (const [i, later] of model.requests.entries()) {
      const earlier = model.requests[i - 1];
      if (earlier) expect(later.messages.slice(0, earlier.messages.length)).toEqual(earlier.messages);
      expect(later.tools).toEqual(model.requests[0]?.tools);
      expect(later.system).toBe(model.requests[0]?.system);
    }
  });

  it('refuses a reflection on what was not reported', async () => {
    const { model } = await play([[submit('bad')], [reflect('D7')], [reflect('D1'), submit('good')]]);
    expect(texts(model.requests[2])).toContain('no D7');
  });

  it('wants a reflection before a revision', async () => {
    const { model, result } = await play([
      [submit('bad')],
      [submit('good')],
      [reflect('D1'), submit('good')],
    ]);
    expect(texts(model.requests[2])).toContain('Call reflect');
    expect(result?.attempts).toHaveLength(2);
  });

  it('enforces the look-ups of a round instead of asking for them', async () => {
    const look = (name: string) => use('type_info', { name });
    const { bench, model, result } = await play([
      [look('A'), look('B'), look('C'), look('D')],
      [submit('good')],
    ]);
    expect(bench.looked).toHaveLength(3);
    expect(texts(model.requests[1])).toContain('No look-ups are left');
    expect(result?.usage.toolCalls).toBe(3);
  });

  it('charges malformed and unknown calls to the round', async () => {
    const { result, model } = await play([
      [
        use('type_inf', { name: 'A' }),
        use('type_info', { nam: 'A' }),
        use('x', {}),
        use('type_info', { name: 'A' }),
      ],
      [submit('good')],
    ]);
    expect(texts(model.requests[1])).toContain('There is no tool');
    expect(result?.usage.toolCalls).toBe(3);
    expect(result?.verdict).toBe('verified');
  });

  it('takes away what an ablation names: a tool from the request, the reflection from the round', async () => {
    const whole = await play([[submit('bad')], [reflect('D1'), submit('good')]]);
    const { model, result } = await play([[submit('bad')], [submit('good')]], {
      task: { without: ['type_info', 'reflect'] },
    });
    const offered = (request: ModelRequest | undefined) => request?.tools.map(({ name }) => name) ?? [];
    const missing = offered(whole.model.requests[0]).filter(
      (name) => !offered(model.requests[0]).includes(name),
    );
    expect(missing).toEqual(['type_info', 'reflect']);
    expect(result?.verdict).toBe('verified');
  });

  it('shows the target file alone where nothing is retrieved', async () => {
    const facts = () => ({ targetText: 'export const near = 1;', compilerOptions: 'strict' });
    const { model } = await play([[submit('good')]], {
      task: { strategy: 'basic', without: ['contract'] },
      bench: benchOf({ facts }),
    });
    expect(texts(model.requests[0])).toContain('export const near = 1;');
    expect(texts(model.requests[0])).not.toContain('covering test file');
  });

  it('ends when the attempts are spent, with the best attempt kept', async () => {
    const { result } = await play([[submit('bad 1')], [reflect('D1'), submit('bad 2')]], {
      limits: { attempts: 2 },
    });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1, patch: '/kept.patch' });
    expect(result?.message).toContain('attempts 2 of 2');
    expect(result?.advice).toContain('--max-attempts');
  });

  it('stops before the call that the token limit no longer allows', async () => {
    const { result, model } = await play([[submit('bad')], [reflect('D1'), submit('good')]], {
      limits: { tokens: 100 },
    });
    expect(model.requests).toHaveLength(1);
    expect(result?.message).toContain('tokens 110 of 100');
  });

  it('takes an answer cut at its length for a failed attempt and uses nothing of it', async () => {
    const { result } = await play([
      { content: [submit('good')], stopReason: 'max_tokens' },
      [submit('good')],
    ]);
    expect(result?.attempts).toMatchObject([{ level: 'none' }, { level: 'verified' }]);
  });

  it('lets prose cost a look-up, then attempts, and ends', async () => {
    const prose: Scripted = {
      content: [{ type: 'text', text: 'Here is how I would do it' }],
      stopReason: 'end_turn',
    };
    const { result, model } = await play([prose, prose, prose, prose, prose, prose], {
      limits: { attempts: 2, toolCallsPerRound: 1 },
    });
    expect(texts(model.requests[1])).toContain('Answer with a tool call');
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(model.requests.length).toBeLessThanOrEqual(4);
  });

  it('says once that a revision brought back an earlier attempt, then ends', async () => {
    const { result, model } = await play([
      [submit('bad')],
      [reflect('D1'), submit('bad')],
      [reflect('D1'), submit('bad')],
    ]);
    expect(texts(model.requests[2])).toContain('attempt 1 again');
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(result?.message).toContain('earlier class again');
  });

  it('gives questions as an unclear result', async () => {
    const { result } = await play([[use('ask', { questions: ['Which order?'] })]]);
    expect(result).toMatchObject({ verdict: 'unclear', exitCode: 1, questions: ['Which order?'] });
  });

  it('passes answers on under --ask', async () => {
    const { result, model } = await play([[use('ask', { questions: ['Which order?'] })], [submit('good')]], {
      task: { ask: true },
      onEvent: (event, send) => {
        if (event.type === 'question') send({ type: 'answer', question: event.id, text: 'by price' });
      },
    });
    expect(texts(model.requests[1])).toContain('by price');
    expect(result?.verdict).toBe('verified');
  });

  it('feeds lint problems of a verified class back once and falls back on it', async () => {
    const { result, bench } = await play([[submit('lint')], [reflect(), submit('bad')]]);
    expect(result?.verdict).toBe('verified');
    expect(bench.applied).toEqual(['export class Box { lint }']);
  });

  it('refuses to start without a covering test and names the flags that help', async () => {
    const bench = benchOf();
    const understood = bench.understand;
    bench.understand = async function* (signal) {
      return { ...(yield* understood(signal)), coveringTests: [] };
    };
    const { result, model } = await play([], { bench });
    expect(model.requests).toHaveLength(0);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(result?.advice).toMatch(/--tests.*--require types/);
  });

  it('never says verified where something could not be checked', async () => {
    const bench = benchOf();
    const understood = bench.understand;
    bench.understand = async function* (signal) {
      const notChecked = [
        { what: 'packages/b', reason: 'its types are built', bars: true },
        { what: 'page.vue', reason: 'far away' },
      ];
      return { ...(yield* understood(signal)), notChecked };
    };
    const { result } = await play([[submit('good')]], { bench });
    expect(result).toMatchObject({ verdict: 'unclear', exitCode: 1, applied: false });
    expect(result?.message).toContain('packages/b');
    expect(result?.message).not.toContain('page.vue');
    const typed = await play([[submit('good')]], { bench, task: { require: 'types' } });
    expect(typed.result).toMatchObject({ verdict: 'type-checked', exitCode: 0 });
    expect(typed.result?.evidence.notChecked).toHaveLength(2);
  });

  it('ends with a model that never does what it is told to do first', async () => {
    const forgetful = Array.from({ length: 60 }, (_, i) => [submit(`bad${i}`)]);
    const forgot = await play(forgetful, { limits: { attempts: 3 } });
    expect(forgot.result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    // One attempt, three look-ups' worth of mistakes, one answer that brings nothing, one attempt.
    expect(forgot.model.requests).toHaveLength(1 + 3 + 1 + 1);
    const thoughtful = [[submit('bad')], ...Array.from({ length: 60 }, () => [reflect('D1')])];
    const thought = await play(thoughtful, { limits: { attempts: 2 } });
    expect(thought.result).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(thought.model.requests).toHaveLength(1 + 1 + 3 + 1);
  });

  it('ends where no revision could mend what failed', async () => {
    const bench = benchOf();
    const check = bench.check;
    bench.check = async function* (...args) {
      const judged = yield* check(...args);
      return {
        ...judged,
        report: { ...judged.report, final: true, problems: ['The tests do not judge it.'] },
      };
    };
    const { result, model } = await play([[submit('bad')], [reflect('D1'), submit('good')]], { bench });
    expect(model.requests).toHaveLength(1);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1, message: 'The tests do not judge it.' });
  });

  it('is interrupted at once and says so', async () => {
    const { result, bench } = await play([[submit('good')]], {
      onEvent: (event, send) => {
        if (event.type === 'context') send({ type: 'interrupt', reason: 'SIGTERM' });
      },
    });
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143, applied: false });
    expect(bench.closed).toBe(1);
  });

  it('goes on from any event of its log and asks no received answer again', async () => {
    const script: Scripted[] = [
      [submit('bad')],
      [use('type_info', { name: 'A' })],
      [reflect('D1'), submit('good')],
    ];
    const whole = await play(script);
    const kept = whole.events.filter((e) => e.type !== 'model-delta');
    for (let cut = 1; cut < kept.length - 1; cut++) {
      const history = kept.slice(0, cut);
      const received = history.filter((e) => e.type === 'model-answer').length;
      const resumed = await play(script.slice(received), { history });
      expect(resumed.result?.verdict, `cut after ${kept[cut - 1]?.type} (${cut})`).toBe('verified');
      expect(resumed.result?.attempts.map((a) => a.level)).toEqual(['types', 'verified']);
      expect(resumed.model.requests).toHaveLength(3 - received);
    }
  });

  it('closes the workbench when its reader stops', async () => {
    const { bench } = await play([[submit('good')]], { stopAfter: (event) => event.type === 'model-answer' });
    expect(bench.closed).toBe(1);
  });

  it.each(['basic', 'rag', 'repocoder', 'reflexion'])(
    'runs the %s strategy as data of the same loop',
    async (strategy) => {
      const single = strategy === 'basic' || strategy === 'rag';
      const script: Scripted[] =
        strategy === 'reflexion'
          ? [[submit('bad')], [reflect('D1'), submit('good')]]
          : [[submit('bad')], [submit('good')]];
      const { result, model } = await play(script, { task: { strategy } });
      expect(result?.verdict).toBe(single ? 'failed' : 'verified');
      const names = model.requests[0]?.tools.map((t) => t.name);
      expect(names).not.toContain('type_info');
      expect(names?.includes('reflect')).toBe(strategy === 'reflexion');
      if (strategy === 'repocoder') expect(texts(model.requests[1])).not.toContain('TS2339');
    },
  );
});
