import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Band } from '../../src/index.ts';
import {
  HandClock,
  InputFault,
  Journal,
  TurnFault,
  WeatherWatch,
  minutes,
  reading,
  seconds,
  slot,
  tick,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const EVENING = slot(eve('20:00'), eve('23:00'));

describe('WeatherWatch, at its edges', () => {
  let clock: HandClock;
  let journal: Journal;
  let watch: WeatherWatch;

  const tell = (time: string, wind: number, humidity = 50, cloud = 0) => {
    clock.set(eve(time));
    watch.report(reading(eve(time), wind, humidity, cloud));
  };
  const reason = (band: Band = 'V') => {
    const outcome = watch.check(band);
    return outcome.granted ? undefined : outcome.refusal.reason;
  };
  const gauges = (band: Band = 'V') => watch.holds(band).map(({ gauge }) => gauge);

  beforeEach(() => {
    clock = new HandClock(eve('19:00'));
    journal = new Journal(clock);
    watch = new WeatherWatch(clock, journal);
  });

  it('knows nothing before the first reading', () => {
    assert.equal(reason(), 'stale');
    assert.equal(reason('21cm'), 'stale');
    assert.deepEqual(watch.holds('V'), []);
    assert.equal(watch.earliest('V'), eve('19:00'));
    assert.equal(watch.lost('V', EVENING), 0);
  });

  it('trusts a reading for five minutes, the last second included', () => {
    tell('20:00', 3);
    clock.wait(minutes(5));
    assert.equal(reason(), undefined);
    clock.wait(seconds(1));
    assert.equal(reason(), 'stale');
  });

  it('says that it is stale before it speaks of the weather', () => {
    tell('20:00', 20);
    clock.wait(minutes(6));
    assert.equal(reason(), 'stale');
  });

  it('takes readings in order, and none from the future', () => {
    tell('20:00', 3);
    assert.throws(() => watch.report(reading(eve('20:00:01'), 20, 50, 0)), { field: 'at' });
    assert.throws(() => watch.report(reading(eve('20:00'), 20, 50, 0)), TurnFault);
    assert.throws(() => watch.report(reading(eve('19:59'), 20, 50, 0)), TurnFault);
    assert.throws(() => watch.report(reading(eve('21:00'), 20, 50, 0)), InputFault);
    assert.equal(reason(), undefined);
    assert.equal(journal.size, 0);
    assert.equal(watch.check('V').granted && watch.holds('V').length, 0);
  });

  it('holds at the limit of each gauge and not just below', () => {
    tell('20:00', 14.9, 89.9, 5.9);
    assert.deepEqual(gauges(), []);
    tell('20:01', 15, 89.9, 5.9);
    assert.deepEqual(gauges(), ['wind']);
    tell('20:02', 15, 90, 5.9);
    assert.deepEqual(gauges(), ['wind', 'humidity']);
    tell('20:03', 15, 90, 6);
    assert.deepEqual(gauges(), ['wind', 'humidity', 'cloud']);
  });

  it('lets dishes mind the wind alone', () => {
    tell('20:00', 3, 95, 8);
    assert.equal(reason('21cm'), undefined);
    assert.deepEqual(gauges('3cm'), []);
    assert.equal(reason('R'), 'weather');
    tell('20:01', 15, 95, 8);
    assert.equal(reason('21cm'), 'weather');
    assert.deepEqual(gauges('21cm'), ['wind']);
  });

  it('lists holds by age, then by gauge, frozen', () => {
    tell('20:00', 3, 50, 8);
    tell('20:01', 20, 95, 8);
    assert.deepEqual(gauges(), ['cloud', 'humidity', 'wind']);
    assert.ok(Object.isFrozen(watch.holds('V')));
    assert.ok(Object.isFrozen(watch.holds('V')[0]));
  });

  it('is calm only below the lower limit', () => {
    tell('20:00', 20);
    tell('20:10', 12);
    tell('20:40', 12);
    assert.deepEqual(watch.holds('V'), [{ gauge: 'wind', since: eve('20:00') }]);
    tell('20:41', 11.9);
    assert.deepEqual(watch.holds('V'), [
      { gauge: 'wind', since: eve('20:00'), calmSince: eve('20:41') },
    ]);
  });

  it('lets go at the first reading after the whole calm, to the second', () => {
    tell('20:00', 20);
    tell('20:05', 5);
    tell('20:24:59', 5);
    assert.equal(reason(), 'weather');
    tell('20:25', 11);
    assert.equal(reason(), undefined);
    assert.deepEqual(watch.holds('V'), []);
  });

  it('begins the calm anew when a gauge rises above its lower limit', () => {
    tell('20:00', 20);
    tell('20:05', 5);
    tell('20:20', 13);
    assert.deepEqual(watch.holds('V'), [{ gauge: 'wind', since: eve('20:00') }]);
    tell('20:25', 5);
    tell('20:40', 5);
    assert.equal(reason(), 'weather');
    tell('20:45', 5);
    assert.equal(reason(), undefined);
  });

  it('follows each gauge by itself', () => {
    tell('20:00', 20, 95);
    tell('20:05', 5, 95);
    tell('20:25', 5, 80);
    assert.deepEqual(gauges(), ['humidity']);
    tell('20:45', 5, 80);
    assert.deepEqual(gauges(), []);
  });

  it('notes the start and the end of a hold on its gauge, and nothing between', () => {
    tell('20:00', 20, 50, 8);
    tell('20:05', 5, 50, 8);
    assert.equal(journal.notes({ topic: 'weather', subject: 'wind' }).length, 1);
    tell('20:25', 5, 50, 8);
    assert.equal(journal.notes({ topic: 'weather', subject: 'wind' }).length, 2);
    assert.equal(journal.notes({ topic: 'weather', subject: 'cloud' }).length, 1);
    tell('20:30', 5, 50, 0);
    assert.equal(journal.size, 3);
  });

  it('tells when a band could observe at the earliest', () => {
    tell('20:00', 20, 95);
    assert.equal(watch.earliest('V'), eve('20:20'));
    tell('20:05', 5, 95);
    clock.wait(minutes(2));
    assert.equal(watch.earliest('21cm'), eve('20:25'));
    assert.equal(watch.earliest('V'), eve('20:27'));
    tell('20:10', 5, 80);
    assert.equal(watch.earliest('V'), eve('20:30'));
    clock.set(eve('20:50'));
    assert.equal(watch.earliest('V'), eve('20:50'));
  });

  it('counts holds that last up to now', () => {
    tell('20:30', 20);
    assert.deepEqual(watch.held('V', EVENING), []);
    clock.wait(minutes(10));
    assert.deepEqual(watch.held('V', EVENING), [slot(eve('20:30'), eve('20:40'))]);
    assert.equal(watch.lost('V', EVENING), minutes(10));
  });

  it('cuts held times at the slot that was asked for', () => {
    tell('20:00', 20);
    tell('20:30', 5);
    tell('20:50', 5);
    clock.set(eve('22:00'));
    const within = slot(eve('20:10'), eve('20:40'));
    assert.deepEqual(watch.held('V', within), [within]);
    assert.equal(watch.lost('V', within), minutes(30));
    assert.deepEqual(watch.held('V', slot(eve('20:50'), eve('21:00'))), []);
    assert.deepEqual(watch.held('V', slot(eve('19:00'), eve('20:00'))), []);
  });

  it('joins holds of several gauges and keeps apart what is apart', () => {
    tell('20:00', 20, 50);
    tell('20:10', 5, 95);
    tell('20:30', 5, 80);
    tell('20:50', 5, 80);
    tell('21:30', 20, 50);
    clock.set(eve('21:40'));
    const held = watch.held('V', EVENING);
    assert.deepEqual(held, [slot(eve('20:00'), eve('20:50')), slot(eve('21:30'), eve('21:40'))]);
    assert.ok(Object.isFrozen(held));
    assert.equal(watch.lost('V', EVENING), minutes(60));
    assert.deepEqual(watch.held('21cm', EVENING), [
      slot(eve('20:00'), eve('20:30')),
      slot(eve('21:30'), eve('21:40')),
    ]);
    assert.equal(watch.lost('21cm', EVENING), minutes(40));
  });

  it('takes other rules', () => {
    watch = new WeatherWatch(clock, journal, { calm: minutes(1), patience: minutes(2) });
    tell('20:00', 20);
    assert.equal(watch.earliest('V'), eve('20:01'));
    tell('20:01', 5);
    tell('20:02', 5);
    assert.equal(reason(), undefined);
    clock.wait(seconds(121));
    assert.equal(reason(), 'stale');
  });

  it('holds again after it let go', () => {
    tell('20:00', 20);
    tell('20:05', 5);
    tell('20:25', 5);
    tell('20:26', 13);
    assert.deepEqual(gauges(), []);
    tell('20:27', 15);
    assert.deepEqual(watch.holds('V'), [{ gauge: 'wind', since: eve('20:27') }]);
  });
});
