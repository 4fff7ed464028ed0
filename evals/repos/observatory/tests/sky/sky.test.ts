import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  InputFault,
  airmassAt,
  azimuthOf,
  isDark,
  isInSector,
  pointing,
  pointingAt,
  sector,
  separation,
  tick,
  track,
} from '../../src/index.ts';

const at = (text: string) => tick(`2031-05-01 ${text}`);

describe('angles', () => {
  it('go round the circle', () => {
    assert.equal(azimuthOf(-10), 350);
    assert.equal(azimuthOf(359.999), 0);
    assert.throws(() => azimuthOf(NaN), InputFault);
    assert.throws(() => pointing(0, 91), InputFault);
  });

  it('lie in sectors that may go through north', () => {
    assert.ok(isInSector(350, sector(340, 20)));
    assert.ok(isInSector(340, sector(340, 20)));
    assert.ok(!isInSector(20, sector(340, 20)));
    assert.ok(!isInSector(30, sector(10, 30)));
    assert.throws(() => sector(10, 370), InputFault);
  });

  it('are apart by the great circle', () => {
    assert.equal(separation(pointing(0, 0), pointing(90, 0)), 90);
    assert.equal(separation(pointing(0, 90), pointing(180, 30)), 60);
    assert.equal(separation(pointing(7, 40), pointing(7, 40)), 0);
  });

  it('have more air in front the lower they are', () => {
    assert.equal(airmassAt(90), 1);
    assert.equal(airmassAt(30), 2);
    assert.equal(airmassAt(0), Infinity);
  });
});

describe('tracks', () => {
  const path = track([
    { at: at('20:00'), azimuth: 350, altitude: 10 },
    { at: at('21:00'), azimuth: 10, altitude: 30 },
  ]);

  it('are straight between samples and take the shorter way round', () => {
    assert.deepEqual(pointingAt(path, at('20:30')), pointing(0, 20));
    assert.deepEqual(pointingAt(path, at('20:45')), pointing(5, 25));
  });

  it('know nothing before and after', () => {
    assert.equal(pointingAt(path, at('19:59')), undefined);
    assert.deepEqual(pointingAt(path, at('21:00')), pointing(10, 30));
    assert.equal(pointingAt(path, at('21:01')), undefined);
  });

  it('go forward in time', () => {
    assert.throws(() => track(path.slice(1)), InputFault);
    assert.throws(() => track([...path].reverse()), InputFault);
  });

  it('tell when it is dark', () => {
    const sun = track([
      { at: at('20:00'), azimuth: 280, altitude: -10 },
      { at: at('21:00'), azimuth: 290, altitude: -14 },
    ]);
    const lights = { sun, moon: path, moonLit: 0 };
    assert.ok(!isDark(lights, at('20:30')));
    assert.ok(isDark(lights, at('20:31')));
    assert.ok(!isDark(lights, at('22:00')));
  });
});
