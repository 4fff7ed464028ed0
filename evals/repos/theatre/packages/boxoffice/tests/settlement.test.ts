import {
  DayBook,
  StageWatch,
  TakenError,
  UnfitError,
  moment,
  pence,
  permille,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Settlement, night } from '../src';

describe('Settlement', () => {
  const friday = night('Hay Fever', 'w1 fri 19:30');
  let settlement: Settlement;

  beforeEach(() => {
    settlement = new Settlement(new DayBook(new StageWatch(moment('w1 mon 10:00'))), {
      levy: permille(100),
      guarantee: pence(20000),
    });
    settlement.agree('Author', '1/10');
    settlement.agree('Director', '1/20');
  });

  it('divides the takings of a night', () => {
    assert.deepEqual(settlement.close(friday, pence(100000)), {
      night: friday,
      takings: 100000,
      levy: 10000,
      pool: 70000,
      house: 79500,
      paid: [
        { party: 'author', amount: 7000 },
        { party: 'director', amount: 3500 },
      ],
    });
    assert.equal(settlement.paidTo('author'), 7000);
    assert.equal(settlement.returnOf(friday).pool, 70000);
  });

  it('closes a night once', () => {
    settlement.close(friday, pence(100000));
    assert.throws(() => settlement.close(friday, pence(1)), TakenError);
    assert.equal(settlement.returns().length, 1);
  });

  it('makes good for what a night lacked to the guarantee', () => {
    settlement.close(friday, pence(10000));
    assert.equal(settlement.shortfall, 11000);
    assert.equal(settlement.close(night('Ghosts', 'w1 sat 19:30'), pence(100000)).pool, 59000);
  });

  it('gives away no more than there is', () => {
    assert.equal(settlement.free().toFraction(), '17/20');
    assert.throws(() => settlement.agree('Producer', '9/10'), UnfitError);
  });
});
