import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FramePlan, OpticalBand, Wish } from '../../src/index.ts';
import { FramePlanner, codeOf, detector, seconds, slot, tick, valueOf } from '../../src/index.ts';

const planner = new FramePlanner(
  detector({
    fullWell: 50_000,
    readNoise: 5,
    readout: seconds(4),
    sky: { B: 1, V: 2, R: 4, I: 8 },
  }),
);

const wish = (name: string, depth: number, rate = 98, band: OpticalBand = 'V'): Wish => ({
  request: codeOf('request', name),
  band,
  rate,
  depth: seconds(depth),
});
const plan = (...of: Parameters<typeof wish>): FramePlan => valueOf(planner.plan(wish(...of)));

describe('FramePlanner', () => {
  it('exposes as long as target and sky stay linear', () => {
    assert.deepEqual(planner.exposureFor('V', 98), { granted: true, value: 300 });
    assert.deepEqual(planner.exposureFor('V', 1000), { granted: true, value: 30 });
  });

  it('splits the depth into an odd number of frames', () => {
    assert.deepEqual(plan('a', 1800), { ...wish('a', 1800), exposure: 300, frames: 7 });
    assert.deepEqual(plan('b', 1500), { ...wish('b', 1500), exposure: 300, frames: 5 });
  });

  it('counts the time to read each frame', () => {
    assert.equal(planner.timeOf(plan('a', 900)), 3 * 304);
  });

  it('leaves frames out where a slot is short', () => {
    const start = tick('2031-05-01 22:00');
    const short = slot(start, tick('2031-05-01 22:30'));
    assert.equal(valueOf(planner.fit(plan('a', 1800), short)).frames, 5);
  });

  it('changes filters as seldom as it can', () => {
    const plans = [plan('a', 900, 98, 'V'), plan('b', 900, 98, 'R'), plan('c', 900, 98, 'V')];
    assert.deepEqual(
      planner.sequence(plans, 'V').map(({ request }) => request),
      ['rq.a', 'rq.c', 'rq.b'],
    );
  });

  it('reckons signal to noise', () => {
    assert.equal(planner.signalOf(plan('a', 900)), 293.9);
  });
});
