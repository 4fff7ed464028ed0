import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Detector, FramePlan, OpticalBand } from '../../src/index.ts';
import {
  FramePlanner,
  InputFault,
  after,
  codeOf,
  detector,
  seconds,
  slot,
  tick,
  valueOf,
} from '../../src/index.ts';

const CCD: Detector = detector({
  fullWell: 50_000,
  readNoise: 5,
  readout: seconds(4),
  sky: { B: 1, V: 2, R: 4, I: 8 },
});
const START = tick('2031-05-01 22:00');
const lasting = (length: number) => slot(START, after(START, seconds(length)));

const planner = new FramePlanner(CCD);

const wish = (depth: number, rate = 98, band: OpticalBand = 'V', name = 'a') => ({
  request: codeOf('request', name),
  band,
  rate,
  depth: seconds(depth),
});
const shape = (depth: number, rate?: number) => {
  const { exposure, frames } = valueOf(planner.plan(wish(depth, rate)));
  return [exposure, frames];
};
const frames = (name: string, band: OpticalBand, exposure: number, count = 3): FramePlan => ({
  ...wish(900, 98, band, name),
  exposure: seconds(exposure),
  frames: count,
});

describe('FramePlanner, at its edges', () => {
  it('fills a pixel up to four fifths and not an electron more', () => {
    assert.equal(valueOf(planner.exposureFor('V', 3998)), 10);
    assert.equal(valueOf(planner.exposureFor('V', 3999)), 5);
  });

  it('counts the sky of the band', () => {
    assert.equal(valueOf(planner.exposureFor('B', 3999)), 10);
    assert.equal(valueOf(planner.exposureFor('I', 3993)), 5);
    assert.equal(valueOf(planner.exposureFor('I', 3992)), 10);
  });

  it('exposes for ten minutes at most, and for one second at least', () => {
    assert.equal(valueOf(planner.exposureFor('V', 0)), 600);
    assert.equal(valueOf(planner.exposureFor('V', 39_998)), 1);
    const refusal = planner.exposureFor('V', 39_999);
    assert.equal(!refusal.granted && refusal.refusal.reason, 'saturated');
  });

  it('takes no rate below none and none that is no number', () => {
    assert.throws(() => planner.exposureFor('V', -1), { name: 'InputFault', field: 'rate' });
    assert.throws(() => planner.exposureFor('V', NaN), InputFault);
    assert.throws(() => planner.plan(wish(100, -1)), InputFault);
  });

  it('refuses to plan what saturates', () => {
    const outcome = planner.plan(wish(100, 50_000));
    assert.equal(!outcome.granted && outcome.refusal.reason, 'saturated');
  });

  it('refuses to plan no depth', () => {
    assert.throws(() => planner.plan(wish(0)), { name: 'InputFault', field: 'depth' });
  });

  it('needs three frames, on the longest rung that gives them', () => {
    assert.deepEqual(shape(601), [300, 3]);
    assert.deepEqual(shape(600), [120, 5]);
    assert.deepEqual(shape(240), [60, 5]);
    assert.deepEqual(shape(3), [1, 3]);
  });

  it('takes three of the shortest where even they are more than is needed', () => {
    assert.deepEqual(shape(2), [1, 3]);
    assert.deepEqual(shape(1), [1, 3]);
  });

  it('does not go above the rung that saturates', () => {
    assert.deepEqual(shape(1800, 1000), [30, 61]);
    assert.deepEqual(shape(10, 39_998), [1, 11]);
  });

  it('rounds frames up to reach the depth, then up to odd', () => {
    assert.deepEqual(shape(901), [300, 5]);
    assert.deepEqual(shape(1201), [300, 5]);
    assert.deepEqual(shape(1500), [300, 5]);
    assert.deepEqual(shape(1501), [300, 7]);
  });

  it('keeps the wish in the plan, frozen', () => {
    const outcome = planner.plan(wish(900));
    assert.deepEqual(valueOf(outcome), { ...wish(900), exposure: 300, frames: 3 });
    assert.ok(Object.isFrozen(valueOf(outcome)));
    assert.ok(Object.isFrozen(outcome));
  });

  it('leaves a plan alone that just fits', () => {
    const plan = frames('a', 'V', 300, 7);
    assert.deepEqual(valueOf(planner.fit(plan, lasting(7 * 304))), plan);
    assert.equal(valueOf(planner.fit(plan, lasting(7 * 304 - 1))).frames, 5);
    assert.deepEqual(valueOf(planner.fit(plan, lasting(9 * 304))), plan);
  });

  it('keeps an odd number of frames, three of them at least', () => {
    const plan = frames('a', 'V', 300, 7);
    const fitted = (length: number) => planner.fit(plan, lasting(length));
    assert.equal(valueOf(fitted(5 * 304)).frames, 5);
    assert.equal(valueOf(fitted(4 * 304)).frames, 3);
    assert.deepEqual(valueOf(fitted(3 * 304)), { ...plan, frames: 3 });
    assert.ok(Object.isFrozen(valueOf(fitted(3 * 304))));
    const short = fitted(3 * 304 - 1);
    assert.equal(!short.granted && short.refusal.reason, 'too-short');
    assert.equal(fitted(100).granted, false);
  });

  it('begins with the filter that is in and goes round the wheel', () => {
    const plans = (['B', 'V', 'R', 'I'] as const).map((band) => frames('a', band, 60));
    const bands = (filter: OpticalBand) => planner.sequence(plans, filter).map(({ band }) => band);
    assert.deepEqual(bands('B'), ['B', 'V', 'R', 'I']);
    assert.deepEqual(bands('R'), ['R', 'I', 'B', 'V']);
    assert.deepEqual(bands('I'), ['I', 'B', 'V', 'R']);
  });

  it('puts the longest exposure first within a band, then goes by request', () => {
    const plans = [
      frames('c', 'V', 60),
      frames('b', 'V', 60),
      frames('d', 'V', 300),
      frames('a', 'R', 600),
    ];
    const sequence = planner.sequence(plans, 'V');
    assert.deepEqual(
      sequence.map(({ request }) => request),
      ['rq.d', 'rq.b', 'rq.c', 'rq.a'],
    );
    assert.ok(Object.isFrozen(sequence));
    assert.equal(plans[0]?.request, 'rq.c');
  });

  it('adds the time of each change of filter', () => {
    const one = 3 * 64;
    const sequence = [frames('a', 'V', 60), frames('b', 'V', 60), frames('c', 'R', 60)];
    assert.equal(planner.timeTogether(sequence, 'V'), 3 * one + 12);
    assert.equal(planner.timeTogether(sequence, 'R'), 3 * one + 24);
    const back = [frames('a', 'V', 60), frames('c', 'R', 60), frames('b', 'V', 60)];
    assert.equal(planner.timeTogether(back, 'V'), 3 * one + 24);
    assert.equal(planner.timeTogether([], 'V'), 0);
  });

  it('has a signal without target of none, whatever the noise', () => {
    assert.equal(planner.signalOf({ ...frames('a', 'V', 60), rate: 0 }), 0);
    const still = new FramePlanner(
      detector({ ...CCD, readNoise: 0, sky: { B: 0, V: 0, R: 0, I: 0 } }),
    );
    assert.equal(still.signalOf({ ...frames('a', 'V', 60), rate: 0 }), 0);
    assert.equal(still.signalOf({ ...frames('a', 'V', 1, 4), rate: 100 }), 20);
  });

  it('counts noise of the sky and of every reading', () => {
    assert.equal(planner.signalOf({ ...frames('a', 'V', 1), rate: 1 }), 0.3);
    assert.equal(planner.signalOf({ ...frames('a', 'I', 100), rate: 10 }), 40.5);
    assert.equal(planner.signalOf({ ...frames('a', 'I', 100, 12), rate: 10 }), 81.1);
  });
});
