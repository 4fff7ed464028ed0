import {
  DayBook,
  FullError,
  StageWatch,
  UnfitError,
  UnknownError,
  UntimelyError,
  moment,
  pence,
  permille,
  spanOf,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { PropStore } from '../src';

const on = (text: string, minutes: number) => spanOf(moment(text), minutes);

describe('PropStore, edges', () => {
  let watch: StageWatch;
  let book: DayBook;
  let store: PropStore;

  beforeEach(() => {
    watch = new StageWatch(moment('w1 mon 10:00'));
    book = new DayBook(watch);
    store = new PropStore(book, { deposit: permille(333), lateFee: permille(100) });
    store.stock('Tea Cup', 10, pence(401));
  });

  const lent = (text: string, minutes: number, count = 1, borrower = 'abbey') =>
    store.lend(borrower, 'tea cup', count, on(text, minutes)).id;
  const free = (text: string, minutes: number) => store.available('tea cup', on(text, minutes));

  it('stocks more of a kind at its value alone', () => {
    store.stock(' TEA  CUP', 2, pence(401));
    assert.equal(free('w1 tue 10:00', 60), 12);
    assert.throws(() => store.stock('tea cup', 2, pence(400)), UnfitError);
    for (const count of [0, -1, 1.5])
      assert.throws(() => store.stock('tea cup', count, pence(401)), UnfitError);
    assert.equal(free('w1 tue 10:00', 60), 12);
    store.stock('sword', 1, pence(9));
    assert.equal(store.available('Sword', on('w1 tue 10:00', 60)), 1);
  });

  it('takes a deposit, rounded up once for the whole loan', () => {
    // 3 × 401 × 333 ‰ = 400.599
    const loan = store.lend(' Abbey  Players', 'TEA CUP', 3, on('w1 mon 12:00', 60));
    assert.deepEqual(loan, {
      id: 'loan-0001',
      borrower: 'abbey-players',
      prop: 'tea-cup',
      count: 3,
      span: on('w1 mon 12:00', 60),
      deposit: 401,
    });
    assert.ok(Object.isFrozen(loan));
  });

  it('refuses what cannot be lent, and changes nothing', () => {
    for (const count of [0, 0.5]) assert.throws(() => lent('w1 tue 10:00', 60, count), UnfitError);
    assert.throws(() => lent('w1 mon 09:59', 60), UntimelyError);
    assert.throws(() => store.lend('abbey', 'sword', 1, on('w1 tue 10:00', 60)), UnknownError);
    assert.throws(() => store.available('sword', on('w1 tue 10:00', 60)), UnknownError);
    assert.throws(() => store.lend('', 'tea cup', 1, on('w1 tue 10:00', 60)), UnfitError);
    assert.equal(lent('w1 mon 10:00', 60), 'loan-0001');
    assert.equal(book.entries('lend').length, 1);
  });

  it('tells how many are free where more are wanted', () => {
    lent('w1 tue 10:00', 60, 7);
    assert.throws(
      () => lent('w1 tue 10:59', 60, 4),
      (error) => error instanceof FullError && error.wanted === 4 && error.room === 3,
    );
    lent('w1 tue 10:59', 60, 3);
    lent('w1 tue 11:59', 60, 10);
  });

  it('counts what is out at the same time, not what is out one after the other', () => {
    lent('w1 tue 10:00', 60, 6);
    lent('w1 tue 11:00', 60, 5);
    lent('w1 tue 11:30', 60, 1, 'globe');
    assert.equal(free('w1 tue 09:00', 60), 10);
    assert.equal(free('w1 tue 10:00', 60), 4);
    assert.equal(free('w1 tue 10:00', 90), 4);
    assert.equal(free('w1 tue 11:00', 30), 5);
    assert.equal(free('w1 tue 11:00', 31), 4);
    assert.equal(free('w1 tue 11:45', 1), 4);
    assert.equal(free('w1 tue 12:00', 60), 9);
    assert.equal(free('w1 tue 12:30', 60), 10);
  });

  it('does not mix kinds', () => {
    store.stock('sword', 2, pence(100));
    store.lend('abbey', 'sword', 2, on('w1 tue 10:00', 60));
    assert.equal(free('w1 tue 10:00', 60), 10);
    assert.equal(store.available('sword', on('w1 tue 10:00', 60)), 0);
  });

  it('counts late pieces as out until they are back', () => {
    const id = lent('w1 mon 12:00', 60, 4);
    watch.moveTo(moment('w1 mon 12:59'));
    assert.equal(free('w2 mon 10:00', 60), 10);
    watch.moveTo(moment('w1 mon 13:00'));
    assert.equal(free('w2 mon 10:00', 60), 6);
    store.giveBack(id);
    assert.equal(free('w2 mon 10:00', 60), 10);
  });

  it('never tells less than none', () => {
    lent('w1 mon 12:00', 60, 8);
    lent('w1 mon 14:00', 60, 8, 'globe');
    watch.moveTo(moment('w1 mon 13:00'));
    assert.equal(free('w1 mon 14:00', 60), 0);
    assert.throws(
      () => lent('w1 mon 14:00', 60, 1, 'rose'),
      (error) => error instanceof FullError && error.room === 0,
    );
  });

  it('lends nothing to who is late', () => {
    const id = lent('w1 mon 12:00', 60);
    watch.moveTo(moment('w1 mon 13:00'));
    assert.throws(() => lent('w1 tue 10:00', 60, 1, 'ABBEY'), UntimelyError);
    lent('w1 tue 10:00', 60, 1, 'globe');
    store.giveBack(id);
    lent('w1 tue 10:00', 60);
  });

  it('keeps the late fee for every begun theatre day, each fee rounded up', () => {
    // Deposit 134, a tenth of it is 13.4.
    const times: readonly (readonly [string, number])[] = [
      ['w1 tue 05:59', 134],
      ['w1 tue 06:00', 120],
      ['w1 wed 05:59', 120],
      ['w1 wed 06:00', 106],
    ];
    const ids = times.map((_, index) => lent('w1 mon 12:00', 60, 1, `b ${index}`));
    for (const [index, [text, refund]] of times.entries()) {
      watch.moveTo(moment(text));
      assert.deepEqual(store.giveBack(ids[index] ?? ''), { refund, owed: 0 });
    }
  });

  it('counts from the last day of the loan, which ends before its last moment', () => {
    const id = lent('w1 mon 12:00', 18 * 60);
    watch.moveTo(moment('w1 tue 06:00'));
    assert.deepEqual(store.giveBack(id), { refund: 120, owed: 0 });
  });

  it('owes what the deposit does not cover, and refunds what it does', () => {
    const first = lent('w1 mon 12:00', 60, 10, 'abbey');
    const second = lent('w1 mon 14:00', 60, 10, 'globe');
    // Deposit 1336 (10 × 401 × 333 ‰ = 1335.33).
    assert.deepEqual(store.giveBack(first, 3), { refund: 133, owed: 0 });
    assert.deepEqual(store.giveBack(second, 4), { refund: 0, owed: 268 });
    assert.equal(free('w1 tue 10:00', 60), 3);
  });

  it('charges broken pieces and late days together', () => {
    const id = lent('w1 mon 12:00', 60, 2);
    watch.moveTo(moment('w1 tue 12:00'));
    // Deposit 268, fee 27.
    assert.deepEqual(store.giveBack(id, 1), { refund: 0, owed: 401 + 27 - 268 });
    const next = lent('w1 thu 12:00', 60);
    watch.moveTo(moment('w1 sat 12:00'));
    assert.deepEqual(store.giveBack(next), { refund: 134 - 28, owed: 0 });
    assert.ok(Object.isFrozen(store.giveBack(lent('w1 sat 12:00', 60))));
  });

  it('breaks no more than was lent', () => {
    const id = lent('w1 mon 12:00', 60, 2);
    assert.throws(() => store.giveBack(id, 3), FullError);
    assert.throws(() => store.giveBack(id, -1), UnfitError);
    assert.throws(() => store.giveBack(id, 0.5), UnfitError);
    assert.throws(() => store.giveBack('loan-0009'), UnknownError);
    store.giveBack(id, 2);
    assert.throws(() => store.giveBack(id), UnknownError);
    assert.equal(free('w1 tue 10:00', 60), 8);
  });

  it('cancels only what has not begun', () => {
    const id = lent('w1 mon 12:00', 60);
    watch.moveTo(moment('w1 mon 11:59'));
    assert.equal(store.cancel(id), 134);
    assert.throws(() => store.cancel(id), UnknownError);
    const next = lent('w1 mon 12:00', 60);
    watch.moveTo(moment('w1 mon 12:00'));
    assert.throws(() => store.cancel(next), UntimelyError);
    assert.equal(store.loansOf('abbey').length, 1);
  });

  it('lists loans by begin, then by number', () => {
    const late = lent('w1 wed 10:00', 60);
    const one = lent('w1 tue 10:00', 60);
    const two = lent('w1 tue 10:00', 30);
    lent('w1 mon 11:00', 60, 1, 'globe');
    assert.deepEqual(
      store.loansOf(' Abbey').map(({ id }) => id),
      [one, two, late],
    );
    assert.deepEqual(store.loansOf('rose'), []);
    assert.ok(Object.isFrozen(store.loansOf('abbey')));
  });

  it('lists late loans by end, then by borrower, then by number', () => {
    lent('w1 mon 11:00', 120, 1, 'house 10');
    lent('w1 mon 12:00', 60, 1, 'house 9');
    lent('w1 mon 11:30', 90, 1, 'house 9');
    lent('w1 mon 11:00', 60, 1, 'rose');
    lent('w1 mon 11:00', 121, 1, 'abbey');
    assert.deepEqual(store.overdue(), []);
    watch.moveTo(moment('w1 mon 13:00'));
    assert.deepEqual(
      store.overdue().map(({ id }) => id),
      ['loan-0004', 'loan-0002', 'loan-0003', 'loan-0001'],
    );
    assert.ok(Object.isFrozen(store.overdue()));
  });

  it('notes what goes and comes', () => {
    const id = lent('w1 mon 12:00', 60, 3);
    store.giveBack(id, 1);
    store.cancel(lent('w1 mon 12:00', 60));
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      [
        'stock tea-cup 10',
        'lend loan-0001 tea-cup 3',
        'return loan-0001 1',
        'lend loan-0002 tea-cup 1',
        'cancel loan-0002',
      ],
    );
  });
});
