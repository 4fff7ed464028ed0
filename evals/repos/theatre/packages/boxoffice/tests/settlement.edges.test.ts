import {
  DayBook,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  moment,
  pence,
  permille,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Settlement, night } from '../src';

describe('Settlement, edges', () => {
  let book: DayBook;
  let settlement: Settlement;

  beforeEach(() => {
    book = new DayBook(new StageWatch(moment('w1 mon 10:00')));
    settlement = new Settlement(book, { levy: permille(0), guarantee: pence(0) });
  });

  const withTerms = (levy: number, guarantee: number) => {
    settlement = new Settlement(book, { levy: permille(levy), guarantee: pence(guarantee) });
  };
  const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const on = (day: (typeof DAYS)[number]) => night('Ghosts', `w1 ${day} 19:30`);
  const close = (day: (typeof DAYS)[number], takings: number) =>
    settlement.close(on(day), pence(takings));
  const paid = (day: (typeof DAYS)[number], takings: number) =>
    close(day, takings).paid.map(({ amount, party }) => `${party} ${amount}`);

  it('reads parts of whole numbers alone', () => {
    for (const part of ['', '1', '0.5', '1/0', '-1/2', '1/-2', '1 / 2', '1/2 ', 'a/b', '1/02'])
      assert.throws(() => settlement.agree('author', part), UnfitError);
    assert.throws(() => settlement.agree(' ', '1/2'), UnfitError);
    assert.throws(() => settlement.paidTo('author'), UnknownError);
    assert.equal(settlement.free().toFraction(), '1');
    settlement.agree('author', '2/4');
    assert.equal(settlement.free().toFraction(), '1/2');
  });

  it('can give away all, but no more', () => {
    settlement.agree('a', '1/3');
    settlement.agree('b', '1/3');
    assert.throws(() => settlement.agree('c', '334/1000'), UnfitError);
    settlement.agree('c', '1/3');
    assert.equal(settlement.free().toFraction(), '0');
    settlement.agree('d', '0/1');
    assert.throws(() => settlement.agree('d', '1/1000000'), UnfitError);
    assert.deepEqual(paid('mon', 300), ['a 100', 'b 100', 'c 100', 'd 0']);
  });

  it('measures another part against what the others have', () => {
    settlement.agree('a', '1/2');
    settlement.agree('b', '1/4');
    settlement.agree(' A', '3/4');
    assert.throws(() => settlement.agree('a', '4/5'), UnfitError);
    assert.equal(settlement.free().toFraction(), '0');
    settlement.agree('a', '1/8');
    assert.equal(settlement.free().toFraction(), '5/8');
  });

  it('pays fractions of a penny once they are whole', () => {
    settlement.agree('author', '1/3');
    assert.deepEqual(paid('mon', 100), ['author 33']);
    assert.equal(settlement.owed('author'), '1/3');
    assert.deepEqual(paid('tue', 100), ['author 33']);
    assert.equal(settlement.owed('author'), '2/3');
    assert.deepEqual(paid('wed', 100), ['author 34']);
    assert.equal(settlement.owed('Author'), '0');
    assert.equal(settlement.paidTo(' AUTHOR'), 100);
  });

  it('is exact where floating point is not', () => {
    settlement.agree('a', '1/10');
    for (const day of DAYS.slice(0, 3)) close(day, 1);
    assert.equal(settlement.owed('a'), '3/10');
    for (const day of DAYS.slice(3)) close(day, 1);
    assert.equal(settlement.owed('a'), '7/10');
    settlement.close(night('x', 'w2 mon 19:30'), pence(3));
    assert.equal(settlement.owed('a'), '0');
    assert.equal(settlement.paidTo('a'), 1);
  });

  it('leaves what is not paid with the house', () => {
    settlement.agree('a', '1/3');
    settlement.agree('b', '2/3');
    const first = close('mon', 100);
    assert.deepEqual([first.pool, first.house], [100, 1]);
    const second = close('tue', 100);
    assert.deepEqual([second.paid[0]?.amount, second.paid[1]?.amount], [33, 67]);
    assert.equal(second.house, 0);
  });

  it('takes the levy rounded up, before the guarantee', () => {
    withTerms(101, 50);
    settlement.agree('a', '1/1');
    // 999 × 101 ‰ = 100.899
    const { house, levy, pool } = close('mon', 999);
    assert.deepEqual({ house, levy, pool }, { house: 50, levy: 101, pool: 848 });
    assert.equal(settlement.shortfall, 0);
  });

  it('carries a shortfall until it is made good', () => {
    withTerms(0, 100);
    settlement.agree('a', '1/2');
    assert.deepEqual(paid('mon', 30), ['a 0']);
    assert.equal(settlement.shortfall, 70);
    assert.equal(close('tue', 120).pool, 0);
    assert.equal(settlement.shortfall, 50);
    assert.equal(close('wed', 150).pool, 0);
    assert.equal(settlement.shortfall, 0);
    assert.deepEqual(paid('thu', 150), ['a 25']);
    assert.equal(settlement.returnOf(on('mon')).house, 30);
  });

  it('shares nothing of a night without takings', () => {
    withTerms(100, 40);
    settlement.agree('a', '1/2');
    assert.deepEqual(close('mon', 0), {
      night: on('mon'),
      takings: 0,
      levy: 0,
      pool: 0,
      house: 0,
      paid: [{ party: 'a', amount: 0 }],
    });
    assert.equal(settlement.shortfall, 40);
  });

  it('gives a part from the next night on', () => {
    close('mon', 1000);
    settlement.agree('a', '1/2');
    assert.equal(settlement.paidTo('a'), 0);
    assert.deepEqual(paid('tue', 5), ['a 2']);
    settlement.agree('a', '1/4');
    assert.equal(settlement.owed('a'), '1/2');
    assert.deepEqual(paid('wed', 2), ['a 1']);
    settlement.agree('a', '0/7');
    assert.deepEqual(paid('thu', 1000), ['a 0']);
    assert.equal(settlement.paidTo('a'), 3);
  });

  it('closes a night once, by production and curtain', () => {
    settlement.agree('a', '1/2');
    close('mon', 100);
    assert.throws(
      () => settlement.close(night('ghosts', 'w1 mon 19:30', true), pence(5)),
      TakenError,
    );
    settlement.close(night('Medea', 'w1 mon 19:30'), pence(100));
    settlement.close(night('Ghosts', 'w1 mon 15:00'), pence(100));
    assert.equal(settlement.paidTo('a'), 150);
    assert.throws(() => settlement.returnOf(on('tue')), UnknownError);
    assert.throws(() => settlement.returnOf(night('Medea', 'w1 mon 15:00')), UnknownError);
  });

  it('lists parties in the order of the programme', () => {
    for (const party of ['Actor 10', 'Actor 9', 'Abe']) settlement.agree(party, '1/10');
    assert.deepEqual(paid('mon', 100), ['abe 10', 'actor-9 10', 'actor-10 10']);
  });

  it('lists returns by curtain, of equals as they were closed', () => {
    close('tue', 1);
    settlement.close(night('Medea', 'w1 tue 19:30'), pence(2));
    close('mon', 3);
    assert.deepEqual(
      settlement.returns().map(({ takings }) => takings),
      [3, 1, 2],
    );
    assert.equal(settlement.returnOf(on('tue')), settlement.returns()[1]);
  });

  it('returns frozen records', () => {
    settlement.agree('a', '1/2');
    const result = close('mon', 10);
    for (const item of [result, result.paid, result.paid[0], settlement.returns()])
      assert.ok(Object.isFrozen(item));
  });

  it('does not know parties that have no part', () => {
    settlement.agree('a', '1/2');
    assert.throws(() => settlement.owed('b'), UnknownError);
    assert.throws(() => settlement.paidTo('b'), UnknownError);
    assert.equal(settlement.owed('a'), '0');
  });

  it('notes parts in their lowest terms, and nights with their takings', () => {
    settlement.agree('Head Author', '2/12');
    assert.throws(() => settlement.agree('b', '6/6'), UnfitError);
    close('fri', 1200);
    assert.throws(() => close('fri', 1200), TakenError);
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      ['agree head-author 1/6', 'close ghosts w1 fri 19:30 1200'],
    );
  });
});
