import {
  DayBook,
  FullError,
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
import { PriceBook } from '../src';

describe('PriceBook, edges', () => {
  const empty = permille(0);
  let book: DayBook;
  let prices: PriceBook;

  beforeEach(() => {
    book = new DayBook(new StageWatch(moment('w1 mon 10:00')));
    prices = new PriceBook(book);
    prices.setBand('Stalls', pence(2999));
    prices.setBand('Circle', pence(1501));
  });

  const stalls = (count: number) => Array.from({ length: count }, () => ({ band: 'stalls' }));
  const pricesOf = (...wanted: readonly string[]) =>
    prices
      .quote(
        wanted.map((text) => {
          const [band = '', as] = text.split('/');
          return as === undefined ? { band } : { band, as };
        }),
        empty,
      )
      .lines.map(({ price }) => price);

  it('gives a band another price', () => {
    prices.setBand(' STALLS', pence(0));
    assert.equal(prices.priceOf('stalls', empty), 0);
    assert.deepEqual(prices.bands(), ['circle', 'stalls']);
    assert.throws(() => prices.setBand('', pence(1)), UnfitError);
  });

  it('lists bands by price, of equals in the order of the programme', () => {
    prices.setBand('Box 10', pence(2999));
    prices.setBand('Box 9', pence(2999));
    prices.setBand('Gods', pence(5000));
    assert.deepEqual(prices.bands(), ['gods', 'box-9', 'box-10', 'stalls', 'circle']);
    assert.ok(Object.isFrozen(prices.bands()));
  });

  it('goes up from the very part that a step names, rounded up', () => {
    prices.addStep(permille(500), permille(100));
    assert.equal(prices.priceOf('stalls', permille(499)), 2999);
    assert.equal(prices.priceOf('stalls', permille(500)), 3299);
    assert.equal(prices.priceOf('Circle', permille(1000)), 1652);
  });

  it('goes by the last step reached alone, however they were added', () => {
    prices.addStep(permille(800), permille(50));
    prices.addStep(permille(200), permille(500));
    prices.addStep(permille(900), permille(1000));
    assert.equal(prices.priceOf('stalls', permille(199)), 2999);
    assert.equal(prices.priceOf('stalls', permille(799)), 4499);
    assert.equal(prices.priceOf('stalls', permille(800)), 3149);
    assert.equal(prices.priceOf('stalls', permille(950)), 5998);
  });

  it('has one step for each part of the house', () => {
    prices.addStep(permille(500), permille(100));
    assert.throws(() => prices.addStep(permille(500), permille(200)), TakenError);
    assert.equal(prices.priceOf('circle', permille(500)), 1652);
    prices.addStep(permille(0), permille(1));
    assert.equal(prices.priceOf('circle', empty), 1503);
  });

  it('lets off rounded down, after the price went up', () => {
    prices.allow('Student', permille(333));
    // 1501 × 333 ‰ = 499.833; 1652 × 333 ‰ = 550.116.
    assert.deepEqual(pricesOf('circle/STUDENT'), [1002]);
    prices.addStep(permille(0), permille(100));
    assert.deepEqual(pricesOf('circle/student'), [1102]);
    prices.allow('Staff', permille(1000));
    assert.deepEqual(pricesOf('circle/staff', 'circle'), [0, 1652]);
  });

  it('knows a concession once', () => {
    prices.allow('Under 26', permille(100));
    assert.throws(() => prices.allow('under_26', permille(200)), TakenError);
    for (const most of [0, -1, 1.5])
      assert.throws(() => prices.allow('staff', permille(1), most), UnfitError);
    assert.throws(() => pricesOf('circle/staff'), UnknownError);
    assert.throws(() => pricesOf('gods'), UnknownError);
    assert.deepEqual(pricesOf('circle/under 26'), [1351]);
  });

  it('gives a concession to so many seats of an order at most', () => {
    prices.allow('staff', permille(500), 2);
    prices.allow('student', permille(100));
    assert.throws(
      () => pricesOf('stalls/staff', 'stalls/Staff', 'circle/staff', 'circle'),
      (error) => error instanceof FullError && error.wanted === 3 && error.room === 2,
    );
    assert.deepEqual(
      pricesOf('stalls/staff', 'stalls/staff', 'circle/student'),
      [1500, 1500, 1351],
    );
    prices.allow('one', permille(500), 1);
    assert.throws(() => pricesOf('stalls/one', 'stalls/one'), FullError);
  });

  it('gives one free seat for every full group', () => {
    prices.setGroup(4);
    assert.equal(prices.quote(stalls(3), empty).total, 3 * 2999);
    assert.equal(prices.quote(stalls(4), empty).total, 3 * 2999);
    assert.equal(prices.quote(stalls(7), empty).total, 6 * 2999);
    assert.equal(prices.quote(stalls(8), empty).total, 6 * 2999);
  });

  it('makes the cheapest seats free by what they cost, of equals the first', () => {
    prices.setGroup(2);
    prices.allow('student', permille(600));
    assert.deepEqual(pricesOf('circle', 'stalls/student', 'stalls', 'circle'), [0, 0, 2999, 1501]);
    prices.setGroup(4);
    assert.deepEqual(pricesOf('stalls', 'circle', 'stalls', 'circle'), [2999, 0, 2999, 1501]);
  });

  it('keeps the order of the seats, and who they are for', () => {
    prices.setGroup(2);
    prices.allow('Student', permille(0));
    const quote = prices.quote([{ band: 'CIRCLE', as: 'Student' }, { band: 'Stalls' }], empty);
    assert.deepEqual(quote.lines, [
      { band: 'circle', as: 'student', price: 0 },
      { band: 'stalls', price: 2999 },
    ]);
    assert.equal(quote.total, 2999);
  });

  it('has no groups before it is told, and none of one', () => {
    assert.equal(prices.quote(stalls(50), empty).total, 50 * 2999);
    for (const seats of [1, 0, 2.5]) assert.throws(() => prices.setGroup(seats), UnfitError);
    assert.equal(prices.quote(stalls(50), empty).total, 50 * 2999);
  });

  it('quotes no empty order', () => {
    assert.throws(() => prices.quote([], empty), UnfitError);
  });

  it('returns frozen quotes', () => {
    const quote = prices.quote(stalls(1), empty);
    for (const item of [quote, quote.lines, quote.lines[0]]) assert.ok(Object.isFrozen(item));
    prices.setBand('stalls', pence(1));
    assert.equal(quote.total, 2999);
  });

  it('notes what it was told, not what it was asked', () => {
    prices.allow('Under 26', permille(300));
    prices.addStep(permille(500), permille(100));
    prices.setGroup(10);
    assert.throws(() => prices.addStep(permille(500), permille(100)), TakenError);
    prices.quote(stalls(2), empty);
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      ['price stalls 2999', 'price circle 1501', 'allow under-26 300', 'step 500 100', 'group 10'],
    );
  });
});
