import { expect, test } from 'vitest';
import { ts } from '../../src/language/typescript/ast.ts';
import { knownBad } from './known-bad.ts';
import { mutants } from './mutants.ts';
import { reorderTests } from './orders.ts';
import type { Switched } from './switched.ts';

const FILE = 'src/till.ts';
const TILL = `import { rate } from './rate.ts';
export class Till {
  static readonly most = 3;
  #coins: number[] = [];
  readonly label: string | undefined = 'till';
  constructor(coins: number[] = []) { this.#coins = [...coins]; }
  get total(): number { return this.#coins.reduce((sum, coin) => sum + coin, 0); }
  put(coin: number): this {
    if (coin <= 0) throw new Error('A coin is worth something');
    this.#coins.push(coin);
    return this;
  }
  large(): number[] { return this.#coins.filter((coin) => coin >= 10).sort(); }
  name = (): string => this.label?.trim() ?? 'none';
  count(): number { let n = 0; for (const coin of this.#coins) if (coin > 0 && !Number.isNaN(coin)) n++; return n; }
  endless(): void { let n = 0; while (n < 1) { n += 1; } }
}
`;

interface Till {
  total: number;
  put(coin: number): Till;
  large(): number[];
  name(): string;
  count(): number;
  endless(): void;
}

/** Runs what a version does, in place of a runner: everything that it shows as one text. */
function behaviour({ text }: Switched, version: number): string {
  const code = ts.transpileModule(text.replace(/^import.*$/m, ''), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  }).outputText;
  const scope = {
    exports: {} as { Till: new (coins?: number[]) => Till },
    globalThis: {} as Record<string, unknown>,
  };
  new Function('exports', 'globalThis', code)(scope.exports, scope.globalThis);
  scope.globalThis.__classwrightVersion = version;
  const said: unknown[] = [];
  const say = (what: () => unknown) => {
    try {
      said.push(what());
    } catch (error) {
      said.push(error instanceof Error ? error.message : error);
    }
  };
  const till = new scope.exports.Till([10, 2, 30]);
  say(() => till.total);
  say(() => till.put(5) === till);
  say(() => till.put(0));
  say(() => till.large());
  say(() => till.name());
  say(() => till.count());
  say(() => till.endless());
  say(() => new scope.exports.Till().total);
  return JSON.stringify(said);
}

const REFERENCE = JSON.stringify([42, true, 'A coin is worth something', [10, 30], 'till', 4, null, 0]);

test('without a choice all versions in one text behave as the reference', () => {
  for (const made of [knownBad(TILL, FILE, 'Till', { whole: false }), mutants(TILL, FILE, 'Till')])
    expect(behaviour(made, 0)).toBe(REFERENCE);
});

test('known-bad classes are the four whole ones, and one without each body; none behaves as the reference', () => {
  const made = knownBad(TILL, FILE, 'Till', { whole: false });
  expect(made.variants.map(({ what }) => what)).toEqual([
    ...['empty methods', 'throwing methods', 'constants', 'any-cast stubs'],
    ...['constructor', 'total', 'put', 'large', 'name', 'count', 'endless'].map(
      (name) => `without the body of ${name}`,
    ),
  ]);
  // A method that shows nothing cannot be missed here.
  const same = made.variants.filter((_, at) => behaviour(made, at + 1) === REFERENCE);
  expect(same.map(({ what }) => what)).toEqual(['without the body of endless']);
  expect(knownBad(TILL, FILE, 'Till', { whole: true }).variants).toHaveLength(4);
});

test('mutants change one place each, and an endless loop ends', () => {
  const made = mutants(TILL, FILE, 'Till', { most: 1000 });
  const kinds = new Set(made.variants.map(({ what }) => what));
  for (const kind of [
    '<= to <',
    '>= to >',
    '&& to ||',
    '+ to -',
    'without !',
    'another number',
    'another text',
    'push to unshift',
    'without filter',
    'without sort',
    'without ??',
    'without ?.',
    'without return',
    'without throw',
    'without statement',
  ])
    expect([kind, kinds.has(kind)]).toEqual([kind, true]);
  const behaviours = made.variants.map((variant, at) => ({ ...variant, shown: behaviour(made, at + 1) }));
  expect(behaviours.filter(({ what, shown }) => what === 'without throw' && shown === REFERENCE)).toEqual([]);
  expect(behaviours.some(({ line, shown }) => line === 16 && shown.includes('endless'))).toBe(true);
  // What runs before a version can be chosen, and the texts of errors, stay.
  expect(made.variants.filter(({ line }) => line === 3)).toEqual([]);
  expect(made.variants.filter(({ line, what }) => line === 9 && what === 'another text')).toEqual([]);
});

test('a sample is the same for the same seed', () => {
  const of = (seed: number) => mutants(TILL, FILE, 'Till', { most: 8, seed });
  expect(of(1).variants).toHaveLength(8);
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
});

test('tests change places with their neighbours, and nothing else moves', () => {
  const text = `import { test, describe } from 'vitest';
let shared = 0;
test('one', () => { shared++; });
describe('suite', () => {
  const inside = 1;
  test('two', () => {});
  test('three', () => {});
});
// End.
`;
  const backwards = (count: number) => Array.from({ length: count }, (_, at) => count - 1 - at);
  expect(reorderTests(text, 'a.test.ts', backwards)).toBe(`import { test, describe } from 'vitest';
let shared = 0;
describe('suite', () => {
  const inside = 1;
  test('three', () => {});
  test('two', () => {});
});
test('one', () => { shared++; });
// End.
`);
  expect(reorderTests(text, 'a.test.ts', (count) => [...Array(count).keys()])).toBe(text);
});
