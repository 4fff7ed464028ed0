import { describe, expect, it } from 'vitest';
import { SortedList } from '../src/index.js';

interface Parcel {
  readonly label: string;
  readonly weight: number;
}

const parcel = (label: string, weight: number): Parcel => ({ label, weight });
const lightest = (a: Parcel, b: Parcel) => a.weight - b.weight;
const labels = (parcels: Iterable<Parcel>) => [...parcels].map(({ label }) => label).join(' ');

describe('SortedList at its edges', () => {
  it('is empty to begin with', () => {
    const list = new SortedList<Parcel>(lightest);
    expect([list.size, list.first, list.toArray()]).toEqual([0, undefined, []]);
    expect(list.find(() => true)).toBeUndefined();
    expect(list.remove(() => true)).toBeUndefined();
    expect(list.removeAll(() => true)).toEqual([]);
  });

  it('sorts what it is made with, from anything that can be iterated', () => {
    const given = new Set([parcel('c', 3), parcel('a', 1), parcel('d', 4), parcel('b', 2)]);
    expect(labels(new SortedList(lightest, given))).toBe('a b c d');
  });

  it('puts what is equal behind what is there, at both ends and in the middle', () => {
    const list = new SortedList(lightest, [parcel('a', 1), parcel('b', 2), parcel('c', 3)]);
    for (const weight of [1, 2, 3, 2, 1]) list.add(parcel(`n${weight}`, weight));
    expect(labels(list)).toBe('a n1 n1 b n2 n2 c n3');
    expect(list.first?.label).toBe('a');
  });

  it('goes by the comparator alone', () => {
    const heaviest = (a: Parcel, b: Parcel) => b.weight - a.weight;
    const list = new SortedList(heaviest, [parcel('a', 1), parcel('b', 2)]);
    list.add(parcel('c', 3));
    list.add(parcel('d', -1));
    expect(labels(list)).toBe('c b a d');
  });

  it('takes out the first of several that fit, and only that', () => {
    const list = new SortedList(lightest, [parcel('a', 1), parcel('b', 2), parcel('c', 2)]);
    expect(list.remove(({ weight }) => weight === 2)?.label).toBe('b');
    expect(labels(list)).toBe('a c');
    expect(list.remove(({ weight }) => weight === 1)?.label).toBe('a');
    expect([list.size, list.first?.label]).toEqual([1, 'c']);
  });

  it('leaves everything where nothing fits', () => {
    const list = new SortedList(lightest, [parcel('a', 1), parcel('b', 2)]);
    expect(list.remove(({ weight }) => weight > 2)).toBeUndefined();
    expect(list.removeAll(({ weight }) => weight > 2)).toEqual([]);
    expect(list.size).toBe(2);
  });

  it('returns all that it takes out in order and keeps the order of the rest', () => {
    const all = [parcel('d', 4), parcel('b', 2), parcel('a', 1), parcel('e', 5), parcel('c', 3)];
    const list = new SortedList(lightest, all);
    expect(labels(list.removeAll(({ weight }) => weight % 2 === 1))).toBe('a c e');
    expect(labels(list)).toBe('b d');
    list.add(parcel('n', 3));
    expect(labels(list)).toBe('b n d');
  });

  it('finds the first that fits and leaves it in its place', () => {
    const list = new SortedList(lightest, [parcel('b', 2), parcel('a', 2), parcel('c', 3)]);
    expect(list.find(({ weight }) => weight >= 2)?.label).toBe('b');
    expect(list.find(({ label }) => label === 'c')?.weight).toBe(3);
    expect(list.size).toBe(3);
  });

  it('gives copies away', () => {
    const list = new SortedList(lightest, [parcel('a', 1), parcel('b', 2)]);
    const copy = list.toArray();
    copy.reverse();
    copy.pop();
    expect(labels(list)).toBe('a b');
    expect(list.toArray()).not.toBe(list.toArray());
  });

  it('is read as it was when the reading began', () => {
    const list = new SortedList(lightest, [parcel('a', 1), parcel('b', 2)]);
    const seen: string[] = [];
    for (const { label, weight } of list) {
      seen.push(label);
      if (list.size < 5) list.add(parcel('n', weight + 1));
      list.remove((other) => other.label === 'b');
    }
    expect(seen).toEqual(['a', 'b']);
    expect(labels(list)).toBe('a n n');
  });
});
