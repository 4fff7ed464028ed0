import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Case, place } from '../../testing/place-case.ts';
import { existingDeclarationsChanged, findClass } from './syntax.ts';

describe('what cannot be placed', () => {
  it.each<[string, Case, RegExp]>([
    ['another class', { class: 'export class Y {}' }, /asked for is X, but `class` holds Y/],
    ['a class without a name', { class: 'export default class {}' }, /holds a class without a name/],
    ['no class', { class: 'const a = 1;' }, /holds no class/],
    ['the class twice', { class: 'class X {}\nclass X {}' }, /declares X 2 times/],
    [
      'a file with two',
      { original: 'class X {}\nclass X {}', class: 'class X {}' },
      /src\/x.ts declares X 2 times/,
    ],
    [
      'a constant for a class',
      { original: 'export class X {}', class: 'const X = class {};' },
      /stands in the file as a class declaration \(line 1\)/,
    ],
    [
      'a class for a mixin',
      { original: 'const X = (B: C) => class extends B {};', class: 'class X {}' },
      /a function that returns the class/,
    ],
    [
      'a helper that clashes',
      { original: 'const cut = 1;\nexport class X {}', helpers: 'const cut = 2;', class: 'class X {}' },
      /cut is declared in the file already \(line 1\)/,
    ],
    [
      'another interface of its name',
      { original: 'interface X { a: 1 }\nexport class X {}', class: 'interface X { a: 2 }\nclass X {}' },
      /X is declared in the file already/,
    ],
  ])('%s', (_, c, message) => {
    const placed = place(c);
    expect('problems' in placed && placed.problems.join('\n')).toMatch(message);
  });
});

describe('existingDeclarationsChanged', () => {
  const before =
    "import { a } from './a';\nimport './side';\nexport const b = { c: 'd' };\nfunction e(f) { return f }\nexport class X {}\n";
  it.each<[string, string, string[]]>([
    ['nothing', before, []],
    [
      'the class and imports',
      "import './side';\nexport const b = { c: 'd' };\nfunction e(f) { return f }\nexport class X { g = 1 }\n",
      [],
    ],
    [
      'formatting',
      'import "./side"\nexport const b = {\n  c: "d",\n}\n// note\nfunction e(f) {\n  return f;\n}\n',
      [],
    ],
    [
      'a value',
      before.replace("'d'", "'z'"),
      ["`export const b = { c: 'd' };` (line 3) was changed: only X may change in this file."],
    ],
    [
      'a removal',
      before.replace(/function.*\n/, ''),
      ['`function e(f)` (line 4) was removed: only X may change in this file.'],
    ],
    [
      'a side effect',
      before.replace("import './side';\n", ''),
      ["`import './side';` (line 2) was removed: only X may change in this file."],
    ],
  ])('%s', (_, after, expected) => {
    expect(existingDeclarationsChanged(before, after, 'x.ts', 'X')).toEqual(expected);
  });
});

describe('for any file', () => {
  const statement = fc.constantFrom(
    'export const a = `\n  b`;',
    "import { c, d } from './c';",
    "import type { T } from '../t.js';",
    '/** Doc. */\nexport interface I {\n\t a: 1\n}',
    'function f() {\n    return "x"\n}',
    '// comment\n',
    'class Y {\n  z = 1\n}',
    'export type U = T | I;',
    'c();',
  );
  const standing = fc.constantFrom(
    'export class X { go(): void; }',
    'export default class X {}',
    'const X = m(class {});',
    '/** D. */\n@d\nexport abstract class X<T> {}',
    undefined,
  );
  it('the class is there and the rest is as it was, imports apart', () => {
    fc.assert(
      fc.property(
        fc.array(statement, { maxLength: 4 }),
        standing,
        fc.array(statement, { maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        (head, old, tail, windows, imports) => {
          const ending = windows ? '\r\n' : '\n';
          const first = [...new Set(head)];
          const parts = [...first, ...(old ? [old] : []), ...new Set(tail.filter((s) => !first.includes(s)))];
          const original = `${parts.join('\n')}\n`.replaceAll('\n', ending);
          const placed = place({
            original,
            form: old ? 'replace' : 'new-class',
            imports: imports ? ["import { c, q } from './c';"] : [],
            class: 'export class X {\n  go() {\n    return [c, q];\n  }\n}',
          });
          if (!('text' in placed)) throw new Error(placed.problems.join());
          const found = findClass(placed.text, 'src/x.ts', 'X');
          expect(found?.members.map((m) => m.name)).toEqual(['go']);
          const without = (text: string) => {
            const at = findClass(text, 'src/x.ts', 'X');
            const rest = at ? text.slice(0, at.start) + text.slice(at.end) : text;
            return rest
              .replace(/^import [^\n]*\n/gm, '')
              .replace(/(\r?\n)+/g, '\n')
              .trim();
          };
          expect(without(placed.text).replace('/** D. */\n', '')).toBe(
            without(original).replace('/** D. */\n', ''),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
