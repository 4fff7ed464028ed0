import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ObservingRequest } from '../../src/index.ts';
import {
  HandClock,
  HorizonMask,
  Journal,
  NightQueue,
  QuotaBook,
  VisibilityFinder,
  WeatherWatch,
  codeOf,
  hours,
  minutes,
  reading,
  slot,
  target,
  tick,
  track,
  valueOf,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const morn = (text: string) => tick(`2031-05-02 ${text}`);
const sample = (at: number, altitude: number) => ({ at: at as never, azimuth: 180, altitude });
const lasting = (altitude: number) =>
  track([sample(eve('12:00'), altitude), sample(morn('12:00'), altitude)]);

const RED = codeOf('team', 'red');

describe('NightQueue', () => {
  let clock: HandClock;
  let queue: NightQueue;
  let quota: QuotaBook;
  let weather: WeatherWatch;

  const asked = (name: string, changes: Partial<ObservingRequest> = {}): ObservingRequest => ({
    code: codeOf('request', name),
    team: RED,
    target: target(name, lasting(60)),
    band: 'V',
    span: hours(1),
    urgency: 2,
    ...changes,
  });

  beforeEach(() => {
    clock = new HandClock(eve('22:00'));
    const journal = new Journal(clock);
    const lights = { sun: lasting(-30), moon: lasting(-30), moonLit: 0 };
    const finder = new VisibilityFinder(new HorizonMask(codeOf('site', 'hill'), 10), lights);
    quota = new QuotaBook(slot(eve('00:00'), morn('23:00')), clock, journal);
    quota.allot(RED, hours(10));
    weather = new WeatherWatch(clock, journal);
    weather.report(reading(clock.now(), 3, 50, 0));
    queue = new NightQueue(slot(eve('22:00'), morn('04:00')), {
      clock,
      journal,
      finder,
      quota,
      weather,
    });
  });

  it('starts what is most urgent', () => {
    queue.submit(asked('one'));
    queue.submit(asked('two', { urgency: 4 }));
    assert.deepEqual(valueOf(queue.start()), {
      code: 'bk.0001',
      request: asked('two', { urgency: 4 }),
      slot: slot(eve('22:00'), eve('23:00')),
    });
    assert.equal(queue.running?.request.code, 'rq.two');
    assert.deepEqual(queue.waiting(), [asked('one')]);
  });

  it('runs one block at a time', () => {
    queue.submit(asked('one'));
    queue.submit(asked('two'));
    queue.start();
    const second = queue.start();
    assert.equal(!second.granted && second.refusal.reason, 'busy');
  });

  it('charges the team when a block ends', () => {
    queue.submit(asked('one'));
    queue.start();
    clock.wait(hours(1));
    const { done, lost, used } = queue.finish();
    assert.deepEqual([done, lost, used], [true, 0, hours(1)]);
    assert.equal(quota.statement(RED).spent, hours(1));
    assert.equal(queue.running, undefined);
  });

  it('starts nothing in bad weather', () => {
    queue.submit(asked('one'));
    clock.wait(minutes(1));
    weather.report(reading(clock.now(), 30, 50, 0));
    const outcome = queue.start();
    assert.equal(!outcome.granted && outcome.refusal.reason, 'weather');
  });

  it('starts nothing where nothing waits', () => {
    queue.submit(asked('one'));
    assert.equal(queue.withdraw(codeOf('request', 'one')).code, 'rq.one');
    const outcome = queue.start();
    assert.equal(!outcome.granted && outcome.refusal.reason, 'nothing-due');
  });

  it('ranks requests by their points', () => {
    queue.submit(asked('one', { urgency: 1 }));
    queue.submit(asked('two', { urgency: 3 }));
    assert.deepEqual(
      queue.candidates().map(({ points, request }) => [request.code, points]),
      [
        ['rq.two', 30],
        ['rq.one', 10],
      ],
    );
  });
});
