import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ObservingRequest, Outcome, Tick } from '../../src/index.ts';
import {
  HandClock,
  HorizonMask,
  InputFault,
  Journal,
  NightQueue,
  QuotaBook,
  TurnFault,
  UnknownFault,
  VisibilityFinder,
  WeatherWatch,
  codeOf,
  hours,
  minutes,
  reading,
  seconds,
  slot,
  target,
  tick,
  track,
  valueOf,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const morn = (text: string) => tick(`2031-05-02 ${text}`);
const standing = (altitude: number, from: Tick = eve('12:00'), until: Tick = morn('12:00')) =>
  track([
    { at: from, azimuth: 180, altitude },
    { at: until, azimuth: 180, altitude },
  ]);

const RED = codeOf('team', 'red');
const BLUE = codeOf('team', 'blue');
const NIGHT = slot(eve('22:00'), morn('04:00'));
const rq = (name: string) => codeOf('request', name);

describe('NightQueue, at its edges', () => {
  let clock: HandClock;
  let journal: Journal;
  let quota: QuotaBook;
  let weather: WeatherWatch;
  let queue: NightQueue;

  const asked = (name: string, changes: Partial<ObservingRequest> = {}): ObservingRequest => ({
    code: rq(name),
    team: RED,
    target: target(name, standing(60)),
    band: 'V',
    span: hours(1),
    urgency: 2,
    ...changes,
  });
  /** Seen from the start of the night up to that time, where it is looked at from the start in steps. */
  const until = (time: Tick) =>
    target('setting', standing(60, eve('12:00'), seconds(time - 1) as never));
  const tell = (wind = 3, cloud = 0) => weather.report(reading(clock.now(), wind, 50, cloud));
  const points = () => queue.candidates().map((one) => [one.request.code, one.points]);
  const reasonOf = (outcome: Outcome<unknown>) =>
    outcome.granted ? undefined : outcome.refusal.reason;
  /** Spends time of a team outside of the queue. */
  const spend = (team: typeof RED, length: number) => {
    quota.reserve(team, rq('other'), seconds(length));
    quota.spend(rq('other'), seconds(length));
  };

  beforeEach(() => {
    clock = new HandClock(NIGHT.from);
    journal = new Journal(clock);
    const lights = { sun: standing(-30), moon: standing(-30), moonLit: 0 };
    const finder = new VisibilityFinder(new HorizonMask(codeOf('site', 'hill'), 10), lights);
    quota = new QuotaBook(slot(eve('00:00'), morn('23:00')), clock, journal);
    quota.allot(RED, hours(10));
    quota.allot(BLUE, hours(10));
    weather = new WeatherWatch(clock, journal);
    tell();
    queue = new NightQueue(NIGHT, { clock, journal, finder, quota, weather });
  });

  it('begins with nothing that waits or runs', () => {
    assert.deepEqual(queue.night, NIGHT);
    assert.ok(Object.isFrozen(queue.night));
    assert.deepEqual(queue.waiting(), []);
    assert.equal(queue.running, undefined);
    assert.deepEqual(queue.candidates(), []);
    assert.throws(() => queue.finish(), TurnFault);
  });

  it('takes requests of teams with an allotment, and of a shape that can be', () => {
    const green = codeOf('team', 'green');
    assert.throws(() => queue.submit(asked('one', { team: green })), {
      name: 'UnknownFault',
      wanted: green,
    });
    assert.throws(() => queue.submit(asked('one', { urgency: 6 })), { field: 'urgency' });
    assert.throws(() => queue.submit(asked('one', { span: seconds(0) })), InputFault);
    assert.deepEqual(queue.waiting(), []);
  });

  it('takes requests as long as the night and no longer', () => {
    assert.throws(() => queue.submit(asked('one', { span: seconds(21_601) })), {
      name: 'InputFault',
      field: 'span',
    });
    queue.submit(asked('one', { span: hours(6) }));
    assert.equal(valueOf(queue.start()).slot.until, NIGHT.until);
  });

  it('takes a code once while it waits or runs, and again when it is done', () => {
    queue.submit(asked('one'));
    assert.throws(() => queue.submit(asked('one', { urgency: 5 })), TurnFault);
    assert.equal(queue.waiting()[0]?.urgency, 2);
    queue.start();
    assert.throws(() => queue.submit(asked('one')), TurnFault);
    queue.submit(asked('two'));
    clock.wait(hours(1));
    queue.finish();
    queue.submit(asked('one'));
    assert.equal(queue.waiting().length, 2);
  });

  it('lists what waits by code, frozen, apart from what the caller has', () => {
    const own = asked('two');
    queue.submit(own);
    queue.submit(asked('one'));
    assert.deepEqual(
      queue.waiting().map(({ code }) => code),
      ['rq.one', 'rq.two'],
    );
    assert.ok(Object.isFrozen(queue.waiting()));
    assert.ok(Object.isFrozen(queue.waiting()[1]));
    assert.ok(!Object.isFrozen(own));
  });

  it('lets go of a request that waits, and of no other', () => {
    queue.submit(asked('one'));
    queue.start();
    assert.throws(() => queue.withdraw(rq('one')), { name: 'UnknownFault', wanted: 'rq.one' });
    queue.submit(asked('two'));
    assert.deepEqual(queue.withdraw(rq('two')), asked('two'));
    assert.throws(() => queue.withdraw(rq('two')), UnknownFault);
  });

  it('has candidates from the start of the night up to its end', () => {
    clock = new HandClock(eve('21:59:59'));
    const lights = { sun: standing(-30), moon: standing(-30), moonLit: 0 };
    const finder = new VisibilityFinder(new HorizonMask(codeOf('site', 'hill'), 10), lights);
    queue = new NightQueue(NIGHT, { clock, journal, finder, quota, weather });
    queue.submit(asked('one', { span: minutes(10) }));
    assert.deepEqual(queue.candidates(), []);
    clock.wait(seconds(1));
    assert.equal(queue.candidates().length, 1);
    clock.set(morn('03:45'));
    assert.equal(queue.candidates().length, 1);
    clock.set(NIGHT.until);
    assert.deepEqual(queue.candidates(), []);
    assert.equal(reasonOf(queue.start()), 'nothing-due');
  });

  it('wants requests to end with the night at the latest', () => {
    queue.submit(asked('one'));
    clock.set(morn('03:00'));
    assert.equal(queue.candidates().length, 1);
    clock.wait(seconds(1));
    assert.deepEqual(queue.candidates(), []);
  });

  it('wants requests to end before their target goes', () => {
    queue.submit(asked('fits', { target: until(eve('23:00')) }));
    queue.submit(asked('long', { target: until(eve('23:00')), span: seconds(3601) }));
    assert.deepEqual(
      queue.candidates().map(({ request }) => request.code),
      ['rq.fits'],
    );
  });

  it('passes targets over that rise later, or go for a while', () => {
    const late = target('late', standing(60, eve('22:01')));
    queue.submit(asked('late', { target: late }));
    const broken = target(
      'broken',
      track([
        { at: eve('21:00'), azimuth: 180, altitude: 60 },
        { at: eve('22:31'), azimuth: 180, altitude: 60 },
        { at: eve('22:32'), azimuth: 180, altitude: 0 },
        { at: eve('22:58'), azimuth: 180, altitude: 0 },
        { at: eve('22:59'), azimuth: 180, altitude: 60 },
        { at: morn('04:00'), azimuth: 180, altitude: 60 },
      ]),
    );
    queue.submit(asked('broken', { target: broken }));
    assert.deepEqual(queue.candidates(), []);
    clock.set(eve('23:00'));
    assert.equal(queue.candidates().length, 2);
  });

  it('gives points to targets that go down less than an hour after the block', () => {
    queue.submit(asked('a', { target: until(morn('00:00')) }));
    queue.submit(asked('b', { target: until(morn('00:00')), span: seconds(3601) }));
    assert.deepEqual(points(), [
      ['rq.b', 35],
      ['rq.a', 20],
    ]);
  });

  it('counts the end of the night as the end of every target', () => {
    queue.submit(asked('one'));
    clock.set(morn('02:00'));
    assert.deepEqual(points(), [['rq.one', 20]]);
    clock.wait(seconds(1));
    assert.deepEqual(points(), [['rq.one', 35]]);
  });

  it('takes points from teams that spent, in proportion and rounded down', () => {
    queue.submit(asked('one'));
    queue.submit(asked('two', { team: BLUE }));
    spend(RED, 3600);
    assert.deepEqual(points(), [
      ['rq.two', 20],
      ['rq.one', 18],
    ]);
    spend(RED, 3590);
    assert.deepEqual(points()[1], ['rq.one', 17]);
    spend(RED, 28_810);
    assert.deepEqual(points()[1], ['rq.one', 0]);
  });

  it('takes no more points from a team that spent the time of others', () => {
    quota.transfer(BLUE, RED, hours(2));
    spend(RED, 43_200);
    queue.submit(asked('one', { urgency: 3 }));
    assert.deepEqual(points(), [['rq.one', 10]]);
  });

  it('prefers the shorter of equals, then the lower code', () => {
    queue.submit(asked('c', { span: hours(2) }));
    queue.submit(asked('b'));
    queue.submit(asked('a'));
    assert.deepEqual(
      queue.candidates().map(({ request }) => request.code),
      ['rq.a', 'rq.b', 'rq.c'],
    );
    assert.ok(Object.isFrozen(queue.candidates()));
  });

  it('reserves the time of what it starts, and notes it on the request', () => {
    queue.submit(asked('one'));
    const block = valueOf(queue.start());
    assert.ok(Object.isFrozen(block));
    assert.deepEqual(queue.running, block);
    assert.equal(quota.statement(RED).reserved, hours(1));
    assert.equal(journal.notes({ topic: 'queue', subject: 'rq.one' }).length, 1);
    assert.deepEqual(queue.candidates(), []);
  });

  it('goes on to the next candidate where a team has no time left', () => {
    spend(RED, 32_401);
    queue.submit(asked('one', { urgency: 5 }));
    queue.submit(asked('two', { team: BLUE }));
    assert.equal(valueOf(queue.start()).request.code, 'rq.two');
    assert.deepEqual(
      queue.waiting().map(({ code }) => code),
      ['rq.one'],
    );
  });

  it('lets dishes work under clouds', () => {
    queue.submit(asked('one', { urgency: 5 }));
    queue.submit(asked('two', { band: '21cm' }));
    clock.wait(minutes(1));
    tell(3, 8);
    assert.equal(valueOf(queue.start()).request.code, 'rq.two');
  });

  it('is refused for what stopped the best candidate, and keeps all as it was', () => {
    spend(RED, 32_401);
    queue.submit(asked('one', { urgency: 5, band: '21cm' }));
    queue.submit(asked('two', { team: BLUE }));
    clock.wait(minutes(1));
    tell(3, 8);
    assert.equal(reasonOf(queue.start()), 'quota');
    queue.submit(asked('three', { team: BLUE, urgency: 5, span: minutes(30) }));
    assert.equal(reasonOf(queue.start()), 'weather');
    assert.equal(queue.waiting().length, 3);
    assert.equal(queue.running, undefined);
    assert.equal(quota.statement(BLUE).reserved, 0);
    assert.deepEqual(journal.notes({ topic: 'queue' }), []);
    queue.submit(asked('four', { team: BLUE, band: '21cm' }));
    assert.equal(valueOf(queue.start()).code, 'bk.0001');
  });

  it('does not start on old readings', () => {
    queue.submit(asked('one'));
    clock.wait(minutes(6));
    assert.equal(reasonOf(queue.start()), 'stale');
  });

  it('is busy before it looks at anything else', () => {
    queue.submit(asked('one'));
    queue.start();
    clock.wait(minutes(6));
    assert.equal(reasonOf(queue.start()), 'busy');
  });

  it('charges no longer than the block, however late it ends', () => {
    queue.submit(asked('one'));
    const block = valueOf(queue.start());
    clock.wait(hours(2));
    const report = queue.finish();
    assert.deepEqual(report, { block, used: hours(1), lost: 0, done: true });
    assert.ok(Object.isFrozen(report));
    assert.equal(quota.statement(RED).spent, hours(1));
    assert.deepEqual(queue.waiting(), []);
    assert.throws(() => queue.finish(), TurnFault);
  });

  it('puts a block that ends early back, for the time that it still needs', () => {
    queue.submit(asked('one'));
    queue.start();
    clock.wait(seconds(3599));
    const { done, used } = queue.finish();
    assert.deepEqual([done, used], [false, 3599]);
    assert.deepEqual(queue.waiting(), [asked('one', { span: seconds(1) })]);
    assert.ok(Object.isFrozen(queue.waiting()[0]));
    assert.deepEqual(quota.statement(RED).reserved, 0);
    tell();
    assert.equal(valueOf(queue.start()).code, 'bk.0002');
  });

  it('charges half of what the weather took, and gives that time again', () => {
    queue.submit(asked('one'));
    queue.start();
    clock.wait(minutes(20));
    tell(20);
    clock.wait(minutes(5));
    tell(5);
    clock.wait(minutes(20));
    tell(5);
    clock.wait(minutes(30));
    const { done, lost, used } = queue.finish();
    assert.deepEqual([done, lost, used], [false, minutes(25), minutes(35)]);
    assert.equal(quota.statement(RED).spent, 47.5 * 60);
    assert.deepEqual(
      queue.waiting().map(({ span }) => span),
      [minutes(25)],
    );
  });

  it('loses nothing to weather that its band does not mind', () => {
    queue.submit(asked('one', { band: '3cm' }));
    queue.start();
    clock.wait(minutes(20));
    tell(3, 8);
    clock.wait(minutes(40));
    const { done, lost } = queue.finish();
    assert.deepEqual([done, lost], [true, 0]);
  });
});
