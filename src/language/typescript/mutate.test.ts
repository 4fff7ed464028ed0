import { createRequire } from 'node:module';
import type * as Compiler from 'typescript-5.9';
import { describe, expect, it } from 'vitest';
import { throwingVariants } from './syntax.ts';

const TEXT = `class Base { constructor(readonly base: string) {} }

export class X<T> extends Base {
  readonly #items: T[] = [];
  static made = 0;
  count: number;
  constructor(private readonly limit: number) {
    super('x');
    this.count = limit;
  }
  static create<T>(limit = 3) { X.made++; return new X<T>(limit); }
  add(item: T): this;
  add(...items: T[]): this;
  add(...items: T[]): this { this.#items.push(...items); return this; }
  get size() { return this.#items.length; }
  set size(value: number) { this.#items.length = value; }
  first = () => this.#items[0];
  pair = (a: T) => ({ a, b: this.limit });
  later = async (a: T): Promise<T> => {
    return a;
  };
  *[Symbol.iterator]() { yield* this.#items; }
  async sum(): Promise<number> { return this.fold() + 1; }
  'quoted name'() { return 1; }
  data = 1;
  protected fold() { return 1; }
  private hidden() { return 2; }
  use() { 'use strict'; return this.hidden(); }
}

export const size: number = X.create<string>().add('a').size;
export const pair: { a: string; b: number } = X.create<string>().pair('a');
`;

const MEMBERS = [
  '*',
  'constructor',
  'static create',
  'add',
  'get size',
  'set size',
  'first',
  'pair',
  'later',
  '[Symbol.iterator]',
  'sum',
  'quoted name',
  'use',
];

describe('throwingVariants', () => {
  const variants = throwingVariants(TEXT, 'x.ts', 'X');

  it('has one for each public member with code, and one for all', () => {
    expect(variants.map((v) => v.member)).toEqual(MEMBERS);
    const all = variants[0]?.text.match(/throw new Error\("negative control: X: [^"]+ throws"\)/g);
    expect(all).toHaveLength(MEMBERS.length - 1);
  });

  it('keeps every line where it was', () => {
    for (const v of variants) expect(v.text.split('\n')).toHaveLength(TEXT.split('\n').length);
  });

  it.each(['typescript-4.9', 'typescript-5.9'])('keeps the types valid under %s', (name) => {
    const ts: typeof Compiler = createRequire(import.meta.url)(name);
    const options = {
      strict: true,
      types: [],
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      allowUnreachableCode: false,
      noImplicitReturns: true,
    };
    const texts = new Map([
      ['base.ts', TEXT],
      ...variants.map((v, i): [string, string] => [`v${i}.ts`, v.text]),
    ]);
    const host = ts.createCompilerHost(options);
    const { getSourceFile } = host;
    host.getSourceFile = (file, target) => {
      const text = texts.get(file);
      return text === undefined ? getSourceFile(file, target) : ts.createSourceFile(file, text, target);
    };
    const program = ts.createProgram([...texts.keys()], options, host);
    const found = ts.getPreEmitDiagnostics(program);
    expect(
      found.map((d) => `${d.file?.fileName} ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`),
    ).toEqual([]);
  });

  it('finds the class in a call, and knows when there is nothing to break', () => {
    expect(throwingVariants('const X = m(class { a() {} });', 'x.ts', 'X').map((v) => v.text)).toEqual([
      'const X = m(class { a() { if (true as boolean) throw new Error("negative control: X: a throws");} });',
      'const X = m(class { a() { if (true as boolean) throw new Error("negative control: X: a throws");} });',
    ]);
    expect(throwingVariants('class X { a = 1; private b() {} }', 'x.ts', 'X')).toEqual([]);
  });
});
