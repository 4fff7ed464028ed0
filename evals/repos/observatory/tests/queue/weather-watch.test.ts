import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  HandClock,
  Journal,
  WeatherWatch,
  codeOf,
  minutes,
  reading,
  slot,
  tick,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);

describe('WeatherWatch', () => {
  let clock: HandClock;
  let watch: WeatherWatch;

  /** The mast tells wind, humidity and clouds. */
  const tell = (time: string, wind: number, humidity = 50, cloud = 0) => {
    clock.set(eve(time));
    watch.report(reading(eve(time), wind, humidity, cloud));
  };
  const reason = () => {
    const outcome = watch.check('V');
    return outcome.granted ? undefined : outcome.refusal.reason;
  };

  beforeEach(() => {
    clock = new HandClock(eve('20:00'));
    watch = new WeatherWatch(clock, new Journal(clock));
  });

  it('lets a site observe in fine weather', () => {
    tell('20:00', 3);
    assert.deepEqual(watch.check('V'), { granted: true, value: reading(eve('20:00'), 3, 50, 0) });
  });

  it('holds when a gauge reaches its limit', () => {
    tell('20:00', 16);
    assert.equal(reason(), 'weather');
    assert.deepEqual(watch.holds('V'), [{ gauge: 'wind', since: eve('20:00') }]);
  });

  it('lets go when it was calm for twenty minutes', () => {
    tell('20:00', 16);
    tell('20:05', 5);
    tell('20:20', 5);
    assert.equal(reason(), 'weather');
    tell('20:25', 5);
    assert.equal(reason(), undefined);
  });

  it('does not trust old readings', () => {
    tell('20:00', 3);
    clock.wait(minutes(6));
    assert.equal(reason(), 'stale');
  });

  it('reckons the time that was lost', () => {
    tell('20:00', 16);
    tell('20:05', 5);
    tell('20:25', 5);
    const evening = slot(eve('20:00'), eve('23:00'));
    assert.deepEqual(watch.held('V', evening), [slot(eve('20:00'), eve('20:25'))]);
    assert.equal(watch.lost('V', evening), minutes(25));
  });

  it('notes when holds begin', () => {
    const journal = new Journal(clock);
    watch = new WeatherWatch(clock, journal);
    tell('20:00', 16);
    assert.equal(journal.notes({ topic: 'weather', subject: 'wind' }).length, 1);
    assert.deepEqual(journal.notes({ subject: codeOf('site', 'hill') }), []);
  });
});
