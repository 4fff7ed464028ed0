import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SampleSieve } from '../../src/index.ts';

const sieve = (...values: number[]) => {
  const made = new SampleSieve(3);
  made.add(...values);
  return made;
};

describe('SampleSieve', () => {
  it('keeps samples that lie together and rejects those that do not', () => {
    const some = sieve(10, 11, 12, 50, 9);
    assert.deepEqual(some.kept(), [10, 11, 12, 9]);
    assert.equal(some.size, 5);
  });

  it('knows the centre and the spread of what it keeps', () => {
    assert.deepEqual(sieve(10, 11, 12, 50, 9).middle(), { centre: 10.5, spread: 1 });
    assert.equal(sieve(10, 11, 12, 50, 9).mean(), 10.5);
  });

  it('says how far rejects lie from the centre', () => {
    assert.deepEqual(sieve(10, 11, 12, 50, 9).rejects(), [{ value: 50, spreads: 39.5 }]);
  });

  it('ignores what is no number', () => {
    const some = sieve(1);
    assert.equal(some.add(NaN, 2, Infinity), 1);
    assert.equal(some.ignored, 2);
    assert.equal(some.size, 2);
  });

  it('can be put together with another', () => {
    assert.deepEqual(sieve(1, 2).with(sieve(3)).kept(), [1, 2, 3]);
  });
});
