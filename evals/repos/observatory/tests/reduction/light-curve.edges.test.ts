import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  InputFault,
  LightCurve,
  TurnFault,
  UnknownFault,
  codeOf,
  minutes,
  seconds,
  slot,
  tick,
} from '../../src/index.ts';

const at = (text: string) => tick(`2031-05-01 ${text}`);
const frame = (name: string) => codeOf('frame', name);
const point = (name: string, time: string, magnitude: number, error = 0.01) => ({
  frame: frame(name),
  at: at(time),
  magnitude,
  error,
});

describe('LightCurve, at its edges', () => {
  let curve: LightCurve;

  /** Points a minute apart from 20:00. */
  const fill = (...magnitudes: number[]) => {
    for (const [index, magnitude] of magnitudes.entries())
      curve.add(point(`f${index}`, `20:${String(index).padStart(2, '0')}`, magnitude));
  };

  beforeEach(() => {
    curve = new LightCurve(codeOf('target', 'star'), 'R');
  });

  it('knows nothing without points', () => {
    assert.deepEqual([curve.target, curve.band], ['tg.star', 'R']);
    assert.deepEqual(curve.points(), []);
    assert.equal(curve.level(), undefined);
    assert.deepEqual(curve.binned(minutes(1)), []);
    assert.deepEqual(curve.outliers(), []);
    assert.deepEqual(curve.dips(0.1), []);
  });

  it('settles magnitudes and errors to thousandths', () => {
    const added = curve.add(point('a', '20:00', 12.3455, 0.0125));
    assert.deepEqual(added, point('a', '20:00', 12.346, 0.013));
    assert.ok(Object.isFrozen(added));
    assert.deepEqual(curve.points(), [added]);
    assert.equal(curve.add(point('b', '20:00', -1.0005)).magnitude, -1.001);
  });

  it('takes errors from a thousandth to five', () => {
    for (const error of [0, 0.0004, -1, 5.001, NaN])
      assert.throws(() => curve.add(point('a', '20:00', 12, error)), { field: 'error' });
    curve.add(point('a', '20:00', 12, 0.0005));
    curve.add(point('b', '20:00', 12, 5));
    assert.equal(curve.points()[0]?.error, 0.001);
  });

  it('takes magnitudes from -30 to 40', () => {
    for (const magnitude of [-30.1, 40.1, NaN, Infinity])
      assert.throws(() => curve.add(point('a', '20:00', magnitude)), {
        name: 'InputFault',
        field: 'magnitude',
      });
    assert.deepEqual(curve.points(), []);
    curve.add(point('a', '20:00', -30));
    curve.add(point('b', '20:00', 40));
    assert.equal(curve.points().length, 2);
  });

  it('keeps the first point of a frame', () => {
    curve.add(point('a', '20:00', 12));
    assert.throws(() => curve.add(point('a', '21:00', 13)), TurnFault);
    assert.deepEqual(curve.points(), [point('a', '20:00', 12)]);
  });

  it('orders points of one tick by frame', () => {
    for (const name of ['c', 'a', 'b']) curve.add(point(name, '20:00', 12));
    curve.add(point('z', '19:00', 12));
    assert.deepEqual(
      curve.points().map((one) => one.frame),
      ['fr.z', 'fr.a', 'fr.b', 'fr.c'],
    );
    assert.ok(Object.isFrozen(curve.points()));
  });

  it('drops the point of a frame, once', () => {
    fill(12, 13);
    assert.equal(curve.drop(frame('f0')).magnitude, 12);
    assert.throws(() => curve.drop(frame('f0')), { name: 'UnknownFault', wanted: 'fr.f0' });
    assert.throws(() => curve.drop(frame('f9')), UnknownFault);
    assert.deepEqual(
      curve.points().map(({ magnitude }) => magnitude),
      [13],
    );
    curve.add(point('f0', '20:00', 14));
  });

  it('lists and levels the points of a slot, without its end', () => {
    fill(12, 13, 14);
    const within = slot(at('20:00'), at('20:02'));
    assert.deepEqual(
      curve.points(within).map(({ magnitude }) => magnitude),
      [12, 13],
    );
    assert.equal(curve.level(within)?.magnitude, 12.5);
    assert.equal(curve.level()?.magnitude, 13);
    assert.equal(curve.level(slot(at('21:00'), at('22:00'))), undefined);
    assert.ok(Object.isFrozen(curve.points(within)));
  });

  it('weighs by one over the error squared, and settles', () => {
    curve.add(point('a', '20:00', 10, 0.1));
    curve.add(point('b', '20:01', 11, 0.3));
    assert.deepEqual(curve.level(), { magnitude: 10.1, error: 0.095, count: 2 });
    curve.add(point('c', '20:02', 12, 0.2));
    assert.deepEqual(curve.level(), { magnitude: 10.449, error: 0.086, count: 3 });
    assert.ok(Object.isFrozen(curve.level()));
  });

  it('has the level of its only point', () => {
    curve.add(point('a', '20:00', 12.345, 0.02));
    assert.deepEqual(curve.level(), { magnitude: 12.345, error: 0.02, count: 1 });
  });

  it('begins its bins at the first point, each without its end', () => {
    curve.add(point('a', '20:03', 12));
    curve.add(point('b', '20:12', 13));
    curve.add(point('c', '20:13', 14));
    curve.add(point('d', '20:43', 15));
    const bins = curve.binned(minutes(10));
    assert.deepEqual(bins, [
      { slot: slot(at('20:03'), at('20:13')), magnitude: 12.5, error: 0.007, count: 2 },
      { slot: slot(at('20:13'), at('20:23')), magnitude: 14, error: 0.01, count: 1 },
      { slot: slot(at('20:43'), at('20:53')), magnitude: 15, error: 0.01, count: 1 },
    ]);
    assert.ok(Object.isFrozen(bins) && Object.isFrozen(bins[0]));
    assert.throws(() => curve.binned(seconds(0)), { name: 'InputFault', field: 'length' });
  });

  it('finds outliers beyond six spreads, in the order of time', () => {
    fill(20, 12, 12.01, 12.02, 12.03, 12.04, 5, 12);
    assert.deepEqual(
      curve.outliers().map(({ magnitude }) => magnitude),
      [20, 5],
    );
    assert.ok(Object.isFrozen(curve.outliers()));
  });

  it('leaves what lies at five spreads among the others', () => {
    fill(8, 9, 10, 11, 15);
    assert.deepEqual(curve.outliers(), []);
    curve.drop(frame('f4'));
    curve.add(point('f4', '20:04', 17));
    assert.equal(curve.outliers().length, 1);
  });

  it('counts a dip from the depth on, and not just above', () => {
    fill(12, 12, 12, 12, 12.5, 12.499, 12);
    assert.deepEqual(curve.dips(0.5, 1), [
      { slot: slot(at('20:04'), at('20:05')), depth: 0.5, points: 1 },
    ]);
    assert.deepEqual(curve.dips(0.5), []);
    assert.deepEqual(curve.dips(0.499), [
      { slot: slot(at('20:04'), at('20:06')), depth: 0.5, points: 2 },
    ]);
  });

  it('ends a dip at the end of the curve with the second of the last point', () => {
    fill(12, 12, 12, 12, 13, 13.2);
    assert.deepEqual(curve.dips(0.5), [
      { slot: slot(at('20:04'), at('20:05:01')), depth: 1.2, points: 2 },
    ]);
  });

  it('tells one dip from the next, and wants points in a row', () => {
    fill(13, 13, 12, 13, 12, 12, 12, 12, 13, 14, 12, 12, 12);
    const dips = curve.dips(1);
    assert.deepEqual(
      dips.map(({ depth, points, slot: { from } }) => [from, points, depth]),
      [
        [at('20:00'), 2, 1],
        [at('20:08'), 2, 2],
      ],
    );
    assert.ok(Object.isFrozen(dips) && Object.isFrozen(dips[0]));
    assert.equal(curve.dips(1, 1).length, 3);
    assert.deepEqual(curve.dips(1, 3), []);
  });

  it('measures dips from the median, halfway between the two in the middle', () => {
    fill(10, 10, 11, 11);
    assert.deepEqual(curve.dips(0.5), [
      { slot: slot(at('20:02'), at('20:03:01')), depth: 0.5, points: 2 },
    ]);
    assert.deepEqual(curve.dips(0.501), []);
  });

  it('does not take brighter points for dips', () => {
    fill(12, 12, 12, 10, 10);
    assert.deepEqual(curve.dips(0.5), []);
  });

  it('wants some depth and one point at least', () => {
    assert.throws(() => curve.dips(0), { name: 'InputFault', field: 'depth' });
    assert.throws(() => curve.dips(0.5, 0), { name: 'InputFault', field: 'least' });
    assert.throws(() => curve.dips(0.5, 1.5), InputFault);
  });

  it('cuts dips at a slot that somebody asks for', () => {
    fill(13, 13, 12, 12, 12, 12, 13, 13, 13, 12, 12);
    assert.deepEqual(curve.dimmed(1, slot(at('20:01'), at('20:07'))), [
      slot(at('20:01'), at('20:02')),
      slot(at('20:06'), at('20:07')),
    ]);
    assert.deepEqual(curve.dimmed(1, slot(at('20:02'), at('20:06'))), []);
    assert.ok(Object.isFrozen(curve.dimmed(1, slot(at('20:01'), at('20:07')))));
  });
});
