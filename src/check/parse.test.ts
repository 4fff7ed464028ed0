import { describe, expect, it } from 'vitest';
import { checkSubmission, MAX_CLASS_LINES, type SubmissionRequest } from './parse.ts';

interface Options extends Partial<Omit<SubmissionRequest, 'submission'>> {
  imports?: string[];
  helpers?: string;
}

const check = (code: string, { imports = [], helpers, ...options }: Options = {}) =>
  checkSubmission({
    submission: { imports, class: code, helpers },
    className: 'X',
    file: 'src/x.ts',
    original: undefined,
    form: 'new-file',
    allowedPackages: ['zod', '@scope/kit', '@types/estree', 'vitest'],
    ...options,
  });

/** A class whose one method has this body. */
const body = (code: string) => `export class X {\n  go(expected?: unknown) {\n    ${code}\n  }\n}`;

describe('what is taken', () => {
  it.each<[string, string, Options]>([
    ['a plain class', body('return 1;'), {}],
    [
      'declared packages, built-ins, own paths',
      body('return [a, b, c, d, e, f];'),
      {
        imports: [
          "import a from 'zod';",
          "import b from '@scope/kit/part';",
          "import c from 'node:path';",
          "import d from 'util';",
          "import e from '@app/e';",
          "import f from '#f';",
        ],
        pathPatterns: ['@app/*'],
      },
    ],
    [
      'types of a package with types alone',
      'export class X { a?: Node; }',
      { imports: ["import type { Node } from 'estree';"] },
    ],
    [
      'members, parameters and locals that are called like globals',
      body(
        'const test = 1; let context = this.expect; context = 2; for (const it of [test]) { window(it); } return { assert: 1, expected }; function window(self: { top?: number }) { self.top = 1; }',
      ).replace('go(', 'expect = 1;\n  go('),
      {},
    ],
    [
      'writing to what it owns',
      body(
        'X.prototype.valueOf = () => 1; this.a = 2; const global = { a: 1 }; global.a = 2; Object.assign(this, global); Object.setPrototypeOf(this, X.prototype); return 1;',
      ),
      {},
    ],
    [
      'harmless reads',
      body(
        'return [process.cwd, process.nextTick, Math.max(1, 2), Object.keys({}), globalThis.setTimeout, import.meta.url, expected instanceof Function];',
      ),
      {},
    ],
    ['an empty module', '@Module({ imports: [] })\nexport class X {}', {}],
    ['an empty error class', 'export class X extends Error {}', {}],
    ['a stub beside work', 'export abstract class X { abstract a(): void; b() {} }', {}],
    ['a switch over test-like labels', body('test: for (;;) { break test; } return 1;'), {}],
    [
      'a JSX element',
      'export class X { go() { return <test context="a">b</test>; } }',
      { file: 'src/x.tsx' },
    ],
  ])('%s', (_, code, options) => {
    const checked = check(code, options);
    expect(checked).toMatchObject({ ok: true, problems: [], findings: [] });
    expect(checked.text).toContain('class X');
  });
});

describe('what is refused', () => {
  it.each<[string, string, Options, RegExp]>([
    [
      'prose',
      'Here is the class you asked for.',
      {},
      /holds no declaration of X: it takes TypeScript source alone, no prose/,
    ],
    ['Markdown', '```ts\nexport class X {}\n```', {}, /`class` holds Markdown/],
    ['nothing', '  ', {}, /`class` is empty/],
    [
      'a class cut in the middle',
      'export class X {\n  go() {\n    return [1,',
      {},
      /`class`, line 3: .*It reads: return \[1,/,
    ],
    [
      'a syntax error in the helpers',
      body('return 1;'),
      { helpers: 'const a = 1;\nconst = 2;' },
      /`helpers`, line 2: .*It reads: const = 2;/,
    ],
    [
      'imports that are none',
      body('return 1;'),
      { imports: ["import a from 'zod'", 'const b = 1;'] },
      /`imports\[1\]`, line 1: only import statements may stand there, not: const b = 1;/,
    ],
    ['another name', 'export class Y { a() {} }', {}, /asked for is X, but `class` holds Y/],
    ['a name that differs in case', 'export class x { a() {} }', {}, /asked for is X/],
    [
      'two exported classes',
      `${body('return 1;')}\nexport class Y { a() {} }`,
      {},
      /Line \d of src\/x.ts .*a second class would be exported, Y/,
    ],
    [
      'a second one from a list',
      body('return 1;'),
      { helpers: 'class Y { a() {} }\nexport { Y };' },
      /a second class would be exported, Y/,
    ],
    ['an empty class', 'export class X {}', {}, /X is empty/],
    [
      '50,000 lines',
      `export class X {\n${'  // line\n'.repeat(50_000)}}`,
      {},
      /has 50003 lines .*at most 10000 lines/,
    ],
    ['one long line', `export class X { a = '${'a'.repeat(600_000)}'; }`, {}, /600\d\d\d characters/],
    [
      'casts for bodies',
      'export class X {\n  a(): number { return undefined as any; }\n  b = (): string => null!;\n  c(): Y { return {} as unknown as Y; }\n}',
      {},
      /X is a stub: a, b, c do nothing/,
    ],
    [
      'not implemented',
      "export class X {\n  constructor(private a: number) {}\n  b() { throw new Error('Not implemented'); }\n  c() {}\n}",
      {},
      /X is a stub: b, c do nothing/,
    ],
    [
      '@ts-ignore',
      body('// @ts-ignore\n    return this.a;'),
      {},
      /Line 3 .*@ts-ignore hides what the compiler has to say/,
    ],
    ['@ts-expect-error', body('/* @ts-expect-error no */ return this.a;'), {}, /@ts-expect-error hides/],
    ['@ts-nocheck', `// @ts-nocheck\n${body('return 1;')}`, {}, /@ts-nocheck hides/],
    [
      'a missing member of the skeleton',
      'export class X { a() { return 1; } }',
      {
        original: 'export class X { a(): number; b(c: string): void; private d(): void; }',
        form: 'skeleton',
      },
      /the skeleton in the file declares `b\(c: string\): void`/,
    ],
  ])('%s', (_, code, options, message) => {
    const checked = check(code, options);
    expect(checked.ok).toBe(false);
    expect(checked.problems.join('\n')).toMatch(message);
  });

  it.each<[string, RegExp]>([
    ['globalThis.cache = 1;', /Line 3 .*assigns to a global: `globalThis.cache`/],
    ['(globalThis as any).expect = 1;', /assigns to the test library/],
    ["globalThis['x' + 'y'] = 1;", /assigns to a global/],
    ['const g = globalThis; g.x = 1;', /assigns to a global/],
    ['global.x ??= 1;', /assigns to a global/],
    ['window.x++;', /assigns to a global/],
    ['window.window.x = 1;', /assigns to a global/],
    ['delete globalThis.x;', /assigns to a global/],
    ['[globalThis.x, { a: self.y }] = [1, { a: 1 }];', /assigns to a global: `globalThis.x`/],
    ['for (globalThis.x of []) {}', /assigns to a global/],
    ["Object.defineProperty(globalThis, 'x', {});", /assigns to a global/],
    ['Object.assign(globalThis, {});', /assigns to a global/],
    ["Reflect.set(window, 'x', 1);", /assigns to a global/],
    ['console.log = () => {};', /assigns to a global: `console.log`/],
    ['Date.now = () => 0;', /assigns to a global: `Date.now`/],
    ['Math = null;', /assigns to a global: `Math`/],
    ['process.exitCode = 0;', /assigns to a global/],
    ['undeclared = 1;', /assigns to a global: `undeclared`/],
    ['expect = () => ({});', /assigns to the test library: `expect`/],
    ['describe.only = 1; it.skip = 2;', /assigns to the test library: `describe.only`/],
    ['globalThis.expect = () => {};', /assigns to the test library: `globalThis.expect`/],
    ['jest.fn = 1;', /assigns to the test library: `jest.fn`/],
    ["vi.mock('./a');", /uses the test library's `vi`/],
    ['expect(1).toBe(1);', /uses the test library's `expect`/],
    ["if (typeof jest !== 'undefined') return 42;", /uses the test library's `jest`/],
    ['if (process.env.VITEST) return 42;', /asks whether a test runs it/],
    ['if (import.meta.vitest) return 42;', /asks whether a test runs it/],
    ['const { test } = globalThis;', /uses the test library's `test`/],
    ['process.exit(0);', /`process.exit` ends the process/],
    ["process['exit'](0);", /ends the process/],
    ['globalThis.process.exit();', /ends the process/],
    ['const { exit } = process; exit(0);', /ends the process/],
    ['const p = process; p.abort();', /ends the process/],
    ['Array.prototype.last = function () { return 1; };', /changes the built-in Array for all code/],
    ["Object.defineProperty(String.prototype, 'x', {});", /changes the built-in String/],
    ['Object.prototype.toString = () => "";', /changes the built-in Object/],
    ["eval('1');", /uses `eval`/],
    ["(0, eval)('1');", /uses `eval`/],
    ["return new Function('return 1')();", /makes a function out of text/],
    ["return Function('return this')();", /makes a function out of text/],
    ["return [].constructor.constructor('return this')();", /makes a function out of text/],
    ["setTimeout('go()', 1);", /runs text as code/],
    ["return require('vitest');", /imports the test library 'vitest'/],
    ["return import('./x.test.js');", /imports '.\/x.test.js', which belongs to the tests/],
    ["return import('left-pad');", /package.json does not declare the package left-pad/],
  ])('%s', (code, message) => {
    const checked = check(body(code));
    expect(checked.ok).toBe(false);
    expect(checked.problems.join('\n')).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    ["import { expect } from 'vitest';", 'expect', /Line 1 .*imports the test library 'vitest'/],
    ["import test from 'node:test';", 'test', /test library 'node:test'/],
    ["import { jest } from '@jest/globals';", 'jest', /test library '@jest\/globals'/],
    ["import { data } from './__tests__/data.js';", 'data', /belongs to the tests/],
    ["import { data } from '../test/data.js';", 'data', /belongs to the tests/],
    ["import { exit } from 'node:process';", 'exit', /`exit` of 'node:process' ends the process/],
    ["import proc from 'process';", 'proc.exit()', /`proc.exit` ends the process/],
    ["import fs from 'node:fs';", '(fs.readFileSync = expected)', /replaces a part of 'node:fs'/],
    [
      "import { Other } from './other.js';",
      '(Other.prototype.go = expected)',
      /changes Other of '.\/other.js' for all code/,
    ],
    [
      "import chunk from 'lodash/chunk';",
      'chunk',
      /'lodash\/chunk' is imported, but package.json does not declare the package lodash/,
    ],
    ["import type { A } from '@other/pkg/a';", '1 as A', /package @other\/pkg/],
  ])('%s', (statement, use, message) => {
    const checked = check(body(`return ${use};`), { imports: [statement] });
    expect(checked.ok).toBe(false);
    expect(checked.problems.join('\n')).toMatch(message);
  });
});

describe('what is told', () => {
  it.each<[string, string, string, number]>([
    ['a cast to any', body('return expected as any;'), 'any', 3],
    ['an any parameter', 'export class X {\n  a(b: any) { return b; }\n}', 'any', 2],
    ['a switched off lint', body('// eslint-disable-next-line\n    return 1;'), 'lint-suppressed', 3],
    ['the environment', body('return process.env.HOME;'), 'environment', 3],
    ['a change of the environment', body('process.env.A = expected;'), 'environment', 3],
    ['the network', body("return fetch('a');"), 'network', 3],
    ['code chosen at run time', body('return import(expected);'), 'dynamic-code', 3],
    ['a global chosen at run time', body('return globalThis[expected];'), 'dynamic-code', 3],
    [
      'a member to come',
      "export class X {\n  a() { return 1; }\n  b() { throw new Error('TODO'); }\n}",
      'not-implemented',
      3,
    ],
    ['another export', `export const a = 1;\n${body('return a;')}`, 'extra-export', 1],
    ['a re-export', `${body('return 1;')}\nexport * from './a.js';`, 'extra-export', 7],
    ['a side effect', `register(1);\n${body('return 1;')}`, 'side-effect', 1],
    ['a global augmentation', `declare global { interface A {} }\n${body('return 1;')}`, 'augmentation', 1],
    ['the running process', body("process.on('exit', () => {});"), 'process', 3],
  ])('%s', (_, code, expected, line) => {
    const checked = check(code);
    expect(checked.problems).toEqual([]);
    expect(checked.findings).toEqual([
      { code: expected, line, file: 'src/x.ts', message: expect.any(String) },
    ]);
  });

  it.each([
    ["import { spawn } from 'node:child_process';", 'spawn', 'child-process'],
    ["import fs from 'fs/promises';", 'fs', 'file-access'],
    ["import https from 'https';", 'https', 'network'],
    ["import { Worker } from 'worker_threads';", 'Worker', 'worker'],
    ["import vm from 'node:vm';", 'vm', 'dynamic-code'],
  ])('%s', (statement, use, code) => {
    const checked = check(body(`return ${use};`), { imports: [statement] });
    expect(checked).toMatchObject({ ok: true, findings: [{ code, line: 1 }] });
  });

  it('is no news where the file did it before', () => {
    const original = "import fs from 'node:fs';\nexport class X { a() { window.b = fs; process.env.A; } }\n";
    const checked = check('export class X {\n  a() { window.c = fs; return process.env.B; }\n}', {
      original,
      form: 'replace',
    });
    expect(checked.problems).toEqual([]);
    expect(checked.findings.map((f) => [f.code, f.line])).toEqual([['global-write', 3]]);
  });

  it('gives lines of the file with the class in place', () => {
    const original = "// Head\nimport { a } from './a.js';\n\nexport const b = a;\n";
    const checked = check('export class X {\n  c: any;\n}', {
      original,
      form: 'new-class',
      imports: ["import { d } from './d.js'"],
    });
    expect(checked.findings.map((f) => f.line)).toEqual([7]);
    expect(checked.repairs).toEqual(["left out the unused import of d from './d.js'"]);
  });
});

it('takes a class of the most lines there may be', () => {
  const lines = Array.from({ length: MAX_CLASS_LINES - 10 }, (_, i) => `  a${i}() { return ${i}; }`);
  expect(check(`export class X {\n${lines.join('\n')}\n}`).ok).toBe(true);
});
