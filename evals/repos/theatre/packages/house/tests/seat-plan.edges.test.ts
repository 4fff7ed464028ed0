import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RowPlan } from '../src';
import { SeatPlan, TakenError, UnfitError, UnknownError, UntimelyError, studio } from '../src';

const row = (letter: string, seats: number, changes: Partial<RowPlan> = {}): RowPlan => ({
  row: letter,
  seats,
  band: 'stalls',
  ...changes,
});

describe('SeatPlan, edges', () => {
  it('refuses rows that cannot be', () => {
    assert.throws(() => new SeatPlan([row('A', 2), row('A', 3)]), TakenError);
    assert.throws(() => new SeatPlan([row('A', 0)]), UnfitError);
    assert.throws(() => new SeatPlan([row('A', 2.5)]), UnfitError);
    assert.throws(() => new SeatPlan([row('a', 2)]), UnfitError);
    assert.throws(() => new SeatPlan([row('A1', 2)]), UnfitError);
    assert.throws(() => new SeatPlan([row('A', 2, { band: ' ' })]), UnfitError);
    assert.equal(new SeatPlan([row('A', 1), row('AA', 1)]).capacity, 2);
  });

  it('takes all seats or none', () => {
    const plan = new SeatPlan([row('A', 4)]);
    plan.take(['A4']);
    assert.throws(() => plan.take(['A1', 'A4']), TakenError);
    assert.throws(() => plan.take(['A1', 'A9']), UnknownError);
    assert.throws(() => plan.take(['A1', 'A1']), UnfitError);
    assert.throws(() => plan.take([]), UnfitError);
    assert.deepEqual(plan.freeSeats(), ['A1', 'A2', 'A3']);
  });

  it('releases all seats or none', () => {
    const plan = new SeatPlan([row('A', 4)]);
    plan.take(['A1', 'A2']);
    assert.throws(() => plan.release(['A1', 'A3']), UntimelyError);
    assert.throws(() => plan.release(['A1', 'Z1']), UnknownError);
    assert.throws(() => plan.release(['A1', 'A1']), UnfitError);
    assert.throws(() => plan.release([]), UnfitError);
    assert.equal(plan.free, 2);
    plan.release(['A2', 'A1']);
    assert.equal(plan.free, 4);
  });

  it('does not know seats that are not there', () => {
    const plan = new SeatPlan([row('B', 2)]);
    for (const seat of ['A1', 'B0', 'B3', 'b1', 'B01'])
      assert.throws(() => plan.isFree(seat), UnknownError);
  });

  it('lists free seats in the order of the programme, frozen', () => {
    const plan = new SeatPlan([
      row('B', 11, { band: 'Upper Circle' }),
      row('A', 2),
      row('AA', 1, { band: 'upper_circle' }),
    ]);
    plan.take(['B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9']);
    assert.deepEqual(plan.freeSeats(), ['A1', 'A2', 'AA1', 'B1', 'B2', 'B10', 'B11']);
    assert.deepEqual(plan.freeSeats('UPPER CIRCLE'), ['AA1', 'B1', 'B2', 'B10', 'B11']);
    assert.deepEqual(plan.freeSeats('gods'), []);
    assert.throws(() => plan.freeSeats(''), UnfitError);
    assert.ok(Object.isFrozen(plan.freeSeats()));
  });

  it('does not cut a bench so that one seat stays alone', () => {
    const plan = new SeatPlan([row('A', 5)]);
    // The middle pairs A2-A3 and A3-A4 would leave a lone seat at a wall.
    assert.deepEqual(plan.offer(2), ['A1', 'A2']);
    assert.deepEqual(plan.offer(3), ['A1', 'A2', 'A3']);
  });

  it('goes to a row behind before it leaves a seat alone', () => {
    const plan = new SeatPlan([row('A', 3), row('B', 2)]);
    assert.deepEqual(plan.offer(2), ['B1', 'B2']);
    plan.take(['B1']);
    assert.deepEqual(plan.offer(2), ['A1', 'A2']);
  });

  it('leaves one seat alone rather than two', () => {
    const plan = new SeatPlan([row('A', 3), row('B', 4)]);
    plan.take(['B1', 'B4']);
    assert.deepEqual(plan.offer(1), ['A1']);
    plan.take(['A1', 'A3', 'B2']);
    assert.deepEqual(plan.offer(1), ['A2']);
  });

  it('counts a seat as alone beside taken seats and aisles', () => {
    const plan = new SeatPlan([row('A', 6, { aislesAfter: [3] })]);
    assert.deepEqual(plan.offer(2), ['A2', 'A3']);
    plan.take(['A3']);
    // A1-A2 fills its bench up; A4-A5 would leave A6 alone.
    assert.deepEqual(plan.offer(2), ['A1', 'A2']);
    assert.deepEqual(plan.offer(1), ['A4']);
  });

  it('offers no seats across an aisle', () => {
    const plan = new SeatPlan([row('A', 4, { aislesAfter: [2] })]);
    assert.deepEqual(plan.offer(3), []);
    assert.deepEqual(plan.offer(2), ['A1', 'A2']);
    assert.deepEqual(new SeatPlan([row('A', 4, { aislesAfter: [4] })]).offer(4).length, 4);
  });

  it('prefers the middle of the row, of equals the lower numbers', () => {
    const plan = new SeatPlan([row('A', 9)]);
    assert.deepEqual(plan.offer(1), ['A5']);
    assert.deepEqual(plan.offer(2), ['A4', 'A5']);
    plan.take(['A4', 'A5']);
    assert.deepEqual(plan.offer(2), ['A6', 'A7']);
  });

  it('measures the middle by the row, not by the bench', () => {
    const plan = new SeatPlan([row('A', 12, { aislesAfter: [4] })]);
    assert.deepEqual(plan.offer(2), ['A5', 'A6']);
    plan.take(['A5', 'A6', 'A7', 'A8', 'A9', 'A10', 'A11', 'A12']);
    assert.deepEqual(plan.offer(2), ['A3', 'A4']);
  });

  it('keeps to one band', () => {
    const plan = studio();
    assert.deepEqual(plan.offer(2, 'Back'), ['C3', 'C4']);
    assert.deepEqual(plan.offer(2, 'nowhere'), []);
    assert.deepEqual(plan.offer(4, 'front'), ['A1', 'A2', 'A3', 'A4']);
  });

  it('changes nothing by offering', () => {
    const plan = new SeatPlan([row('A', 2)]);
    const offer = plan.offer(2);
    assert.ok(Object.isFrozen(offer));
    assert.deepEqual(plan.offer(2), offer);
    assert.equal(plan.free, 2);
    assert.throws(() => plan.offer(0), UnfitError);
    assert.throws(() => plan.offer(1.5), UnfitError);
  });
});
