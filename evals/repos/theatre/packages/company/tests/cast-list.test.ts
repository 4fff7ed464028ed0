import { DayBook, StageWatch, TakenError, moment, spanOf } from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { CastList } from '../src';

describe('CastList', () => {
  const tonight = moment('w1 mon 19:30');
  let list: CastList;

  beforeEach(() => {
    list = new CastList(new DayBook(new StageWatch(moment('w1 mon 10:00'))));
    list.addRole('Jack', ['garden', 'flat']);
    list.addRole('Lane', ['flat']);
    list.cast('Jack', 'Ida Ray');
    list.cast('Lane', 'Tom');
    list.cover('Jack', 'Una');
  });

  it('lets the principals play', () => {
    assert.deepEqual(list.lineUp(tonight), {
      playing: [
        { role: 'jack', player: 'ida-ray', isCover: false },
        { role: 'lane', player: 'tom', isCover: false },
      ],
      missing: [],
    });
    assert.deepEqual(list.slips(tonight), []);
  });

  it('lets the cover go on when the principal is off', () => {
    list.signOff('Ida Ray', spanOf(moment('w1 mon 12:00'), 600));
    assert.deepEqual(list.lineUp(tonight).playing[0], {
      role: 'jack',
      player: 'una',
      isCover: true,
    });
    assert.deepEqual(list.slips(tonight), ['The part of Jack is played by Una']);
  });

  it('says which roles nobody can play', () => {
    list.signOff('Tom', spanOf(moment('w1 mon 12:00'), 600));
    assert.deepEqual(list.lineUp(tonight).missing, ['lane']);
  });

  it('keeps a player out of two roles that meet', () => {
    assert.throws(() => list.cast('Lane', 'Ida Ray'), TakenError);
  });

  it('lists roles without a cover', () => {
    assert.deepEqual(list.uncovered(), ['lane']);
  });
});
