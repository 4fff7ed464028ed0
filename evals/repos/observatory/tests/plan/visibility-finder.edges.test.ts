import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome, SightLimits, SkyLights, Target, Tick } from '../../src/index.ts';
import {
  HorizonMask,
  VisibilityFinder,
  codeOf,
  minutes,
  pointing,
  sector,
  seconds,
  slot,
  target,
  tick,
  track,
  valueOf,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const morn = (text: string) => tick(`2031-05-02 ${text}`);
const sample = (at: Tick, azimuth: number, altitude: number) => ({ at, azimuth, altitude });

/** Dark after 20:40 and before 03:20. */
const SUN = track([
  sample(eve('20:00'), 280, -8),
  sample(eve('21:00'), 290, -14),
  sample(morn('03:00'), 70, -14),
  sample(morn('04:00'), 80, -8),
]);
const moonAt = (azimuth: number, altitude: number) =>
  track([sample(eve('20:00'), azimuth, altitude), sample(morn('04:00'), azimuth, altitude)]);
const NIGHT = slot(eve('20:00'), morn('04:00'));

const mask = () => new HorizonMask(codeOf('site', 'hill'), 20);
const finderOf = (lights: Partial<SkyLights> = {}, limits: Partial<SightLimits> = {}) =>
  new VisibilityFinder(mask(), { sun: SUN, moon: moonAt(0, -20), moonLit: 1, ...lights }, limits);

/** Stands still from one time to another. */
const still = (from: Tick, until: Tick, altitude = 60, azimuth = 180, name = 'still'): Target =>
  target(name, track([sample(from, azimuth, altitude), sample(until, azimuth, altitude)]));

const reasonOf = (outcome: Outcome<unknown>) =>
  outcome.granted ? undefined : outcome.refusal.reason;

describe('VisibilityFinder, at its edges', () => {
  it('sees nothing before a track begins and after it ends', () => {
    const finder = finderOf();
    const star = still(eve('22:00'), eve('23:00'));
    assert.equal(reasonOf(finder.check(star, 'V', eve('21:59'))), 'below-horizon');
    assert.deepEqual(valueOf(finder.check(star, 'V', eve('22:00'))), pointing(180, 60));
    assert.equal(finder.check(star, 'V', eve('23:00')).granted, true);
    assert.equal(reasonOf(finder.check(star, '21cm', eve('23:01'))), 'below-horizon');
  });

  it('goes by the mask of its site', () => {
    const behind = mask();
    behind.raise('oak', sector(170, 190), 61);
    const lights = { sun: SUN, moon: moonAt(0, -20), moonLit: 1 };
    const finder = new VisibilityFinder(behind, lights);
    const star = still(eve('20:00'), morn('04:00'));
    assert.equal(reasonOf(finder.check(star, '21cm', eve('23:00'))), 'below-horizon');
    behind.clear('oak');
    assert.equal(finder.check(star, '21cm', eve('23:00')).granted, true);
  });

  it('names the first thing in the way: horizon, daylight, air, moon', () => {
    const finder = finderOf({ moon: moonAt(180, 25) });
    const at = (time: string, altitude: number) =>
      reasonOf(finder.check(still(eve('20:00'), morn('04:00'), altitude), 'V', eve(time)));
    assert.equal(at('20:10', 19), 'below-horizon');
    assert.equal(at('20:10', 25), 'daylight');
    assert.equal(at('22:00', 25), 'airmass');
    assert.equal(at('22:00', 40), 'moon');
    assert.equal(at('22:00', 70), undefined);
  });

  it('is not dark at twelve degrees below the horizon, nor where nobody knows the sun', () => {
    const finder = finderOf();
    const star = still(eve('19:00'), morn('05:00'));
    assert.equal(reasonOf(finder.check(star, 'V', eve('20:40'))), 'daylight');
    assert.equal(finder.check(star, 'V', eve('20:41')).granted, true);
    assert.equal(reasonOf(finder.check(star, 'V', eve('19:30'))), 'daylight');
  });

  it('lets dishes observe by day, low, and beside the moon', () => {
    const finder = finderOf({ moon: moonAt(180, 20) });
    const star = still(eve('20:00'), morn('04:00'), 20);
    assert.equal(finder.check(star, '21cm', eve('20:00')).granted, true);
    assert.equal(finder.check(star, '3cm', eve('23:00')).granted, true);
    assert.equal(finder.check(star, 'I', eve('23:00')).granted, false);
  });

  it('takes air up to its limit', () => {
    const star = still(eve('20:00'), morn('04:00'), 30);
    assert.equal(finderOf().check(star, 'V', eve('23:00')).granted, true);
    assert.equal(
      reasonOf(finderOf({}, { airmass: 1.99 }).check(star, 'V', eve('23:00'))),
      'airmass',
    );
  });

  it('keeps away from the moon in proportion to its light, up to the limit', () => {
    const star = still(eve('20:00'), morn('04:00'), 80);
    const check = (moonLit: number, limits: Partial<SightLimits> = {}) =>
      reasonOf(finderOf({ moon: moonAt(180, 60), moonLit }, limits).check(star, 'V', eve('23:00')));
    assert.equal(check(1), 'moon');
    assert.equal(check(0.51), 'moon');
    assert.equal(check(0.5), undefined);
    assert.equal(check(1, { moonAway: 20 }), undefined);
  });

  it('forgets a moon that is down or that nobody knows', () => {
    const star = still(eve('20:00'), morn('04:00'), 35);
    const check = (moon: SkyLights['moon']) =>
      reasonOf(finderOf({ moon }).check(star, 'V', eve('23:00')));
    assert.equal(check(moonAt(180, 0)), undefined);
    assert.equal(check(moonAt(180, 0.01)), 'moon');
    const gone = track([sample(eve('20:00'), 180, 35), sample(eve('21:00'), 180, 35)]);
    assert.equal(check(gone), undefined);
  });

  it('leaves out slots that are too short, and keeps those that are just long enough', () => {
    const finder = finderOf();
    const slots = (until: string) => finder.slots(still(eve('22:00'), eve(until)), '21cm', NIGHT);
    assert.deepEqual(slots('22:09'), []);
    assert.deepEqual(slots('22:10'), [slot(eve('22:00'), eve('22:15'))]);
  });

  it('looks once a step, from the start of the slot that was asked for', () => {
    const star = still(eve('22:00'), eve('22:30'));
    const within = slot(eve('21:53'), eve('23:00'));
    assert.deepEqual(finderOf().slots(star, '21cm', within), [slot(eve('22:03'), eve('22:33'))]);
    assert.deepEqual(finderOf({}, { step: minutes(1) }).slots(star, '21cm', within), [
      slot(eve('22:00'), eve('22:31')),
    ]);
  });

  it('cuts the last step at the end of the slot', () => {
    const star = still(eve('20:00'), morn('04:00'));
    const within = slot(eve('22:00'), eve('22:17'));
    assert.deepEqual(finderOf().slots(star, '21cm', within), [within]);
    const short = slot(eve('22:00'), eve('22:14'));
    assert.deepEqual(finderOf().slots(star, '21cm', short), []);
  });

  it('does not go on for ever without a step', () => {
    assert.throws(() => finderOf({}, { step: seconds(0) }), { name: 'InputFault', field: 'step' });
  });

  it('gives the earlier of two longest slots, and refuses where there is none', () => {
    const twice = target(
      'twice',
      track([
        sample(eve('21:00'), 180, 40),
        sample(eve('21:29'), 180, 40),
        sample(eve('21:30'), 180, 0),
        sample(eve('22:59'), 180, 0),
        sample(eve('23:00'), 180, 40),
        sample(eve('23:29'), 180, 40),
        sample(eve('23:30'), 180, 0),
      ]),
    );
    const finder = finderOf();
    assert.deepEqual(valueOf(finder.longest(twice, 'V', NIGHT)), slot(eve('21:00'), eve('21:30')));
    const late = slot(eve('21:05'), morn('00:00'));
    assert.deepEqual(valueOf(finder.longest(twice, 'V', late)), slot(eve('23:00'), eve('23:30')));
    const never = slot(eve('21:30'), eve('23:00'));
    assert.equal(reasonOf(finder.longest(twice, 'V', never)), 'too-short');
    assert.equal(reasonOf(finder.best(twice, 'V', never)), 'too-short');
  });

  it('looks for the best step in useful slots only', () => {
    const flash = target(
      'flash',
      track([
        sample(eve('22:00'), 180, 80),
        sample(eve('22:01'), 180, 0),
        sample(eve('22:30'), 180, 0),
        sample(eve('22:31'), 180, 40),
        sample(eve('23:30'), 180, 40),
      ]),
    );
    assert.equal(valueOf(finderOf().best(flash, 'V', NIGHT)), eve('22:35'));
    const rising = [
      { at: eve('22:00'), azimuth: 150, altitude: 40 },
      { at: eve('23:00'), azimuth: 180, altitude: 60 },
    ];
    const setting = { at: morn('00:00'), azimuth: 210, altitude: 40 };
    const up = target('up', track(rising));
    const over = target('over', track([...rising, setting]));
    assert.equal(valueOf(finderOf().best(up, 'V', NIGHT)), eve('23:00'));
    assert.equal(valueOf(finderOf().best(over, 'V', NIGHT)), eve('23:00'));
    const late = slot(eve('23:10'), morn('00:00'));
    assert.equal(valueOf(finderOf().best(over, 'V', late)), eve('23:10'));
  });

  it('tells of blockers by the time they took, equals by name, and of none where there are none', () => {
    const finder = finderOf();
    const rising = target(
      'rising',
      track([sample(eve('20:00'), 90, 0), sample(morn('00:00'), 180, 80)]),
    );
    const found = finder.blockers(rising, 'V', slot(eve('20:30'), eve('21:32')));
    assert.deepEqual(found, [
      { reason: 'airmass', span: minutes(30) },
      { reason: 'below-horizon', span: minutes(30) },
    ]);
    assert.ok(Object.isFrozen(found));
    assert.deepEqual(finder.blockers(rising, 'V', slot(eve('20:53'), eve('20:55'))), [
      { reason: 'below-horizon', span: minutes(2) },
    ]);
    assert.deepEqual(finder.blockers(rising, '21cm', slot(eve('22:00'), eve('23:00'))), []);
    const most = finder.blockers(rising, 'V', slot(eve('20:30'), eve('21:15')));
    assert.deepEqual(
      most.map(({ reason, span }) => [reason, span]),
      [
        ['below-horizon', minutes(30)],
        ['airmass', minutes(15)],
      ],
    );
  });

  it('finds times that several targets share, if they are long enough', () => {
    const finder = finderOf();
    const one = still(eve('21:00'), eve('22:00'), 60, 180, 'one');
    const two = still(eve('21:45'), eve('23:00'), 60, 180, 'two');
    const three = still(eve('21:55'), eve('23:00'), 60, 180, 'three');
    assert.deepEqual(finder.together([one, two], 'V', NIGHT), [slot(eve('21:45'), eve('22:05'))]);
    assert.deepEqual(finder.together([one, three], 'V', NIGHT), []);
    const four = still(eve('21:50'), eve('23:00'), 60, 180, 'four');
    assert.deepEqual(finder.together([one, four], 'V', NIGHT), [slot(eve('21:50'), eve('22:05'))]);
    assert.deepEqual(finder.together([one, two, three], 'V', NIGHT), []);
  });

  it('can see no target at any time', () => {
    assert.deepEqual(finderOf().together([], 'V', NIGHT), [NIGHT]);
    assert.deepEqual(finderOf().together([], 'V', slot(eve('22:00'), eve('22:14'))), []);
  });

  it('hands out nothing that can be changed', () => {
    const finder = finderOf();
    const star = still(eve('22:00'), eve('23:00'));
    assert.ok(Object.isFrozen(finder.slots(star, 'V', NIGHT)));
    assert.ok(Object.isFrozen(finder.together([star], 'V', NIGHT)));
    assert.ok(Object.isFrozen(finder.check(star, 'V', eve('22:00'))));
  });
});
