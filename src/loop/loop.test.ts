import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../model/model.ts';
import { benchOf, kinds, play, reflect, type Scripted, submit, texts, use } from '../testing/loop-fixture.ts';

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
