import { describe, expect, it } from 'vitest';
import { normalisedLines, removeClass } from './syntax.ts';

describe('removeClass', () => {
  it.each<[string, string, string]>([
    [
      'takes the class, its documentation, private helpers and imports that only it used',
      "// Head\nimport { A, B } from './a';\nimport { C } from './c';\nimport './side';\n\nconst LIMIT = 3;\n\n/** Helps. */\nfunction cut(c: C) {\n  return twice(LIMIT);\n}\n\nconst twice = (n: number) => (n > 9 ? cut(n) : n);\n\nexport const b = B;\n\n/** Doc. */\n@dec()\nexport class X {\n  go(a: A) {\n    return cut(a);\n  }\n}\n\nfunction unrelated() {}\n",
      "// Head\nimport { B } from './a';\nimport './side';\n\nexport const b = B;\n\nfunction unrelated() {}\n",
    ],
    [
      'takes the comments that belong to what goes, whatever their form, and leaves those of the file and its sections',
      '// @ts-check\n// Cuts a bit.\nfunction cut() {}\n\n/* Two\n   lines */\nconst B = 1; // more\n\n// ---- Classes ----\n\n// The class.\n// Its rules.\nexport class X { a = cut() + B; }\n\n// ---- Rest ----\nconst unrelated = 1;\n',
      '// @ts-check\n// ---- Classes ----\n\n// ---- Rest ----\nconst unrelated = 1;\n',
    ],
    [
      'keeps helpers that something else uses too',
      'const a = 1;\nfunction f() { return a; }\nexport class X { b = f(); }\nexport const c = f();\n',
      'const a = 1;\nfunction f() { return a; }\nexport const c = f();\n',
    ],
    [
      'keeps exported helpers',
      'export const a = 1;\nconst b = 2;\nexport class X { c = a + b; }\nexport { b };\n',
      'export const a = 1;\nconst b = 2;\nexport { b };\n',
    ],
    [
      'takes it out of export statements',
      'class Y {}\nclass X {}\nexport { Y, X as Z };\nexport default X;\n',
      'class Y {}\nexport { Y };\n',
    ],
    [
      'keeps what it merges with',
      'export interface X { a: 1 }\nexport class X {}\nexport namespace X { export const b = 1 }\n',
      'export interface X { a: 1 }\nexport namespace X { export const b = 1 }\n',
    ],
    [
      'takes a constant',
      'const a = 1;\r\n\r\nexport const X = m(class {});\r\n\r\nexport { a };\r\n',
      'const a = 1;\r\n\r\nexport { a };\r\n',
    ],
    ['leaves nothing of a file of its own', "import { A } from './a';\n\nexport class X extends A {}\n", ''],
    [
      'does not mistake a member for a helper',
      'const size = 1;\nexport class X { size = 2; }\nconsole.log(size);\n',
      'const size = 1;\nconsole.log(size);\n',
    ],
    ['leaves a file without the class', 'export class Y {}\n', 'export class Y {}\n'],
  ])('%s', (_, text, expected) => {
    expect(removeClass(text, 'x.ts', 'X')).toBe(expected);
  });
});

it('normalises lines', () => {
  const text =
    "/** Doc. */\nexport class  X {\n\ta = `// kept`; // gone\n  /* gone\n   * too */ b = 'x';\n\n  }\n}";
  expect(normalisedLines(text)).toEqual(['export class X {', 'a = `// kept`;', "b = 'x';"]);
});
