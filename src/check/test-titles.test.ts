import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countTests } from './test-titles.ts';

test.each<[string, number, string]>([
  [
    'plain',
    2,
    "describe('s', () => { it('a', () => {}); describe('t', function () { test('b', () => {}); }); });",
  ],
  [
    'modifiers',
    4,
    "it.only('a', f => {}); it.skip('b', () => {}); test.todo('c'); it.concurrent('d', async () => {});",
  ],
  [
    'other words',
    4,
    "xit('a', () => {}); fit('b', () => {}); suite('s', () => specify('c', () => {})); xtest('d');",
  ],
  ['each with a table', 3, "it.each([1, 2, 3])('%i', (n) => {});"],
  ['each of a constant', 2, "const rows = [[1], [2]] as const;\ntest.each(rows)('%i', (n) => {});"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the tested text.
  ['each with a template', 2, 'it.each`a | b\n${1} | ${2}\n${3} | ${4}\n`("$a", () => {});'],
  [
    'describe.each multiplies',
    4,
    "describe.each([1, 2])('%i', () => { it('a', () => {}); it('b', () => {}); });",
  ],
  ['a computed table counts as none', 1, "it.each(rows())('%i', () => {}); it('a', () => {});"],
  [
    'conditions and helpers count as none',
    0,
    "if (x) it('a', () => {});\nfunction make() { it('b', () => {}); }\nmake();",
  ],
  [
    'loops over what is written down',
    5,
    "for (const n of [1, 2]) it(n + 'a', () => {});\n[1, 2, 3].forEach((n) => { test('b' + n, () => {}); });",
  ],
  ['loops over what is computed', 0, "for (const n of list()) it('a', () => {});"],
  ['conditional modifiers', 2, "it.skipIf(ci)('a', () => {}); test.runIf(ci)('b', () => {});"],
  [
    'hooks and lookalikes',
    0,
    "beforeEach(() => {}); /x/.test('it'); test.extend({}); const it2 = it; re.test('a', () => {}); // it('x', () => {})\n'it(\"y\")';",
  ],
  [
    'what a test body holds',
    1,
    "test('a', async (t) => { await t.test('b', () => {}); it('c', () => {}); });",
  ],
  ['awaited', 1, "await test('a', async () => {});"],
  ['a broken file', 1, "it('a', () => {}); describe('b', () => { it("],
])('%s', (_, count, text) => {
  expect(countTests(text, 'x.test.ts')).toBe(count);
});

test('agrees with the runner about this very file', (context) => {
  const { filepath } = context.task.file;
  const count = (tasks: typeof context.task.file.tasks): number =>
    tasks.reduce((sum, task) => sum + ('tasks' in task ? count(task.tasks) : 1), 0);
  expect(countTests(readFileSync(filepath, 'utf8'), filepath)).toBe(count(context.task.file.tasks));
});
