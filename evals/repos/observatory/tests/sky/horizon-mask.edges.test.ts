import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  HorizonMask,
  InputFault,
  TurnFault,
  UnknownFault,
  codeOf,
  pointing,
  sector,
} from '../../src/index.ts';

const HILL = codeOf('site', 'hill');

describe('HorizonMask, at its edges', () => {
  let mask: HorizonMask;

  beforeEach(() => {
    mask = new HorizonMask(HILL, 10);
  });

  it('settles its floor and refuses one that is under the horizon or no number', () => {
    assert.equal(new HorizonMask(HILL, 10.126).floor, 10.13);
    assert.equal(new HorizonMask(HILL, 0).floor, 0);
    assert.equal(new HorizonMask(HILL, 90).floor, 90);
    assert.equal(mask.site, 'st.hill');
    for (const floor of [-0.1, 90.1, NaN])
      assert.throws(() => new HorizonMask(HILL, floor), InputFault);
    assert.throws(() => new HorizonMask(HILL, -1), { field: 'floor' });
  });

  it('settles what is raised and returns it, frozen', () => {
    const raised = mask.raise(' oak ', { from: -10, until: 370.004 }, 25.555);
    assert.deepEqual(raised, { cause: 'oak', sector: { from: 350, until: 10 }, altitude: 25.56 });
    assert.ok(Object.isFrozen(raised) && Object.isFrozen(raised.sector));
    assert.equal(mask.lowestAt(0), 25.56);
  });

  it('refuses an obstacle at its floor and takes one just above', () => {
    assert.throws(() => mask.raise('hedge', sector(0, 10), 10), { field: 'altitude' });
    assert.throws(() => mask.raise('hedge', sector(0, 10), 10.001), { field: 'altitude' });
    mask.raise('hedge', sector(0, 10), 10.01);
    assert.equal(mask.lowestAt(5), 10.01);
  });

  it('refuses obstacles without a cause, beyond the zenith and in no sector, and changes nothing', () => {
    assert.throws(() => mask.raise(' ', sector(0, 10), 20), { field: 'cause' });
    assert.throws(() => mask.raise('oak', sector(0, 10), 91), InputFault);
    assert.throws(() => mask.raise('oak', { from: 5, until: 5 }, 20), InputFault);
    assert.deepEqual(mask.profile(), [{ from: 0, until: 360, lowest: 10 }]);
    mask.raise('oak', sector(0, 10), 20);
  });

  it('has one obstacle of a cause, which stays as it is', () => {
    mask.raise('oak', sector(0, 10), 20);
    assert.throws(() => mask.raise('oak ', sector(50, 60), 30), TurnFault);
    assert.equal(mask.lowestAt(5), 20);
    assert.equal(mask.lowestAt(55), 10);
  });

  it('takes obstacles away by their cause, once', () => {
    mask.raise('oak', sector(0, 10), 20);
    assert.equal(mask.clear(' oak').cause, 'oak');
    assert.throws(() => mask.clear('oak'), { name: 'UnknownFault', wanted: 'oak' });
    assert.throws(() => mask.clear('elm'), UnknownFault);
    mask.raise('oak', sector(0, 10), 30);
    assert.equal(mask.lowestAt(0), 30);
  });

  it('has sectors that hold their start and not their end, through north too', () => {
    mask.raise('roof', sector(350, 10), 20);
    assert.equal(mask.lowestAt(350), 20);
    assert.equal(mask.lowestAt(-5), 20);
    assert.equal(mask.lowestAt(9.99), 20);
    assert.equal(mask.lowestAt(10), 10);
    assert.equal(mask.lowestAt(349.99), 10);
    assert.equal(mask.lowestAt(720), 20);
  });

  it('is clear exactly at the lowest altitude', () => {
    mask.raise('roof', sector(100, 200), 20);
    assert.ok(mask.isClear(pointing(150, 20)));
    assert.ok(!mask.isClear(pointing(150, 19.99)));
    assert.ok(mask.isClear(pointing(200, 10)));
    assert.ok(!mask.isClear(pointing(200, 9.99)));
  });

  it('lists obstacles of one height by cause, frozen', () => {
    mask.raise('pine', sector(0, 90), 20);
    mask.raise('birch', sector(0, 90), 20);
    mask.raise('crane', sector(0, 90), 30);
    mask.raise('barn', sector(90, 180), 50);
    const found = mask.obstaclesAt(45);
    assert.deepEqual(
      found.map(({ cause }) => cause),
      ['crane', 'birch', 'pine'],
    );
    assert.ok(Object.isFrozen(found));
    assert.equal(mask.lowestAt(45), 30);
  });

  it('has a profile of one stretch where nothing stands, frozen', () => {
    assert.deepEqual(mask.profile(), [{ from: 0, until: 360, lowest: 10 }]);
    assert.ok(Object.isFrozen(mask.profile()));
    assert.ok(Object.isFrozen(mask.profile()[0]));
  });

  it('cuts its profile at north and joins neighbours of one height', () => {
    mask.raise('roof', sector(350, 10), 20);
    mask.raise('wall', sector(10, 30), 20);
    mask.raise('post', sector(15, 16), 15);
    assert.deepEqual(mask.profile(), [
      { from: 0, until: 30, lowest: 20 },
      { from: 30, until: 350, lowest: 10 },
      { from: 350, until: 360, lowest: 20 },
    ]);
  });

  it('shows the highest of obstacles that overlap', () => {
    mask.raise('oak', sector(40, 80), 20);
    mask.raise('mast', sector(60, 100), 30);
    assert.deepEqual(
      mask.profile().map(({ from, lowest }) => [from, lowest]),
      [
        [0, 10],
        [40, 20],
        [60, 30],
        [100, 10],
      ],
    );
  });

  it('tells which share of the circle is open, to four decimals', () => {
    mask.raise('oak', sector(0, 100), 20);
    mask.raise('mast', sector(100, 120), 30);
    assert.equal(mask.openShare(9.99), 0);
    assert.equal(mask.openShare(10), 0.6667);
    assert.equal(mask.openShare(20), 0.9444);
    assert.equal(mask.openShare(29.99), 0.9444);
    assert.equal(mask.openShare(30), 1);
  });

  it('puts two masks together: the higher floor and what stands above it', () => {
    const dome = new HorizonMask(HILL, 20);
    mask.raise('hedge', sector(0, 10), 20);
    mask.raise('oak', sector(10, 20), 25);
    dome.raise('mast', sector(15, 40), 45);
    for (const both of [mask.with(dome), dome.with(mask)]) {
      assert.equal(both.floor, 20);
      assert.equal(both.site, HILL);
      assert.deepEqual(both.profile(), [
        { from: 0, until: 10, lowest: 20 },
        { from: 10, until: 15, lowest: 25 },
        { from: 15, until: 40, lowest: 45 },
        { from: 40, until: 360, lowest: 20 },
      ]);
      assert.deepEqual(both.obstaclesAt(5), []);
    }
    assert.equal(mask.lowestAt(5), 20);
    assert.equal(mask.lowestAt(30), 10);
    assert.deepEqual(dome.obstaclesAt(12), []);
  });

  it('does not put masks together that are of two sites or share a cause', () => {
    const other = new HorizonMask(codeOf('site', 'valley'), 5);
    assert.throws(() => mask.with(other), { name: 'InputFault', field: 'other' });
    const dome = new HorizonMask(HILL, 30);
    mask.raise('oak', sector(0, 10), 20);
    dome.raise('oak', sector(50, 60), 40);
    assert.throws(() => mask.with(dome), TurnFault);
    assert.throws(() => dome.with(mask), TurnFault);
    dome.clear('oak');
    assert.equal(mask.with(dome).lowestAt(5), 30);
  });
});
