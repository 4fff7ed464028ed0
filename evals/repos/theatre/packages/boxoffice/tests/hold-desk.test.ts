import { DayBook, StageWatch, UnknownError, moment, studio, tell } from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { HOLD_TERMS, HoldDesk } from '../src';

describe('HoldDesk', () => {
  let watch: StageWatch;
  let desk: HoldDesk;

  beforeEach(() => {
    watch = new StageWatch(moment('w1 mon 10:00'));
    desk = new HoldDesk(new DayBook(watch), studio(), moment('w1 mon 19:30'), HOLD_TERMS);
  });

  it('keeps the best seats for a while', () => {
    const hold = desk.hold('Bea Low', 6);
    assert.deepEqual(hold, {
      id: 'hold-0001',
      patron: 'bea-low',
      seats: ['A1', 'A2', 'A3', 'A4', 'A5', 'A6'],
      until: moment('w1 mon 12:00'),
      isExtended: false,
    });
    assert.deepEqual(desk.holds(), [hold]);
  });

  it('lets holds lapse', () => {
    const { id } = desk.hold('bea', 2);
    watch.moveTo(moment('w1 mon 12:00'));
    assert.deepEqual(desk.sweep(), [id]);
    assert.throws(() => desk.sell(id), UnknownError);
  });

  it('keeps a hold longer', () => {
    const { id } = desk.hold('bea', 2);
    assert.equal(tell(desk.extend(id).until), 'w1 mon 12:30');
  });

  it('sells what is held', () => {
    const { id, seats } = desk.hold('bea', 2);
    assert.deepEqual(desk.sell(id), seats);
    assert.deepEqual(desk.holds(), []);
  });

  it('serves the queue when seats come back', () => {
    const ids = ['ann', 'bob', 'cy'].map(
      (patron) => desk.hold(patron, patron === 'bob' ? 3 : 6).id,
    );
    assert.equal(desk.wait('Zoe', 5), 1);
    desk.release(ids[0] ?? '');
    assert.deepEqual(desk.waiting(), []);
    assert.equal(desk.holds().find(({ patron }) => patron === 'zoe')?.seats.length, 5);
  });
});
