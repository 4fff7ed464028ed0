import { expect, test } from 'vitest';
import { assertionsIn, keepTests, membersIn } from './split.ts';

const FILE = 'src/book.test.ts';
const TEXT = `import { expect, describe, it } from 'vitest';
import { Book, type Order } from './book.ts';
import { onlyHidden, both } from './support.ts';

const secret = 42;
const shared = both(1);
type Hidden = Order & { secret: typeof secret };

describe('placing', () => {
  const used = 1;

  // About the kept one.
  it('keeps', () => {
    expect(new Book().place(shared, used)).toBe(1);
  });

  // About the hidden one.
  it('hides', () => {
    const order: Hidden = onlyHidden(secret);
    expect(order.id)
      .toBe( /* why */ 'held');
  });
});

describe('only hidden', () => {
  it('says it word for word', () => expect(secret).toBe(42));

  it.each([1, 2])('%s of the table', (n) => {
    expect(n).toBe(n);
  });
});

for (const n of [1, 2]) it(\`number \${n} > counted\`, () => expect(both(n)).toBe(n));
`;

const id = (name: string) => `${FILE} > ${name}`;
const KEPT = [id('placing > keeps'), id('number 1 > counted'), id('number 2 > counted')];
const HELD = [
  id('only hidden > says it word for word'),
  id('placing > hides'),
  id('only hidden > 1 of the table'),
  id('only hidden > 2 of the table'),
];
const all = [...KEPT, ...HELD];

test('cuts what is held out, with its comment, its suite and what only it used', () => {
  expect(
    keepTests(TEXT, FILE, { keep: new Set(KEPT), all }),
  ).toBe(`import { expect, describe, it } from 'vitest';
import { Book } from './book.ts';
import { both } from './support.ts';

const shared = both(1);

describe('placing', () => {
  const used = 1;

  // About the kept one.
  it('keeps', () => {
    expect(new Book().place(shared, used)).toBe(1);
  });

});

for (const n of [1, 2]) it(\`number \${n} > counted\`, () => expect(both(n)).toBe(n));
`);
});

test('a file with all of its tests stays as it is', () => {
  expect(keepTests(TEXT, FILE, { keep: new Set(all), all })).toBe(TEXT);
});

test('refuses a call that declares tests of both sides, and an id that no call declares', () => {
  const keep = new Set([id('only hidden > 1 of the table')]);
  expect(() => keepTests(TEXT, FILE, { keep, all })).toThrow(/one call declares both .*1 of.*2 of/);
  expect(() => keepTests(TEXT, FILE, { keep: new Set([id('gone')]), all })).toThrow(
    /no test .* "src\/book.test.ts > gone"/,
  );
});

test('names the assertions and the members of a test', () => {
  expect(assertionsIn(TEXT, FILE, [id('placing > hides')])).toEqual(["expect(order.id) .toBe( 'held');"]);
  expect(membersIn(TEXT, FILE, id('placing > keeps'))).toEqual(['toBe', 'place']);
});
