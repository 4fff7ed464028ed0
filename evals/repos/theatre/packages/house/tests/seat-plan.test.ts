import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { SeatPlan, TakenError, UnknownError } from '../src';

describe('SeatPlan', () => {
  let plan: SeatPlan;

  beforeEach(() => {
    plan = new SeatPlan([
      { row: 'A', seats: 4, band: 'Front Stalls' },
      { row: 'B', seats: 6, band: 'back', aislesAfter: [2] },
    ]);
  });

  it('knows its seats and their bands', () => {
    assert.equal(plan.capacity, 10);
    assert.equal(plan.bandOf('A4'), 'front-stalls');
    assert.equal(plan.bandOf('B6'), 'back');
    assert.throws(() => plan.bandOf('A5'), UnknownError);
  });

  it('takes and releases seats', () => {
    plan.take(['A1', 'A2']);
    assert.equal(plan.free, 8);
    assert.equal(plan.isFree('A1'), false);
    assert.throws(() => plan.take(['A2']), TakenError);
    plan.release(['A1']);
    assert.equal(plan.isFree('A1'), true);
    assert.equal(plan.free, 9);
  });

  it('lists free seats', () => {
    plan.take(['A1', 'A3']);
    assert.deepEqual(plan.freeSeats('front stalls'), ['A2', 'A4']);
  });

  it('offers the middle of the front row first', () => {
    assert.deepEqual(plan.offer(4), ['A1', 'A2', 'A3', 'A4']);
    assert.deepEqual(plan.offer(4, 'back'), ['B3', 'B4', 'B5', 'B6']);
  });

  it('offers nothing where nobody can sit together', () => {
    assert.deepEqual(plan.offer(5), []);
  });
});
