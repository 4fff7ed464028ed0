import { describe, expect, it } from 'vitest';
import { declarationsOf, findClass, findClasses, memberAt, skeletonOf } from './syntax.ts';

const forms: [string, string, Partial<ReturnType<typeof findClass>>][] = [
  ['a class declaration', 'export class X { a() {} }', { form: 'class', exported: true, default: false }],
  ['one that is not exported', 'class X { a() {} }', { form: 'class', exported: false }],
  [
    'a default export',
    'export default class X { a() {} }',
    { form: 'default', exported: true, default: true },
  ],
  ['exported by a list', 'class X {}\nexport { X };', { form: 'class', exported: true, default: false }],
  [
    'exported by a list as default',
    'class X {}\nexport { X as default };',
    { exported: true, default: true },
  ],
  ['exported by an assignment', 'class X {}\nexport default X;', { exported: true, default: true }],
  ['exported for CommonJS', 'class X {}\nexport = X;', { exported: true, default: false }],
  ['a constant', 'export const X = class { a() {} };', { form: 'const', exported: true }],
  ['a constant with a named class', 'const X = class Y { a() {} };', { form: 'const', exported: false }],
  ['a constant through a call', 'export const X = observed(mixin(class { a() {} }));', { form: 'const' }],
  ['a constant with a cast', 'const X = (class { a() {} } as Ctor);', { form: 'const' }],
  ['a default call', 'export default mixin(class X { a() {} });', { form: 'default', exported: true }],
  [
    'a mixin function',
    'export function X<T extends Ctor>(Base: T) { return class extends Base { a() {} }; }',
    { form: 'mixin', exported: true, extends: 'Base' },
  ],
  [
    'a mixin function with a named class',
    'export function X<T extends Ctor>(Base: T) {\n  class Inner extends Base { a() {} }\n  return Inner;\n}',
    { form: 'mixin', extends: 'Base' },
  ],
  [
    'a mixin arrow',
    'export const X = <T extends Ctor>(Base: T) => class extends Base { a() {} };',
    { form: 'mixin' },
  ],
  [
    'an abstract class',
    'export abstract class X { abstract a(): void; }',
    { abstract: true, isSkeleton: false },
  ],
  [
    'a generic one with heritage',
    'export class X<K extends string, V = K> extends Timestamped(Base<K>) implements A.B<V>, C {}',
    {
      typeParameters: ['K extends string', 'V = K'],
      extends: 'Timestamped(Base<K>)',
      implements: ['A.B<V>', 'C'],
      heritage: ['Timestamped', 'Base', 'K', 'A', 'B', 'V', 'C'],
    },
  ],
  [
    'decorators before export',
    '@Entity()\n@Table("x") export class X {}',
    { decorators: ['@Entity()', '@Table("x")'] },
  ],
  ['decorators behind export', 'export @sealed class X {}', { decorators: ['@sealed'] }],
];

describe('findClass', () => {
  it.each(forms)('finds %s', (_, text, expected) => {
    expect(findClass(text, 'src/x.ts', 'X')).toMatchObject(expected ?? {});
  });

  it.each(['x.tsx', 'x.mts', 'x.cts'])('reads %s', (name) => {
    const text = name.endsWith('x.tsx')
      ? 'export class X { r() { return <div>a</div>; } }'
      : 'export class X { r() { return <T>(a: T) => a; } }';
    expect(findClass(text, name, 'X')?.members[0]?.name).toBe('r');
  });

  it('takes no class of an inner scope, and names an anonymous one default', () => {
    const text =
      'function f() { class X {} }\nnamespace N { export class X {} }\nexport default class { a() {} }';
    expect(findClasses(text, 'x.ts').map((c) => c.name)).toEqual(['default']);
  });

  it('gives the class where an interface or namespace has its name too', () => {
    const text =
      'export interface X { a: 1 }\n/** Doc. */\nexport class X {}\nexport namespace X { export const b = 1; }';
    const found = findClasses(text, 'x.ts');
    expect(found).toHaveLength(1);
    expect(text.slice(found[0]?.docStart, found[0]?.end)).toBe('/** Doc. */\nexport class X {}');
  });

  it('describes members', () => {
    const text = `export class X<T> {
  static #count = 0;
  readonly lots: Map<string, Lot> = new Map();
  handler = async (event: Event): Promise<void> => { await this.take('a'); };
  constructor(private readonly repo: Repo, limit = 3) { super(); }
  take(id: string): Fill;
  take(id: string, qty: number): Fill;
  @log take(id: string, qty?: number): Fill { return this.fill(id, qty); }
  get size(): number { return 1; }
  static create<T>(): X<T> { throw new Error('no'); }
  protected *[Symbol.iterator]() { yield 1; }
  #hide() {}
  abstract left(): void;
  [key: string]: unknown;
  static { X.#count = 1; }
}`;
    const members = findClass(text, 'x.ts', 'X')?.members.map(
      (m) => `${m.visibility} ${m.kind} ${m.name} | ${m.signature}`,
    );
    expect(members).toEqual([
      'private property #count | static #count = 0',
      'public property lots | readonly lots: Map<string, Lot>',
      'public property handler | handler = async (event: Event): Promise<void> => …',
      'public constructor constructor | constructor(private readonly repo: Repo, limit = 3)',
      'private property repo | private readonly repo: Repo',
      'public method take | take(id: string): Fill',
      'public method take | take(id: string, qty: number): Fill',
      'public method take | take(id: string, qty?: number): Fill',
      'public getter size | get size(): number',
      'public method create | static create<T>(): X<T>',
      'protected method [Symbol.iterator] | protected *[Symbol.iterator]()',
      'private method #hide | #hide()',
      'public method left | abstract left(): void',
      'public index [index] | [key: string]: unknown',
      'public static-block static | static { … }',
    ]);
    const take = findClass(text, 'x.ts', 'X')?.members.filter((m) => m.name === 'take');
    expect(take?.map((m) => [m.hasBody, m.throwsOnly, m.line])).toEqual([
      [false, false, 6],
      [false, false, 7],
      [true, false, 8],
    ]);
  });
});

describe('a skeleton', () => {
  it.each([
    ['members without bodies', 'class X { take(id: string): Fill; size(): number; }', true],
    ['bodies that throw', 'class X { a() { throw new Error("todo"); } get b() { throw 1; } }', true],
    [
      'a constructor that stores',
      'class X { b: B; constructor(private a: A, b: B) { super(); this.b = b; } go(): void { throw new Error(); } }',
      true,
    ],
    ['nothing inside', 'class X {}', true],
    ['a throwing property function', 'class X { go = () => { throw new Error(); }; }', true],
    ['nothing inside a subclass', 'class X extends Error {}', false],
    ['one body that works', 'class X { a() { throw new Error(); } b() { return 1; } }', false],
    ['data alone', 'class X { a = 1; }', false],
    ['abstract members alone', 'abstract class X { abstract a(): void; }', false],
    [
      'overloads with an implementation',
      'class X { a(b: 1): 1; a(b: 2): 2; a(b: any) { return b; } }',
      false,
    ],
    ['a constructor that works', 'class X { constructor() { connect(); } a() { throw 1; } }', false],
  ])('%s', (_, text, expected) => {
    expect(findClass(text, 'x.ts', 'X')?.isSkeleton).toBe(expected);
  });
});

it('writes a class as its signatures', () => {
  const text =
    '/** D */\n@E() export abstract class X<T> extends B<T> implements I {\n  private a = 1;\n  #b = 2;\n  c: T;\n  /** Doc. */\n  d(e: string): T { return this.c; }\n  constructor(readonly f = "g") { super(); }\n}';
  expect(skeletonOf(text, 'x.ts', 'X')).toBe(
    '@E() export abstract class X<T> extends B<T> implements I {\n  c: T;\n  d(e: string): T;\n  constructor(readonly f = "g");\n}',
  );
  expect(skeletonOf(text, 'x.ts', 'X', { private: true })).toContain('  private a = 1;\n  #b = 2;\n');
});

it('writes it on single lines, without comments, closed', () => {
  const text =
    'export function X(Base: Ctor) { // why\n  return class extends Base {\n    a(b: {\n      c: string // one\n      d: 1\n    }): void {}\n    constructor(\n      e: 1, // first\n      /* second */ f: 2,\n    ) { super(); }\n  };\n}';
  expect(skeletonOf(text, 'x.ts', 'X')).toBe(
    'export function X(Base: Ctor) { return class extends Base {\n  a(b: { c: string; d: 1 }): void;\n  constructor( e: 1, f: 2, );\n}; }',
  );
});

it('names the member that holds a line', () => {
  const text =
    'class X {\n  /**\n   * Doc.\n   */\n  take() {\n    return 1;\n  }\n\n  constructor() {\n  }\n}';
  const at = [1, 2, 3, 5, 6, 7, 8, 9, 10, 11].map((line) => memberAt(text, 'x.ts', 'X', line));
  expect(at).toEqual([
    undefined,
    'take',
    'take',
    'take',
    'take',
    'take',
    undefined,
    'constructor',
    'constructor',
    undefined,
  ]);
});

it('lists declarations', () => {
  const text = `/**
 * Doc of A.
 * More.
 */
export interface A<T> extends B {
  a: T;
}
type C = A<string> | { d: 1 };
export const e = 1, f = (g: number): string => { return 'h'; };
export const run = async (g: number): Promise<void> => { await go(g); };
export enum G { One }
export default function (h: string) { return h; }
declare namespace N { const x: 1; }
const K = class { a() {} };
export { C };
`;
  expect(
    declarationsOf(text, 'x.ts').map((d) => [d.name, d.kind, d.exported, d.startLine, d.endLine, d.header]),
  ).toEqual([
    ['A', 'interface', true, 5, 7, 'export interface A<T> extends B'],
    ['C', 'type', true, 8, 8, 'type C = A<string> | { d: 1 };'],
    ['e', 'variable', true, 9, 9, "export const e = 1, f = (g: number): string => { return 'h'; };"],
    ['f', 'variable', true, 9, 9, "export const e = 1, f = (g: number): string => { return 'h'; };"],
    ['run', 'variable', true, 10, 10, 'export const run = async (g: number): Promise<void>'],
    ['G', 'enum', true, 11, 11, 'export enum G'],
    ['default', 'function', true, 12, 12, 'export default function (h: string)'],
    ['N', 'namespace', false, 13, 13, 'declare namespace N'],
    ['K', 'class', false, 14, 14, 'const K = class { a() {} };'],
  ]);
  expect(declarationsOf(text, 'x.ts')[0]?.doc).toBe('Doc of A.\nMore.');
});
