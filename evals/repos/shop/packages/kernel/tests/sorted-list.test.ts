import { describe, expect, it } from 'vitest';
import { SortedList, ascending, descending, inOrder, reversed } from '../src/index.js';

interface Crate {
  readonly name: string;
  readonly rank: number;
}

const crate = (name: string, rank: number): Crate => ({ name, rank });
const names = (list: Iterable<Crate>) => [...list].map(({ name }) => name).join('');

describe('comparators', () => {
  const crates = [crate('b', 1), crate('a', 2), crate('c', 1)];

  it('sort up, down and by the first key that decides', () => {
    expect(names([...crates].sort(ascending(({ rank }) => rank)))).toBe('bca');
    expect(names([...crates].sort(descending(({ name }) => name)))).toBe('cba');
    const both = inOrder<Crate>(
      ascending(({ rank }) => rank),
      descending(({ name }) => name),
    );
    expect(names([...crates].sort(both))).toBe('cba');
    expect(names([...crates].sort(reversed(both)))).toBe('abc');
  });
});

describe('SortedList', () => {
  const list = () =>
    new SortedList<Crate>(
      ascending(({ rank }) => rank),
      [crate('c', 3), crate('a', 1), crate('b', 2)],
    );

  it('keeps items in order, the earlier of equals in front', () => {
    const sorted = list();
    sorted.add(crate('x', 2));
    sorted.add(crate('y', 0));
    expect(names(sorted)).toBe('yabxc');
    expect(sorted.first?.name).toBe('y');
    expect(sorted.size).toBe(5);
  });

  it('takes out one or all that fit', () => {
    const sorted = list();
    expect(sorted.remove(({ rank }) => rank > 1)?.name).toBe('b');
    expect(sorted.remove(({ rank }) => rank > 9)).toBeUndefined();
    expect(names(sorted.removeAll(() => true))).toBe('ac');
    expect(sorted.first).toBeUndefined();
  });

  it('may be changed while it is read', () => {
    const sorted = list();
    const seen: string[] = [];
    for (const { name } of sorted) {
      seen.push(name);
      sorted.remove((item) => item.name === 'b');
    }
    expect(seen.join('')).toBe('abc');
    sorted.toArray().pop();
    expect(names(sorted)).toBe('ac');
    expect(sorted.find(({ rank }) => rank === 3)?.name).toBe('c');
  });
});
