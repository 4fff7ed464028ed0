import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { LightCurve, TurnFault, codeOf, minutes, slot, tick } from '../../src/index.ts';

const at = (text: string) => tick(`2031-05-01 ${text}`);
const frame = (name: string) => codeOf('frame', name);

describe('LightCurve', () => {
  let curve: LightCurve;

  const add = (time: string, magnitude: number, error = 0.01) =>
    curve.add({ frame: frame(time.replaceAll(':', '-')), at: at(time), magnitude, error });

  beforeEach(() => {
    curve = new LightCurve(codeOf('target', 'star'), 'V');
  });

  it('keeps points in the order of time', () => {
    add('21:00', 12.5);
    add('20:00', 12.4);
    assert.deepEqual(
      curve.points().map(({ magnitude }) => magnitude),
      [12.4, 12.5],
    );
    assert.deepEqual([curve.target, curve.band], ['tg.star', 'V']);
  });

  it('takes one point of a frame', () => {
    add('21:00', 12.5);
    assert.throws(() => add('21:00', 12.6), TurnFault);
    assert.equal(curve.drop(frame('21-00')).magnitude, 12.5);
    assert.deepEqual(curve.points(), []);
  });

  it('weighs points by their errors', () => {
    add('20:00', 12, 0.01);
    add('21:00', 13, 0.02);
    assert.deepEqual(curve.level(), { magnitude: 12.2, error: 0.009, count: 2 });
  });

  it('puts points into bins', () => {
    add('20:00', 12);
    add('20:10', 12.2);
    add('21:05', 13);
    assert.deepEqual(
      curve
        .binned(minutes(30))
        .map(({ count, magnitude, slot: { from } }) => [from, magnitude, count]),
      [
        [at('20:00'), 12.1, 2],
        [at('21:00'), 13, 1],
      ],
    );
  });

  it('finds when a target was fainter', () => {
    for (const time of ['20:00', '20:10', '20:20', '21:00', '21:10']) add(time, 12);
    add('20:30', 12.6);
    add('20:40', 12.8);
    assert.deepEqual(curve.dips(0.5), [
      { slot: slot(at('20:30'), at('21:00')), depth: 0.8, points: 2 },
    ]);
  });

  it('finds points that lie apart', () => {
    for (const [index, magnitude] of [12, 12.01, 12.02, 12.03, 14].entries())
      add(`20:0${index}`, magnitude);
    assert.deepEqual(
      curve.outliers().map(({ magnitude }) => magnitude),
      [14],
    );
  });
});
