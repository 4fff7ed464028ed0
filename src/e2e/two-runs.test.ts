import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ScriptedAnswer } from '../testing/fake-anthropic.ts';
import { foldersLeft, processesLeft, startProgram } from '../testing/program.ts';
import { until } from '../testing/wait.ts';
import { GOOD, good, makeTill, runCase, SLOW, submit, TARGET, types } from './till.ts';

test('two runs on one file: the second says who works there; on two files both go on', SLOW, async () => {
  const till = await makeTill('two');
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  const script = async (): Promise<ScriptedAnswer> => {
    asked++;
    const isFirst = asked === 1;
    if (isFirst) await released;
    return isFirst ? good : submit(GOOD.replace('class Cart', 'class Basket'));
  };
  try {
    const first = await runCase(till, types(), {
      script,
      async during({ child }, fake) {
        await until(() => asked === 1, 120_000);
        const env = { ...till.env, ANTHROPIC_API_KEY: 'another', ANTHROPIC_BASE_URL: fake.url };
        const options = { cwd: till.repo, env };
        const other = [
          'generate-class',
          'Basket',
          '--file',
          'src/basket.ts',
          '--require',
          'types',
          '--describe',
          'x',
        ];
        const [same, another] = await Promise.all([
          startProgram(types(), options).ended,
          startProgram(other, options).ended,
        ]);
        expect(same.code, same.stderr).toBe(3);
        expect(same.stderr).toMatch(
          new RegExp(`Another run of Classwright \\(process ${child.pid}, .* works on ${TARGET}`),
        );
        expect(same.stderr).toMatch(/Wait for it to end, or stop it/);
        expect(another.code, another.stderr).toBe(0);
        release();
      },
    });
    expect(first.code, first.stderr).toBe(0);
  } finally {
    till.remove();
  }
});

test('a run that was killed goes on where it was, and asks nothing twice', SLOW, async () => {
  const till = await makeTill('resume');
  const sessions = join(till.home, 'state/classwright/sessions');
  let answered = 0;
  const log = () => {
    const names = readdirSync(sessions, { recursive: true, encoding: 'utf8' });
    const name = names.find((one) => one.endsWith('.jsonl')) ?? '';
    return { id: basename(name, '.jsonl'), text: readFileSync(join(sessions, name), 'utf8') };
  };
  try {
    const killed = await runCase(till, types('--json'), {
      // The first class does not compile; the second answer never comes.
      script: async () => {
        answered++;
        if (answered === 1) return submit(GOOD.replace('sum + price', 'sum + prise'));
        return await new Promise<ScriptedAnswer>(() => {});
      },
      killed: true,
      async during({ child }) {
        await until(() => answered === 2, 120_000);
        child.kill('SIGKILL');
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(foldersLeft(till).length).toBeGreaterThan(0);
    const { id, text: before } = log();
    expect(before.match(/"type":"model-answer"/g)).toHaveLength(1);

    // Every question that was asked again would meet an answer that is none of these.
    const { fake, ...resumed } = await runCase(till, ['generate-class', '-r', id, '--json'], {
      script: [
        {
          kind: 'message',
          content: [
            {
              type: 'tool_use',
              name: 'reflect',
              input: { failures: [{ report: 'D1', cause: 'a slip' }], plan: 'mend it' },
            },
            {
              type: 'tool_use',
              name: 'submit_class',
              input: { imports: ["import type { Line } from './line.ts';"], class: GOOD, assumptions: [] },
            },
          ],
        },
      ],
    });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      verdict: 'type-checked',
      session: id,
      attempts: [
        { attempt: 1, level: 'types' },
        { attempt: 2, level: 'verified' },
      ],
      usage: { modelCalls: 2 },
    });
    // What the dead process left is gone too.
    expect(foldersLeft(till)).toEqual([]);
    expect(await processesLeft(till)).toEqual([]);
    expect(log().text.startsWith(before)).toBe(true);
  } finally {
    till.remove();
  }
});
