import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ExplainedDiagnostic } from '../src/check/report.ts';
import type { TestsOutcome } from '../src/check/tests.ts';
import { Submission } from '../src/loop/events.ts';
import { packageRoot } from '../src/package-root.ts';
import { allTools, parseToolInput, runTool, toolNamed, usage } from './index.ts';
import { cutList, cutText, finish, MOST_CHARACTERS } from './output.ts';
import type { ToolContext } from './tool.ts';

const NOT_TOOLS = new Set(['index', 'tool', 'output', 'shared', 'paths']);

test('every file is in the one list under its name', () => {
  const files = readdirSync(join(packageRoot, 'tools'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3))
    .filter((name) => !NOT_TOOLS.has(name));
  expect(allTools.map((tool) => tool.name).sort()).toEqual(files.sort());
  expect(toolNamed('find_symbol')?.name).toBe('find-symbol');
});

test.each(allTools.map((tool) => [tool.name, tool] as const))(
  '%s refuses what it does not know',
  (_, tool) => {
    const schema = z.toJSONSchema(tool.input, { io: 'input' });
    expect(schema.additionalProperties).toBe(false);
    for (const property of Object.values(schema.properties ?? {}))
      expect(property, JSON.stringify(property)).toHaveProperty('description');
    expect(parseToolInput(tool, 'text')).toHaveProperty('error');
  },
);

describe('parseToolInput', () => {
  const parse = (name: string, raw: unknown) => parseToolInput(toolNamed(name) ?? expect.fail(), raw);

  test('fills defaults', () => {
    expect(parse('find-symbol', { query: 'Order' })).toEqual({ input: { query: 'Order', limit: 20 } });
    expect(parse('compile', undefined)).toEqual({ input: {} });
  });
  test('says what would be right', () => {
    expect(parse('find-symbol', { qery: 'Order' })).toEqual({
      error:
        'Wrong input for find_symbol: `query` is missing; there is no `qery`, did you mean `query`?.\nIt takes { query: string, limit?: integer }.',
    });
    expect(parse('find-symbol', { query: 'x', limit: 'many' })).toMatchObject({
      error: expect.stringContaining('`limit`'),
    });
    expect(parse('compile', { file: 'x' })).toMatchObject({
      error: expect.stringContaining('It takes no input: {}'),
    });
  });
  test('submit_class takes a submission', () => {
    const submission = {
      imports: [],
      class: 'export class A {}',
      assumptions: [{ member: 'a', decision: 'b', alternative: 'c' }],
    };
    const parsed = parse('submit-class', submission);
    expect('input' in parsed && Submission.parse(parsed.input)).toEqual(submission);
    expect(parse('submit-class', { class: 'x' })).toMatchObject({
      error: expect.stringContaining('`imports` is missing'),
    });
  });
  test('usage names each key', () => {
    expect(usage(toolNamed('read-file') ?? expect.fail())).toBe(
      '{ path: string, startLine?: integer, endLine?: integer }',
    );
  });
});

describe('cutting', () => {
  test('whole entries, and the limit that was hit', () => {
    expect(cutList(['a', 'b'], { what: 'letters', limit: 2 })).toBe('a\nb');
    expect(cutList(['a', 'b', 'c'], { what: 'letters', limit: 2, hint: 'Ask less.' })).toBe(
      'a\nb\n[cut by the limit of 2: 2 of 3 letters shown. Ask less.]',
    );
    const long = 'x'.repeat(MOST_CHARACTERS - 10);
    expect(cutList([long, long], { what: 'texts', limit: 9 })).toMatch(
      /\[cut by the size limit of 12000 characters: 1 of 2 texts shown\.\]$/,
    );
  });
  test('long texts by whole lines, a single long line too', () => {
    expect(cutText('short')).toBe('short');
    const text = cutText('line\n'.repeat(5_000), (shown) => `Go on at ${shown + 1}.`);
    expect(text).toMatch(
      /line\n\[cut by the size limit of 12000 characters: 2400 of 5001 lines shown\. Go on at 2401\.\]$/,
    );
    expect(cutText('x'.repeat(50_000)).length).toBeLessThan(MOST_CHARACTERS + 100);
  });
  test('whatever comes out is bounded and visible', () => {
    expect(finish('y\n'.repeat(50_000)).length).toBeLessThan(2 * MOST_CHARACTERS);
    expect(finish('a\u001b[31m')).toBe('a\\x1b[31m');
  });
});

describe('compile and run-tests', () => {
  const at = { line: 1, column: 1 };
  const diagnostic = (file: string): ExplainedDiagnostic => ({
    ...at,
    file,
    endLine: 1,
    endColumn: 2,
    code: 2339,
    message: 'No such member.',
    related: [],
    id: 'D1',
    sourceLine: 'x.y',
    explanation: 'It has z.',
  });
  const failure = {
    id: 'T1',
    test: 'subtracts',
    message: 'expected 1',
    expected: '1',
    received: '2',
    frames: [{ file: 'src/a.ts', ...at }],
  };
  const outcome: TestsOutcome = {
    ok: false,
    summary: '1 of 2',
    tests: { passed: 1, failed: 1, total: 2 },
    failures: [failure],
    problems: ['A covering test file does not load.'],
    evidence: [],
    denominator: undefined,
    run: { files: [], tests: [] },
  };
  const context = (overrides: Partial<ToolContext>) =>
    ({
      targetFile: 'src/a.ts',
      isWithheld: (file: string) => file.endsWith('.test.ts'),
      signal: new AbortController().signal,
      ...overrides,
    }) as ToolContext;
  const call = (name: string, overrides: Partial<ToolContext>) =>
    runTool(toolNamed(name) ?? expect.fail(), {}, context(overrides));

  test('errors explained, those in withheld files counted', async () => {
    expect((await call('compile', { compile: async () => [] })).text).toBe('No errors.');
    expect(
      (await call('compile', { compile: async () => [diagnostic('src/a.ts'), diagnostic('a.test.ts')] }))
        .text,
    ).toBe(
      'D1 TS2339 src/a.ts:1:1 No such member.\n   | x.y\n   It has z.\n[1 more in files that are withheld]',
    );
    const many = Array.from({ length: 30 }, () => diagnostic('src/a.ts'));
    expect((await call('compile', { compile: async () => many })).text).toContain(
      '[cut by the limit of 20: 20 of 30 errors shown',
    );
  });
  test('failing tests by name, expected, received and frames inside the class', async () => {
    expect(await call('run-tests', { runTests: async () => outcome })).toEqual({
      text: `1 of 2 covering tests pass.
A covering test file does not load.
T1 subtracts
   expected 1
   expected: 1
   received: 2
   in the class: src/a.ts:1:1`,
      isError: true,
    });
    expect((await call('run-tests', { runTests: async () => undefined })).text).toContain(
      'No test covers the class',
    );
    const failures = Array.from({ length: 20 }, () => failure);
    expect((await call('run-tests', { runTests: async () => ({ ...outcome, failures }) })).text).toContain(
      '[cut by the limit of 12',
    );
  });
});

test.each(['submit-class', 'reflect', 'ask'])('%s says that it belongs to a run', async (name) => {
  const result = await (toolNamed(name) ?? expect.fail()).run({}, {} as ToolContext);
  expect(result.isError).toBe(true);
  expect(result.text).toContain('classwright generate-class');
});
