import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome, SkyLights, Tick } from '../../src/index.ts';
import {
  HorizonMask,
  VisibilityFinder,
  codeOf,
  minutes,
  slot,
  target,
  tick,
  track,
  valueOf,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const morn = (text: string) => tick(`2031-05-02 ${text}`);
const sample = (at: Tick, azimuth: number, altitude: number) => ({ at, azimuth, altitude });

const lights: SkyLights = {
  sun: track([
    sample(eve('20:00'), 280, -8),
    sample(eve('21:00'), 290, -14),
    sample(morn('03:00'), 70, -14),
    sample(morn('04:00'), 80, -8),
  ]),
  moon: track([sample(eve('20:00'), 180, -20), sample(morn('04:00'), 180, -20)]),
  moonLit: 0.5,
};
const NIGHT = slot(eve('20:00'), morn('04:00'));
/** Rises through 20 degrees at 21:00 and 30 at 21:30, stands at 80 at midnight, and goes down as it came. */
const star = target(
  'star',
  track([
    sample(eve('20:00'), 90, 0),
    sample(morn('00:00'), 180, 80),
    sample(morn('04:00'), 270, 0),
  ]),
);
const finder = new VisibilityFinder(new HorizonMask(codeOf('site', 'hill'), 20), lights);

const reasonOf = (outcome: Outcome<unknown>) =>
  outcome.granted ? undefined : outcome.refusal.reason;

describe('VisibilityFinder', () => {
  it('says where a target stands, or what is in the way', () => {
    assert.equal(valueOf(finder.check(star, 'V', eve('22:00'))).altitude, 40);
    assert.equal(reasonOf(finder.check(star, 'V', eve('20:50'))), 'below-horizon');
    assert.equal(reasonOf(finder.check(star, 'V', eve('21:15'))), 'airmass');
  });

  it('finds when a target can be seen', () => {
    assert.deepEqual(finder.slots(star, 'V', NIGHT), [slot(eve('21:30'), morn('02:35'))]);
  });

  it('lets dishes see through the air', () => {
    assert.deepEqual(finder.slots(star, '21cm', NIGHT), [slot(eve('21:00'), morn('03:05'))]);
  });

  it('gives the longest slot and the best moment', () => {
    assert.deepEqual(valueOf(finder.longest(star, 'V', NIGHT)), slot(eve('21:30'), morn('02:35')));
    assert.equal(valueOf(finder.best(star, 'V', NIGHT)), morn('00:00'));
  });

  it('tells for how long something was in the way', () => {
    assert.deepEqual(finder.blockers(star, 'V', slot(eve('20:00'), eve('22:00'))), [
      { reason: 'below-horizon', span: minutes(60) },
      { reason: 'airmass', span: minutes(30) },
    ]);
  });

  it('finds when two targets can be seen at once', () => {
    const late = target(
      'late',
      star.path.filter(({ at }) => at >= morn('00:00')),
    );
    assert.deepEqual(finder.together([star, late], 'V', NIGHT), [
      slot(morn('00:00'), morn('02:35')),
    ]);
  });
});
