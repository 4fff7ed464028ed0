import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, cut, fail, hang, type ScriptedAnswer, say } from '../testing/fake-anthropic.ts';
import type { Place } from '../testing/program.ts';
import { type CaseOptions, forEachCopy, GOOD, good, makeTill, runCase, SLOW, submit, types } from './till.ts';

// What a model may do wrong. The class is judged by the compiler alone here: what tests see is shown elsewhere.

let till: Place;
beforeAll(async () => {
  till = await makeTill('model');
});
afterAll(() => till.remove());

interface Case extends CaseOptions {
  what: string;
  answers: ScriptedAnswer[] | (() => ScriptedAnswer);
  code: number;
  says: RegExp;
  /** How often the model is asked. */
  requests: number;
}

const always = (answer: ScriptedAnswer) => () => answer;
const once = '--max-attempts=1';

const REFUSAL: ScriptedAnswer = {
  kind: 'message',
  content: [{ type: 'text', text: 'I would rather not.' }],
  stopReason: 'refusal',
  explanation: 'it sells pears',
};

const stubs = `export class Cart {
  add(line: Line): void {
    return undefined as any;
  }
  total(): number {
    return {} as any;
  }
}`;
const long = `export class Cart {\n${'  // a line\n'.repeat(50_000)}}`;
const reaching = (statement: string) => GOOD.replace('    this.#lines.push(line);', `    ${statement}\n$&`);

const submissions: Omit<Case, 'code' | 'requests'>[] = [
  { what: 'another name', answers: [submit(GOOD.replace('Cart', 'Basket'))], says: /Cart/ },
  {
    what: 'two exported classes',
    answers: [submit(`${GOOD}\n\nexport class Basket extends Cart {}`)],
    says: /Basket/,
  },
  { what: 'an empty class', answers: [submit('export class Cart {}')], says: /Cart is empty/ },
  { what: 'any-cast stubs', answers: [submit(stubs)], says: /stub/ },
  {
    what: 'an assignment to a global',
    answers: [submit(reaching('globalThis.Array = class {} as never;'))],
    says: /globalThis|Array/,
  },
  {
    what: 'an assignment to the test library',
    answers: [
      submit(reaching('(assert as { equal: unknown }).equal = () => {};'), {
        imports: ["import type { Line } from './line.ts';", "import assert from 'node:assert/strict';"],
      }),
    ],
    says: /assert/,
  },
  { what: '50,000 lines', answers: [submit(long)], says: /5000[0-9] lines/ },
  { what: 'no class at all', answers: [submit('Here is your class.')], says: /no declaration of Cart/ },
];

test('a class that is not the one asked for fails with its reason', SLOW, async () => {
  await forEachCopy(till, submissions, async ({ what, answers, says, ...options }, place) => {
    const ended = await runCase(place, types(once), { script: answers, ...options });
    const where = `${what}: ${ended.stdout}\n${ended.stderr}`;
    expect(ended.code, where).toBe(1);
    expect(ended.stdout, where).toMatch(/^failed: Cart in src\/cart\.ts$/m);
    expect(ended.stdout, where).toMatch(/attempts 1 of 1/);
    expect(ended.stderr, where).toMatch(says);
    expect(ended.fake.requests.length, where).toBe(1);
  });
});

const answers: Case[] = [
  {
    what: 'nobody there',
    answers: [],
    // No server listens there, and none that is started later.
    env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' },
    code: 4,
    says: /cannot be reached at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)[\s\S]*ANTHROPIC_BASE_URL[\s\S]*Go on with -r/,
    requests: 0,
  },
  {
    what: 'prose only',
    answers: always(say('A cart is a fine thing to have.')),
    code: 1,
    says: /Not verified within the budget: attempts 1 of 1/,
    requests: 4,
  },
  {
    what: 'an unknown tool',
    answers: always(call('make_coffee', {})),
    code: 1,
    says: /Not verified within the budget: attempts 1 of 1/,
    requests: 4,
  },
  {
    what: 'wrong arguments',
    answers: [
      call('submit_class', { klass: 'x' }),
      call('submit_class', '{"imports": ['),
      call('type_info', {}),
      good,
    ],
    code: 0,
    says: /type-checked: Cart/,
    requests: 4,
  },
  {
    what: 'an answer cut at its length limit',
    answers: [{ ...good, stopReason: 'max_tokens' } as ScriptedAnswer],
    code: 1,
    says: /attempts 1 of 1/,
    requests: 1,
  },
  { what: 'a refusal', answers: [REFUSAL], code: 4, says: /refused to answer: it sells pears/, requests: 1 },
  {
    what: '401',
    answers: [fail(401)],
    code: 4,
    says: /refused the key \(401\)[\s\S]*ANTHROPIC_API_KEY/,
    requests: 1,
  },
  {
    what: '429 for good, with retry-after',
    answers: always(fail(429, { 'retry-after': '0' })),
    code: 4,
    says: /limits this key \(429\)[\s\S]*Go on with -r/,
    requests: 5,
  },
  {
    what: '529 for good, with retry-after',
    answers: always(fail(529, { 'retry-after': '0' })),
    code: 4,
    says: /failed \(529\)[\s\S]*Go on with -r/,
    requests: 5,
  },
  {
    what: '500 for good, with retry-after',
    answers: always(fail(500, { 'retry-after': '0' })),
    code: 4,
    says: /failed \(500\)[\s\S]*Go on with -r/,
    requests: 5,
  },
  {
    what: 'trouble that passes: with and without retry-after, in the middle of a stream',
    answers: [
      fail(500),
      cut('reset'),
      fail(429, { 'retry-after': '0' }),
      fail(529, { 'retry-after': '0' }),
      good,
    ],
    code: 0,
    says: /500 api_error[^!]*! the connection was lost[^!]*! 429 rate_limit_error[^!]*! 529 overloaded_error[\s\S]*type-checked/,
    requests: 5,
  },
  {
    what: 'silence',
    answers: always(hang()),
    env: { CLASSWRIGHT_MODEL_TIMEOUT: '1' },
    code: 4,
    says: /silent for 1 second[\s\S]*CLASSWRIGHT_MODEL_TIMEOUT[\s\S]*Go on with -r/,
    requests: 1,
  },
];

test('answers that are none, and a server in trouble', SLOW, async () => {
  await forEachCopy(
    till,
    answers,
    async ({ what, answers: script, code, says, requests, ...options }, place) => {
      const ended = await runCase(place, types(once), { script, ...options });
      const where = `${what}: ${ended.stdout}\n${ended.stderr}`;
      expect(ended.code, where).toBe(code);
      expect(`${ended.stderr}${ended.stdout}`, where).toMatch(says);
      expect(ended.fake.requests.length, where).toBe(requests);
      if (code === 4) expect(ended.stdout, where).toBe('');
    },
  );
});
