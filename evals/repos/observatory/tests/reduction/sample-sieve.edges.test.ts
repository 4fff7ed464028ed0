import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SampleSieve } from '../../src/index.ts';

const sieve = (values: readonly number[], width = 3, rounds?: number) => {
  const made = rounds === undefined ? new SampleSieve(width) : new SampleSieve(width, rounds);
  made.add(...values);
  return made;
};

describe('SampleSieve, at its edges', () => {
  it('has no middle, no mean and no rejects without samples', () => {
    const empty = new SampleSieve(3);
    assert.equal(empty.size, 0);
    assert.equal(empty.ignored, 0);
    assert.deepEqual(empty.kept(), []);
    assert.equal(empty.middle(), undefined);
    assert.equal(empty.mean(), undefined);
    assert.deepEqual(empty.rejects(), []);
  });

  it('keeps a single sample, whatever its width', () => {
    assert.deepEqual(sieve([7], 0).kept(), [7]);
    assert.deepEqual(sieve([7]).middle(), { centre: 7, spread: 0 });
    assert.equal(sieve([7]).mean(), 7);
  });

  it('counts what it takes and what it ignores, over several calls', () => {
    const some = new SampleSieve(3);
    assert.equal(some.add(), 0);
    assert.equal(some.add(1, 2), 2);
    assert.equal(some.add(NaN, -Infinity), 0);
    assert.equal(some.add(3, NaN), 1);
    assert.equal(some.size, 3);
    assert.equal(some.ignored, 3);
    assert.deepEqual(some.kept(), [1, 2, 3]);
  });

  it('lets through what lies exactly at its width, and not what lies beyond', () => {
    // Centre 10, spread 1.
    assert.deepEqual(sieve([8, 9, 10, 11, 13]).kept(), [8, 9, 10, 11, 13]);
    assert.deepEqual(sieve([8, 9, 10, 11, 13.1]).kept(), [8, 9, 10, 11]);
    assert.deepEqual(sieve([6.9, 9, 10, 11, 12]).kept(), [9, 10, 11, 12]);
  });

  it('keeps the order in which samples came', () => {
    assert.deepEqual(sieve([12, 9, 90, 11, 10]).kept(), [12, 9, 11, 10]);
  });

  it('sieves again what is left, round by round', () => {
    const values = [9, 9.5, 10, 10.5, 11, 13, 100];
    assert.deepEqual(sieve(values, 3, 1).kept(), [9, 9.5, 10, 10.5, 11, 13]);
    assert.deepEqual(sieve(values, 3, 2).kept(), [9, 9.5, 10, 10.5, 11]);
    assert.deepEqual(sieve(values).kept(), [9, 9.5, 10, 10.5, 11]);
    assert.deepEqual(sieve(values, 3, 0).kept(), values);
  });

  it('sieves five times where nobody says how often', () => {
    const values = [19, 5, 14, 17, 7, 1, 17, 13, 5, 17, 3, 130, 43, 23, 163, 34, 142, 84, 59, 29];
    assert.equal(sieve(values, 2, 4).kept().length, 12);
    assert.equal(sieve(values, 2, 6).kept().length, 10);
    assert.deepEqual(sieve(values, 2).kept(), [19, 5, 14, 17, 7, 17, 13, 5, 17, 3, 23]);
  });

  it('does not take out more than half of all samples', () => {
    // Centre 10, spread 1: a width of none would leave the centre alone.
    assert.deepEqual(sieve([8, 9, 10, 11, 12], 0).kept(), [8, 9, 10, 11, 12]);
    // Spread 2 around 10: a width of a half leaves 3 of 6, which is half of them.
    assert.deepEqual(sieve([10, 10, 10.5, 14, 15, 5], 0.5).kept(), [10, 10, 10.5]);
  });

  it('takes out nothing where more than half of the samples are the same', () => {
    assert.deepEqual(sieve([5, 5, 5, 900]).kept(), [5, 5, 5, 900]);
    assert.deepEqual(sieve([5, 5, 5, 900]).rejects(), []);
    assert.equal(sieve([5, 5, 5, 9]).mean(), 6);
  });

  it('takes the middle of two in the middle', () => {
    assert.deepEqual(sieve([1, 2, 4, 8], 100).middle(), { centre: 3, spread: 1.5 });
    assert.deepEqual(sieve([8, 1, 4], 100).middle(), { centre: 4, spread: 3 });
  });

  it('lists rejects the farthest first, equally far ones by value', () => {
    // Kept: 8 to 12, centre 10, spread 1.
    const some = sieve([8, 9, 10, 11, 12, 16, 4, 30]);
    assert.deepEqual(some.kept(), [8, 9, 10, 11, 12]);
    assert.deepEqual(some.rejects(), [
      { value: 30, spreads: 20 },
      { value: 4, spreads: 6 },
      { value: 16, spreads: 6 },
    ]);
  });

  it('rejects every one of samples that are the same', () => {
    const some = sieve([8, 9, 10, 11, 12, 30, 30]);
    assert.deepEqual(
      some.rejects().map(({ value }) => value),
      [30, 30],
    );
    assert.equal(some.mean(), 10);
  });

  it('says that rejects lie without end from samples without spread', () => {
    const some = sieve([10, 10, 10, 9, 11, 8, 50], 1);
    assert.deepEqual(some.middle(), { centre: 10, spread: 0 });
    assert.equal(some.rejects()[0]?.spreads, Infinity);
  });

  it('goes by all samples that came, each time it is asked', () => {
    const some = sieve([10, 11, 12, 50]);
    assert.deepEqual(some.kept(), [10, 11, 12]);
    some.add(50, 51, 49);
    assert.ok(some.kept().includes(50));
    assert.equal(some.size, 7);
  });

  it('hands out lists of its own', () => {
    const some = sieve([1, 2, 3]);
    (some.kept() as number[]).push(4);
    assert.deepEqual(some.kept(), [1, 2, 3]);
    assert.equal(some.size, 3);
  });

  it('is put together with another without changing either, at its own width and rounds', () => {
    const fine = sieve([10, 11], 3, 1);
    const coarse = sieve([9, 12, 14, 100], 1000);
    fine.add(NaN);
    coarse.add(NaN, NaN);
    const both = fine.with(coarse);
    assert.equal(both.size, 6);
    assert.equal(both.ignored, 3);
    assert.deepEqual(both.kept(), [10, 11, 9, 12, 14]);
    assert.equal(coarse.with(fine).kept().length, 6);
    assert.deepEqual([fine.size, fine.ignored, coarse.size, coarse.ignored], [2, 1, 4, 2]);
    const rounds = sieve([9, 9.5, 10, 10.5, 11], 3, 1).with(sieve([13, 100]));
    assert.equal(rounds.kept().length, 6);
  });
});
