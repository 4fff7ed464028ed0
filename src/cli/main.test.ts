import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ClasswrightError } from '../errors.ts';
import { execute } from './main.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-main-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));
writeFileSync(join(base, 'latin1.txt'), Buffer.from([0x61, 0xe9, 0x62]));
writeFileSync(join(base, 'empty.txt'), ' \n');
writeFileSync(join(base, 'large.txt'), 'a'.repeat(1_048_576));

const task = ['generate-class', 'OrderBook', '--repo', base, '--file', 'src/order-book.ts'];

test.each([
  [['generate-class', '--fiel', 'x'], /--fiel'[\s\S]*Did you mean --file\?/],
  [['generat-class'], /generat-class'[\s\S]*Did you mean generate-class\?/],
  [
    [...task, '--describe', 'x', '--max-attempts', 'many'],
    /--max-attempts: expected a whole number above 0, not "many"/,
  ],
  [[...task, '--describe', 'x', '--require', 'tets'], /did you mean tests/],
  [
    [...task, '--describe', 'x', '--output-format', 'yaml'],
    /--output-format: expected text, json, stream-json, not "yaml"/,
  ],
  [[...task, '--describe', 'x', '--json', '--output-format', 'text'], /contradict/],
  [[...task, '--describe', '--apply'], /--describe needs a value, but --apply follows/],
  [[...task, '--tests', 'a.ts', 'b.ts', '--describe', 'x'], /[Tt]oo many arguments/],
  [[...task], /no description[\s\S]*--describe <text>/],
  [[...task, '--describe', '  '], /empty/],
  [[...task, '--describe', 'x', '--describe-file', 'a'], /both given/],
  [[...task, '--describe-file', 'nowhere.txt'], /There is no file/],
  [[...task, '--describe-file', base], /There is no file/],
  [[...task, '--describe-file', join(base, 'latin1.txt')], /not UTF-8/],
  [[...task, '--describe-file', join(base, 'empty.txt')], /empty/],
  [[...task, '--describe-file', join(base, 'large.txt')], /1 MB or more/],
  [['generate-class', '--file', 'a.ts', '--describe', 'x'], /no class name/],
  [['generate-class', 'A', '--describe', 'x'], /no file[\s\S]*--file <path>/],
  [['generate-class', 'not-a-name', '--file', 'a.ts', '--describe', 'x'], /no identifier/],
  [['generate-class', 'class', '--file', 'a.ts', '--describe', 'x'], /reserved word/],
  [[...task, '--describe', 'x', '-r', 'abc'], /knows its class/],
  [[...task, '--describe', 'x', '--ask'], /needs a terminal/],
  [[...task, '--describe', 'x', '--repo', 'nowhere'], /There is no folder/],
  [['tool', 'type-inf'], /Did you mean type-info\?/],
  [['tool', 'type-info', '--nmae', 'X'], /Did you mean --name\?/],
  [['tool', 'type-info'], /`name` is missing/],
])('%j is a usage error', async (args, message) => {
  const error = await execute(['node', 'classwright', ...args]).catch((thrown: unknown) => thrown);
  if (!(error instanceof ClasswrightError)) throw error;
  expect(`${error.message}\n${error.advice ?? ''}`).toMatch(message);
  expect(error.exitCode).toBe(2);
  expect(error.message).not.toContain('\n');
});
