import {
  DayBook,
  FullError,
  StageWatch,
  UnknownError,
  moment,
  pence,
  permille,
  spanOf,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { PropStore } from '../src';

const at = (text: string, hours: number) => spanOf(moment(text), hours * 60);

describe('PropStore', () => {
  let store: PropStore;

  beforeEach(() => {
    const book = new DayBook(new StageWatch(moment('w1 mon 10:00')));
    store = new PropStore(book, { deposit: permille(250), lateFee: permille(100) });
    store.stock('Tea Cup', 12, pence(400));
  });

  it('lends what is there', () => {
    const loan = store.lend('Abbey Players', 'tea cup', 5, at('w1 mon 12:00', 24));
    assert.equal(loan.id, 'loan-0001');
    assert.equal(loan.deposit, 500);
    assert.equal(store.available('tea cup', at('w1 mon 20:00', 1)), 7);
    assert.equal(store.available('tea cup', at('w1 tue 20:00', 1)), 12);
    assert.deepEqual(store.loansOf('abbey players'), [loan]);
  });

  it('lends nothing else', () => {
    assert.throws(() => store.lend('abbey', 'tea cup', 13, at('w1 tue 10:00', 1)), FullError);
    assert.throws(() => store.lend('abbey', 'sword', 1, at('w1 tue 10:00', 1)), UnknownError);
  });

  it('refunds the deposit', () => {
    const { id } = store.lend('abbey', 'tea cup', 5, at('w1 mon 12:00', 24));
    assert.deepEqual(store.giveBack(id), { refund: 500, owed: 0 });
    assert.deepEqual(store.loansOf('abbey'), []);
  });

  it('keeps the value of what is broken', () => {
    const { id } = store.lend('abbey', 'tea cup', 5, at('w1 mon 12:00', 24));
    assert.deepEqual(store.giveBack(id, 2), { refund: 0, owed: 300 });
    assert.equal(store.available('tea cup', at('w1 tue 20:00', 1)), 10);
  });

  it('cancels a loan that has not begun', () => {
    const { id } = store.lend('abbey', 'tea cup', 5, at('w1 mon 12:00', 24));
    assert.equal(store.cancel(id), 500);
    assert.equal(store.available('tea cup', at('w1 mon 20:00', 1)), 12);
  });
});
