import { describe, expect, it } from 'vitest';
import { BODY, textOf } from '../../testing/place-case.ts';

describe('a new file', () => {
  it('holds imports, helpers and the class, and ends with a line ending', () => {
    expect(
      textOf({
        imports: [
          "import { A } from './a.js'",
          "import type { B } from './b.js';\nimport { C } from './a.js';",
        ],
        helpers: 'const LIMIT = 3;\n\nfunction cut(a: A) {\n  return LIMIT;\n}',
        class: '/** What X does. */\nexport class X {\n  go(b: B): C {\n    return cut(new A());\n  }\n}',
      }),
    ).toBe(
      "import { A, C } from './a.js';\nimport type { B } from './b.js';\n\nconst LIMIT = 3;\n\nfunction cut(a: A) {\n  return LIMIT;\n}\n\n/** What X does. */\nexport class X {\n  go(b: B): C {\n    return cut(new A());\n  }\n}\n",
    );
  });

  it('exports the class where the submission forgot it', () => {
    expect(textOf({ class: `@dec()\nabstract class X ${BODY}` })).toBe(
      `@dec()\nexport abstract class X ${BODY}\n`,
    );
    expect(textOf({ class: `class X ${BODY}\n\nexport default X;` })).toBe(
      `class X ${BODY}\n\nexport default X;\n`,
    );
    expect(textOf({ class: 'const X = class {};' })).toBe('export const X = class {};\n');
  });

  it('takes the style of its siblings', () => {
    const sibling =
      'import {a} from "./a"\r\n\r\nexport class Y {\r\n\tgo() {\r\n\t\treturn a("b")\r\n\t}\r\n}\r\n';
    expect(
      textOf({
        siblings: [sibling],
        imports: ["import { Q } from './q';"],
        class:
          "export class X {\n  /**\n   * Doc.\n   */\n  go(q: Q) {\n    const text = `\n    kept\n`;\n    return 'it' + \"it's\" + text;\n  }\n}",
      }),
    ).toBe(
      'import {Q} from "./q"\r\n\r\nexport class X {\r\n\t/**\r\n\t * Doc.\r\n\t */\r\n\tgo(q: Q) {\r\n\t\tconst text = `\r\n    kept\r\n`\r\n\t\treturn "it" + "it\'s" + text\r\n\t}\r\n}\r\n',
    );
  });
});

describe('a file that lacks the class', () => {
  const added = `export class X ${BODY}`;
  it.each<[string, string, string]>([
    ['only imports', "import { a } from './a';\n", "import { a } from './a';\n\n@@\n"],
    ['only a header', '// Copyright\n', '// Copyright\n\n@@\n'],
    ['declarations', 'export const a = 1;\n', 'export const a = 1;\n\n@@\n'],
    ['no line ending at its end', 'export const a = 1;', 'export const a = 1;\n\n@@'],
    ['an interface of its name', 'export interface X { a: 1 }\n', 'export interface X { a: 1 }\n\n@@\n'],
    [
      'a namespace of its name',
      'const a = 1;\n/** N. */\nexport namespace X { export const b = 1; }\n',
      'const a = 1;\n@@\n\n/** N. */\nexport namespace X { export const b = 1; }\n',
    ],
    [
      'an eager user',
      'const a = 1;\nexport const it = new X();\n',
      'const a = 1;\n@@\n\nexport const it = new X();\n',
    ],
    ['a subclass', 'export class Z extends X {}\n', '@@\n\nexport class Z extends X {}\n'],
    [
      'a decorator that names it',
      '@of(() => X)\nclass Z {}\nclass W { @of(X) a = 1 }\n',
      '@of(() => X)\nclass Z {}\n@@\n\nclass W { @of(X) a = 1 }\n',
    ],
    [
      'late users alone',
      'export const make = () => new X();\nexport type Y = X;\n',
      'export const make = () => new X();\nexport type Y = X;\n\n@@\n',
    ],
  ])('%s', (_, original, expected) => {
    expect(textOf({ original, form: 'new-class', class: added })).toBe(expected.replace('@@', added));
  });

  it.each(['export { X };', 'export default X;', 'export { X as default };', 'export = X;'])(
    'that exports it by `%s` gets it without a modifier',
    (line) => {
      expect(textOf({ original: `const a = 1;\n${line}\n`, form: 'new-class', class: added })).toBe(
        `const a = 1;\nclass X ${BODY}\n\n${line}\n`,
      );
    },
  );

  it.each([
    ['// ---- Types ----\n\ninterface T {}\n', ''],
    ['/* eslint-disable */\n// Copyright\n\n//#region Types\ninterface T {}\n', '//#region'],
    ['// Words on helpers.\n// And more.\nfunction f() {}\n', ''],
    ['// @ts-check\n// Words on f.\nfunction f() {}\n', '// Words'],
    ['// eslint-disable-next-line no-var\nvar a = 1;\n', ''],
    ['// What this file is for.\n\n// Words on f.\nfunction f() {}\n', '// Words'],
  ])('puts imports above what belongs to a section or a declaration: %j', (original, before) => {
    const placed = textOf({
      original,
      form: 'new-class',
      imports: ["import b from './b';"],
      class: 'export class X { a = b; }',
    });
    const at = before === '' ? 0 : original.indexOf(before);
    const head = original.slice(0, at);
    const gap = head === '' || head.endsWith('\n\n') ? '' : '\n';
    expect(placed).toBe(
      `${head}${gap}import b from './b';\n\n${original.slice(at)}\nexport class X { a = b; }\n`,
    );
  });

  it('puts imports below header, hashbang and directives', () => {
    const original =
      "#!/usr/bin/env node\n/* Copyright */\n'use strict';\n\n/** A. */\nexport const a = 1;\n";
    expect(
      textOf({
        original,
        form: 'new-class',
        imports: ["import b from './b';"],
        class: 'export class X { a = b; }',
      }),
    ).toBe(
      "#!/usr/bin/env node\n/* Copyright */\n'use strict';\n\nimport b from './b';\n\n/** A. */\nexport const a = 1;\n\nexport class X { a = b; }\n",
    );
  });
});

it('keeps a byte order mark first', () => {
  expect(
    textOf({
      original: '\uFEFFexport class X {}\n',
      imports: ["import b from './b';"],
      class: 'export class X { a = b; }',
    }),
  ).toBe("\uFEFFimport b from './b';\n\nexport class X { a = b; }\n");
});

describe('the class that stands there', () => {
  it.each<[string, string, string, string]>([
    ['export', 'export class X { go(): number; }', `class X ${BODY}`, `export class X ${BODY}`],
    [
      'default export',
      'export default class X { go(): number; }',
      `export class X ${BODY}`,
      `export default class X ${BODY}`,
    ],
    ['no export', 'class X { go(): number; }', `export default class X ${BODY}`, `class X ${BODY}`],
    [
      'export list',
      'class X { go(): number; }\nexport { X };',
      `export class X ${BODY}`,
      `class X ${BODY}\nexport { X };`,
    ],
    [
      'export assignment',
      'class X {}\nexport default X;',
      `class X ${BODY}\nexport default X;`,
      `class X ${BODY}\nexport default X;`,
    ],
    [
      'declare',
      'export declare class X { go(): number; }',
      `export class X ${BODY}`,
      `export class X ${BODY}`,
    ],
    [
      'abstract',
      'export abstract class X { go(): number; }',
      `export abstract class X ${BODY}`,
      `export abstract class X ${BODY}`,
    ],
    [
      'decorators',
      '@E()\nexport class X { go(): number; }',
      `@E()\nexport class X ${BODY}`,
      `@E()\nexport class X ${BODY}`,
    ],
    [
      'decorators behind export',
      'export @e class X { go(): number; }',
      `@e class X ${BODY}`,
      `@e export class X ${BODY}`,
    ],
    [
      'constant, as a class',
      'export const X: Ctor = mixin(class { go(): number; });',
      `export class X ${BODY}`,
      `export const X: Ctor = mixin(class X ${BODY});`,
    ],
    [
      'constant, as a constant',
      'export const X = class {};',
      `const X = class ${BODY};`,
      `export const X = class ${BODY};`,
    ],
    [
      'one of two constants',
      'const A = class {}, X = class {}, B = 1;',
      `class X ${BODY}`,
      `const A = class {}, X = class X ${BODY}, B = 1;`,
    ],
    [
      'default call',
      'export default mixin(class X {});',
      `export class X ${BODY}`,
      `export default mixin(class X ${BODY});`,
    ],
    [
      'mixin function',
      'export function X<T extends Ctor>(Base: T) { return class extends Base { a(): void; } }',
      `function X<T extends Ctor>(Base: T) {\n  return class extends Base {\n    a() {}\n  };\n}`,
      `export function X<T extends Ctor>(Base: T) {\n  return class extends Base {\n    a() {}\n  };\n}`,
    ],
    [
      'interface and namespace',
      'export interface X { a: 1 }\nexport class X { go(): number; }\nexport namespace X { export type Y = 1 }',
      `export class X ${BODY}`,
      `export interface X { a: 1 }\nexport class X ${BODY}\nexport namespace X { export type Y = 1 }`,
    ],
    [
      'interface submitted again',
      'export interface X { a: 1 }\nexport class X { go(): number; }',
      `export interface X {\n  a: 1;\n}\n\nexport class X ${BODY}`,
      `export interface X { a: 1 }\nexport class X ${BODY}`,
    ],
  ])('%s', (_, standing, submitted, expected) => {
    const around = (text: string) =>
      `// Copyright\n\nconst before = 1;\n\n${text}\n\nexport const after = "x"\n`;
    expect(textOf({ original: around(standing), class: submitted })).toBe(around(expected));
  });

  it('keeps its documentation unless the submission brings its own', () => {
    const original = '/** @license MIT */\n\n/** Old. */\nexport class X { go(): number; }\n';
    expect(textOf({ original, class: `export class X ${BODY}` })).toBe(
      `/** @license MIT */\n\n/** Old. */\nexport class X ${BODY}\n`,
    );
    expect(textOf({ original, class: `/** New. */\nexport class X ${BODY}` })).toBe(
      `/** @license MIT */\n\n/** New. */\nexport class X ${BODY}\n`,
    );
    expect(
      textOf({ original: '// Note.\nexport class X {}\n', class: `// Note.\nexport class X ${BODY}` }),
    ).toBe(`// Note.\nexport class X ${BODY}\n`);
    expect(
      textOf({
        original: '/* Copyright 2020 */\nexport class X {}\n',
        class: `/** New. */\nexport class X ${BODY}`,
      }),
    ).toBe(`/* Copyright 2020 */\n/** New. */\nexport class X ${BODY}\n`);
  });

  it('gets its helpers right before it, above its documentation', () => {
    const original = 'const a = 1;\n\n/** Old. */\nexport class X {}\n';
    expect(
      textOf({ original, helpers: '/** H. */\nconst h = 2;\ntype T = 1;', class: `export class X ${BODY}` }),
    ).toBe(`const a = 1;\n\n/** H. */\nconst h = 2;\n\ntype T = 1;\n\n/** Old. */\nexport class X ${BODY}\n`);
    expect(textOf({ original, helpers: 'const a = 1', class: `export class X ${BODY}` })).toBe(
      `const a = 1;\n\n/** Old. */\nexport class X ${BODY}\n`,
    );
  });

  it('keeps overloads, generics, private names, parameter properties and JSX', () => {
    const code =
      'export abstract class X<K extends string, V = K> extends Mix(Base)<V> implements I<K> {\n  #a = 1;\n  constructor(private readonly b: B, protected c?: C) {\n    super();\n  }\n  go(a: 1): 1;\n  go(a: 2): 2;\n  go(a: 1 | 2) {\n    return <p title="a">{a}</p>;\n  }\n  abstract stop(): void;\n  static { X.name; }\n}';
    expect(textOf({ file: 'x.tsx', original: "const q = 'a';\nexport class X {}\n", class: code })).toBe(
      `const q = 'a';\n${code}\n`,
    );
  });

  it('undoes an indentation of the whole submission', () => {
    expect(
      textOf({
        original: 'export class X {}\n',
        class: `  /** D. */\n  export class X {\n    go() {\n      return 1;\n    }\n  }`,
      }),
    ).toBe('/** D. */\nexport class X {\n  go() {\n    return 1;\n  }\n}\n');
  });

  it('writes four spaces and tabs as the file does', () => {
    const four = 'export class X {\n    go(): number;\n}\n\nfunction f() {\n    return 1;\n}\n';
    expect(textOf({ original: four, class: `export class X ${BODY}` })).toContain(
      '{\n    go(): number {\n        return 1;\n    }\n}',
    );
    const tabs = 'export class X {\n\tgo(): number;\n}\n';
    expect(
      textOf({ original: tabs, class: 'export class X {\n    go(): number {\n        return 1;\n    }\n}' }),
    ).toBe('export class X {\n\tgo(): number {\n\t\treturn 1;\n\t}\n}\n');
  });

  it('keeps Windows line endings, and leaves mixed quotes with content alone', () => {
    expect(
      textOf({
        original: "import { a } from 'a';\r\nexport class X {\r\n}\r\n",
        imports: ["import { b } from 'a'", "import c from 'c'"],
        class: 'export class X {\n  d = b + c + "it\'s" + "\\"";\n}',
      }),
    ).toBe(
      'import { b } from \'a\';\r\nimport c from \'c\';\r\nexport class X {\r\n  d = b + c + "it\'s" + "\\"";\r\n}\r\n'.replace(
        '{ b }',
        '{ a, b }',
      ),
    );
  });
});
