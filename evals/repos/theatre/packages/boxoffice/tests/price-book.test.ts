import { DayBook, StageWatch, UnknownError, moment, pence, permille } from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { PriceBook } from '../src';

describe('PriceBook', () => {
  const half = permille(500);
  let prices: PriceBook;

  beforeEach(() => {
    prices = new PriceBook(new DayBook(new StageWatch(moment('w1 mon 10:00'))));
    prices.setBand('Stalls', pence(3000));
    prices.setBand('Upper Circle', pence(1800));
  });

  it('has a price for each band', () => {
    assert.equal(prices.priceOf('upper circle', half), 1800);
    assert.deepEqual(prices.bands(), ['stalls', 'upper-circle']);
    assert.throws(() => prices.priceOf('box', half), UnknownError);
  });

  it('goes up when much is sold', () => {
    prices.addStep(permille(600), permille(100));
    assert.equal(prices.priceOf('stalls', half), 3000);
    assert.equal(prices.priceOf('stalls', permille(700)), 3300);
  });

  it('quotes an order with concessions', () => {
    prices.allow('Student', permille(400));
    assert.deepEqual(prices.quote([{ band: 'Stalls', as: 'student' }, { band: 'Stalls' }], half), {
      lines: [
        { band: 'stalls', as: 'student', price: 1800 },
        { band: 'stalls', price: 3000 },
      ],
      total: 4800,
    });
  });

  it('gives groups a seat free', () => {
    prices.setGroup(3);
    const order = [{ band: 'stalls' }, { band: 'upper circle' }, { band: 'stalls' }];
    assert.equal(prices.quote(order, half).total, 6000);
  });
});
