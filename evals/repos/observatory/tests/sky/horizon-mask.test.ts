import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { HorizonMask, InputFault, codeOf, pointing, sector } from '../../src/index.ts';

describe('HorizonMask', () => {
  let mask: HorizonMask;

  beforeEach(() => {
    mask = new HorizonMask(codeOf('site', 'hill'), 10);
    mask.raise('oak', sector(80, 120), 25);
  });

  it('is as low as its floor where nothing stands', () => {
    assert.equal(mask.lowestAt(0), 10);
    assert.equal(mask.lowestAt(100), 25);
  });

  it('tells whether a telescope can point somewhere', () => {
    assert.ok(mask.isClear(pointing(0, 11)));
    assert.ok(!mask.isClear(pointing(0, 9)));
    assert.ok(!mask.isClear(pointing(100, 24)));
    assert.ok(mask.isClear(pointing(100, 26)));
  });

  it('lists what stands at an azimuth, highest first', () => {
    mask.raise('mast', sector(100, 101), 40);
    assert.deepEqual(
      mask.obstaclesAt(100).map(({ cause }) => cause),
      ['mast', 'oak'],
    );
    assert.deepEqual(mask.obstaclesAt(50), []);
  });

  it('is free again when an obstacle goes', () => {
    assert.equal(mask.clear('oak').altitude, 25);
    assert.equal(mask.lowestAt(100), 10);
  });

  it('gives the whole circle in stretches', () => {
    assert.deepEqual(mask.profile(), [
      { from: 0, until: 80, lowest: 10 },
      { from: 80, until: 120, lowest: 25 },
      { from: 120, until: 360, lowest: 10 },
    ]);
  });

  it('refuses obstacles that hide nothing', () => {
    assert.throws(() => mask.raise('hedge', sector(0, 10), 5), InputFault);
  });
});
