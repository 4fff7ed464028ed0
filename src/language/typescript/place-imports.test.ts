import { describe, expect, it } from 'vitest';
import { place, textOf } from '../../testing/place-case.ts';

describe('imports', () => {
  const merged = (original: string, imports: string[], uses: string) => {
    const placed = place({
      original: `${original}\nexport class X {}\n`,
      imports,
      class: `export class X { a = [${uses}]; }`,
    });
    return 'text' in placed
      ? placed.text.slice(0, placed.text.indexOf('export class')).trim()
      : placed.problems.join('\n');
  };
  it.each<[string, string, string[], string, string]>([
    [
      'the file has it in another form',
      "import * as fs from 'node:fs';\nfs;",
      ["import fs from 'fs'"],
      'fs',
      "import * as fs from 'node:fs';\nfs;",
    ],
    [
      'an interface shares its name',
      'export interface E { a: 1 }',
      ["import { E } from './e'"],
      'E.a',
      "import { E } from './e';\n\nexport interface E { a: 1 }",
    ],
    [
      'a type that the file declares',
      'interface E { a: 1 }',
      ["import type { E } from './e'"],
      '1 as E',
      "E is imported from './e', but the file declares E itself (line 1): leave the import out or rename it with `as`.",
    ],
    [
      'nothing twice',
      "import { A } from './a';\nA;",
      ["import { A } from './a'"],
      'A',
      "import { A } from './a';\nA;",
    ],
    [
      'the same module by another extension',
      "import { A } from './a.js';\nA;",
      ["import { A, B } from './a'"],
      'A, B',
      "import { A, B } from './a.js';\nA;",
    ],
    [
      'a name beside a default',
      "import d from './a';\nd;",
      ["import { B } from './a'"],
      'B',
      "import d, { B } from './a';\nd;",
    ],
    [
      'several lines',
      "import {\n  A,\n} from './a';\nA;",
      ["import { B as C } from './a'"],
      'C',
      "import {\n  A,\n  B as C,\n} from './a';\nA;",
    ],
    [
      'types apart',
      "import { A } from './a';\nA;",
      ["import type { T } from './a'"],
      '1 as T',
      "import { A } from './a';\nimport type { T } from './a';\nA;",
    ],
    [
      'types with types',
      "import type { S } from './a';\ntype Z = S;",
      ["import type { T } from './a'"],
      '1 as T',
      "import type { S, T } from './a';\ntype Z = S;",
    ],
    [
      'inline types where the file has them',
      "import { type S, A } from './a';\nA as S;",
      ["import type { T } from './a'"],
      '1 as T',
      "import { type S, A, type T } from './a';\nA as S;",
    ],
    [
      'a type that becomes a value',
      "import type { A } from './a';\ntype Z = A;",
      ["import { A } from './a'"],
      'A',
      "import { A } from './a';\ntype Z = A;",
    ],
    [
      'one of two types that becomes a value',
      "import type { A, S } from './a';\ntype Z = A | S;",
      ["import { A } from './a'"],
      'A',
      "import type { S } from './a';\nimport { A } from './a';\ntype Z = A | S;",
    ],
    [
      'an inline type that becomes a value',
      "import { type A, B } from './a';\nB as A;",
      ["import { A } from './a'"],
      'A',
      "import { A, B } from './a';\nB as A;",
    ],
    [
      'a namespace',
      "import { A } from './a';\nA;",
      ["import * as a from './a'"],
      'a',
      "import { A } from './a';\nimport * as a from './a';\nA;",
    ],
    [
      'a side effect, once',
      "import './a';",
      ["import './a'", "import './b';"],
      '1',
      "import './a';\nimport './b';",
    ],
    [
      'attributes',
      "import { A } from './a';\nA;",
      ["import data from './d.json' with { type: 'json' };"],
      'data',
      "import { A } from './a';\nimport data from './d.json' with { type: 'json' };\nA;",
    ],
    [
      'require',
      "import { A } from './a';\nA;",
      ["import fs = require('fs');"],
      'fs',
      "import { A } from './a';\nimport fs = require('fs');\nA;",
    ],
    [
      'unused ones stay away',
      "import { A } from './a';\nA;",
      ["import { U } from './u'", "import { B, V } from './b'"],
      'B',
      "import { A } from './a';\nimport { B } from './b';\nA;",
    ],
    [
      'its own file stays away',
      'export interface O {}',
      ["import { O } from './x.js'"],
      '{} as O',
      'export interface O {}',
    ],
    [
      'another one of that name',
      "import { A } from './a';\nA;",
      ["import { A } from './b'"],
      'A',
      "A is imported from './b', but the file imports A from './a' (line 1): use that one or rename yours with `as`.",
    ],
    [
      'a name that the file declares',
      'const A = 1;',
      ["import { A } from './b'"],
      'A',
      "A is imported from './b', but the file declares A itself (line 1): leave the import out or rename it with `as`.",
    ],
    [
      'the class itself',
      'const a = 1;',
      ["import { X } from './b'"],
      'X',
      "The imports bring in X from './b', but X is the class to write: leave that import out.",
    ],
  ])('%s', (_, original, imports, uses, expected) => {
    expect(merged(original, imports, uses)).toBe(expected);
  });

  it('leaves what only the old class used, and takes a name from elsewhere in its place', () => {
    const original =
      "// Head\nimport { A, B } from './a';\nimport { C } from './c';\n\nexport class X { a = A; c = C; }\nexport const b = B;\n";
    expect(
      textOf({
        original,
        form: 'replace',
        imports: ["import { C } from './d';"],
        class: 'export class X { c = C; }',
      }),
    ).toBe(
      "// Head\nimport { B } from './a';\nimport { C } from './d';\n\nexport class X { c = C; }\nexport const b = B;\n",
    );
    expect(
      textOf({
        original: "// Head\nimport A from './a';\n\nexport class X { a = A; }\n",
        form: 'replace',
        class: 'export class X { c = 1; }',
      }),
    ).toBe('// Head\nexport class X { c = 1; }\n');
  });

  it('says what it left out', () => {
    expect(place({ imports: ["import { U } from './u'"], class: 'export class X {}' })).toMatchObject({
      repairs: ["left out the unused import of U from './u'"],
    });
  });
});
