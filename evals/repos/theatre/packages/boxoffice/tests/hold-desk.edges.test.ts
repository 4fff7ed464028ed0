import type { SeatPlan } from '@theatre/house';
import {
  DayBook,
  FullError,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  moment,
  studio,
  tell,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { HoldDesk } from '../src';

// Rows A (6, front), B (3 and 3, front) and C (6, back).
describe('HoldDesk, edges', () => {
  let watch: StageWatch;
  let book: DayBook;
  let plan: SeatPlan;
  let desk: HoldDesk;

  beforeEach(() => {
    watch = new StageWatch(moment('w1 mon 10:00'));
    book = new DayBook(watch);
    plan = studio();
    // Nothing is held from 18:00 on.
    const terms = { lasts: 100, extension: 20, cutOff: 90 };
    desk = new HoldDesk(book, plan, moment('w1 mon 19:30'), terms);
  });

  const fill = () => {
    for (const [patron, party] of [
      ['f1', 6],
      ['f2', 3],
      ['f3', 3],
      ['f4', 6],
    ] as const)
      desk.hold(patron, party);
  };
  const patrons = () => desk.holds().map(({ patron }) => patron);

  it('takes the seats that it holds, of one band if asked', () => {
    const hold = desk.hold(' Bea', 2, 'BACK');
    assert.deepEqual(hold.seats, ['C3', 'C4']);
    assert.equal(plan.isFree('C3'), false);
    assert.equal(plan.free, 16);
    assert.ok(Object.isFrozen(hold) && Object.isFrozen(hold.seats));
  });

  it('gives a patron one hold at a time', () => {
    const { id } = desk.hold('bea', 2);
    assert.throws(() => desk.hold(' BEA ', 2), TakenError);
    assert.throws(() => desk.wait('bea', 2), TakenError);
    assert.equal(plan.free, 16);
    desk.sell(id);
    assert.equal(desk.hold('bea', 2).id, 'hold-0002');
  });

  it('tells how many seats are free where a party cannot sit together', () => {
    assert.throws(
      () => desk.hold('bea', 7),
      (error) => error instanceof FullError && error.wanted === 7 && error.room === 18,
    );
    assert.throws(
      () => desk.hold('bea', 7, 'Back'),
      (error) => error instanceof FullError && error.room === 6,
    );
    assert.throws(() => desk.hold('bea', 1, 'gods'), FullError);
    for (const party of [0, 1.5]) {
      assert.throws(() => desk.hold('bea', party), UnfitError);
      assert.throws(() => desk.wait('bea', party), UnfitError);
    }
    assert.deepEqual([plan.free, desk.holds().length, desk.waiting().length], [18, 0, 0]);
  });

  it('lets a hold lapse at its last moment, whatever is asked then', () => {
    const { id } = desk.hold('bea', 2);
    watch.moveTo(moment('w1 mon 11:39'));
    assert.deepEqual(desk.sweep(), []);
    assert.deepEqual(patrons(), ['bea']);
    watch.moveTo(moment('w1 mon 11:40'));
    assert.throws(() => desk.extend(id), UnknownError);
    assert.equal(plan.free, 18);
    assert.deepEqual(desk.sweep(), []);
    assert.equal(desk.hold('bea', 2).id, 'hold-0002');
  });

  it('frees lapsed seats before every request', () => {
    for (const request of [
      () => desk.holds(),
      () => desk.waiting(),
      () => desk.wait('zoe', 1),
      () => desk.hold('zoe', 1).seats,
    ]) {
      plan = studio();
      const terms = { lasts: 100, extension: 20, cutOff: 90 };
      desk = new HoldDesk(book, plan, moment('w2 mon 19:30'), terms);
      const before = desk.hold('bea', 6).until;
      watch.moveTo(before);
      request();
      assert.equal(plan.isFree('A1'), true);
    }
    assert.throws(() => desk.release('hold-0001'), UnknownError);
  });

  it('tells lapsed holds by their end, then by number', () => {
    const first = desk.hold('ann', 1);
    const second = desk.hold('bob', 1);
    const third = desk.hold('cy', 1);
    desk.extend(first.id);
    assert.deepEqual(patrons(), ['bob', 'cy', 'ann']);
    watch.moveTo(moment('w1 mon 15:00'));
    const lapsed = desk.sweep();
    assert.deepEqual(lapsed, [second.id, third.id, first.id]);
    assert.ok(Object.isFrozen(lapsed) && Object.isFrozen(desk.holds()));
    assert.deepEqual(desk.sweep(), []);
  });

  it('extends once', () => {
    const { id, patron, seats } = desk.hold('bea', 2);
    watch.moveTo(moment('w1 mon 11:00'));
    const extended = desk.extend(id);
    assert.deepEqual(extended, {
      ...{ id, patron, seats },
      until: moment('w1 mon 12:00'),
      isExtended: true,
    });
    assert.ok(Object.isFrozen(extended));
    assert.throws(() => desk.extend(id), UntimelyError);
    assert.deepEqual(desk.holds(), [extended]);
    assert.throws(() => desk.extend('hold-0002'), UnknownError);
  });

  it('holds nothing beyond the cut-off', () => {
    watch.moveTo(moment('w1 mon 16:19'));
    const early = desk.hold('ann', 1);
    assert.equal(tell(early.until), 'w1 mon 17:59');
    assert.equal(tell(desk.extend(early.id).until), 'w1 mon 18:00');
    watch.moveTo(moment('w1 mon 17:59'));
    assert.equal(tell(desk.hold('bob', 1).until), 'w1 mon 18:00');
    watch.moveTo(moment('w1 mon 18:00'));
    assert.throws(() => desk.hold('cy', 1), UntimelyError);
    assert.throws(() => desk.wait('cy', 1), UntimelyError);
    assert.equal(plan.free, 18);
    assert.equal(desk.holds().length, 0);
  });

  it('serves nobody after the cut-off', () => {
    watch.moveTo(moment('w1 mon 17:00'));
    fill();
    desk.wait('zoe', 1);
    watch.moveTo(moment('w1 mon 18:00'));
    assert.equal(desk.sweep().length, 4);
    assert.deepEqual(desk.waiting(), ['zoe']);
    assert.equal(plan.free, 18);
  });

  it('gives seats back', () => {
    const { id } = desk.hold('bea', 2);
    desk.release(id);
    assert.equal(plan.free, 18);
    assert.throws(() => desk.release(id), UnknownError);
    assert.throws(() => desk.sell(id), UnknownError);
  });

  it('sells once, and sold seats stay taken', () => {
    const { id } = desk.hold('bea', 6);
    assert.deepEqual(desk.sell(id), ['A1', 'A2', 'A3', 'A4', 'A5', 'A6']);
    assert.throws(() => desk.sell(id), UnknownError);
    watch.moveTo(moment('w1 mon 17:00'));
    assert.deepEqual(desk.sweep(), []);
    assert.equal(plan.free, 12);
  });

  it('gives one place in the queue to a patron', () => {
    fill();
    assert.equal(desk.wait('ann', 2), 1);
    assert.equal(desk.wait('bob', 2), 2);
    assert.throws(() => desk.wait(' ANN', 3), TakenError);
    assert.deepEqual(desk.waiting(), ['ann', 'bob']);
    assert.ok(Object.isFrozen(desk.waiting()));
  });

  it('serves the queue in its order, skipping who cannot sit together', () => {
    fill();
    desk.wait('big', 7);
    desk.wait('four', 4);
    desk.wait('back', 2, 'Back');
    desk.wait('two', 2);
    desk.wait('one', 1);
    desk.release('hold-0001');
    assert.deepEqual(desk.waiting(), ['big', 'back', 'one']);
    const served = desk.holds().filter(({ id }) => id > 'hold-0004');
    assert.deepEqual(
      served.map(({ patron, seats }) => `${patron} ${seats.join()}`),
      ['four A1,A2,A3,A4', 'two A5,A6'],
    );
    desk.release('hold-0004');
    assert.deepEqual(desk.waiting(), ['big']);
    assert.equal(plan.isFree('C3'), false);
  });

  it('holds for the queue from the time when seats came back', () => {
    fill();
    desk.wait('zoe', 6);
    watch.moveTo(moment('w1 mon 11:00'));
    desk.release('hold-0001');
    assert.equal(tell(desk.holds().at(-1)?.until ?? book.now), 'w1 mon 12:40');
    assert.equal(desk.holds().at(-1)?.isExtended, false);
  });

  it('serves the queue when holds lapse, before anything else is done', () => {
    fill();
    desk.wait('zoe', 6);
    watch.moveTo(moment('w1 mon 11:40'));
    assert.throws(() => desk.hold('zoe', 1), TakenError);
    assert.deepEqual(patrons(), ['zoe']);
    assert.deepEqual(desk.waiting(), []);
  });

  it('serves the queue when a single hold lapses', () => {
    desk.hold('first', 6);
    watch.moveTo(moment('w1 mon 11:00'));
    desk.hold('second', 6);
    desk.wait('zoe', 6);
    watch.moveTo(moment('w1 mon 11:40'));
    assert.deepEqual(desk.waiting(), []);
    assert.deepEqual(patrons(), ['second', 'zoe']);
  });

  it('takes a patron who gets seats out of the queue', () => {
    fill();
    desk.wait('ann', 7);
    desk.wait('bob', 7);
    desk.release('hold-0004');
    desk.hold('Ann', 6);
    assert.deepEqual(desk.waiting(), ['bob']);
    assert.throws(() => desk.hold('Bob', 6), FullError);
    assert.deepEqual(desk.waiting(), ['bob']);
  });

  it('notes holds, what becomes of them, and who waits', () => {
    const { id } = desk.hold('Bea Low', 2);
    desk.extend(id);
    desk.sell(id);
    desk.wait('Ann', 7);
    desk.release(desk.hold('cy', 1, 'back').id);
    desk.hold('cy', 1, 'back');
    assert.throws(() => desk.hold('cy', 1), TakenError);
    watch.moveTo(moment('w1 mon 12:00'));
    desk.sweep();
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      [
        'hold hold-0001 bea-low A3 A4',
        'extend hold-0001 w1 mon 12:00',
        'sell hold-0001 A3 A4',
        'wait ann 7',
        'hold hold-0002 cy C3',
        'release hold-0002',
        'hold hold-0003 cy C3',
        'lapse hold-0003',
      ],
    );
  });
});
