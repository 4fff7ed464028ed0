import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { AlertRule, Outcome, Sighted } from '../../src/index.ts';
import {
  FollowUpDesk,
  HandClock,
  InputFault,
  Journal,
  LightCurve,
  TurnFault,
  UnknownFault,
  codeOf,
  hours,
  minutes,
  seconds,
  target,
  tick,
  track,
  valueOf,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const STAR = codeOf('target', 'star');
const ru = (name: string) => codeOf('rule', name);

const rule = (name: string, changes: Partial<AlertRule> = {}): AlertRule => ({
  code: ru(name),
  team: codeOf('team', 'red'),
  band: 'V',
  step: 0.3,
  sure: 3,
  quiet: hours(1),
  urgency: 3,
  span: minutes(30),
  ...changes,
});

describe('FollowUpDesk, at its edges', () => {
  let clock: HandClock;
  let journal: Journal;
  let desk: FollowUpDesk;

  const sighted = (by: number, changes: Partial<Sighted> = {}): Sighted => ({
    target: STAR,
    band: 'V',
    at: clock.now(),
    by,
    error: 0.01,
    ...changes,
  });
  const reasonOf = (outcome: Outcome<unknown>) =>
    outcome.granted ? undefined : outcome.refusal.reason;
  const rules = (by: number, changes: Partial<Sighted> = {}) =>
    desk.rulesFor(sighted(by, changes)).map(({ code }) => code);
  const star = (name = 'star') =>
    target(
      name,
      track([
        { at: eve('20:00'), azimuth: 180, altitude: 50 },
        { at: eve('23:00'), azimuth: 200, altitude: 40 },
      ]),
    );

  beforeEach(() => {
    clock = new HandClock(eve('20:00'));
    journal = new Journal(clock);
    desk = new FollowUpDesk(clock, journal);
  });

  it('takes each rule once, and none that cannot be', () => {
    for (const changes of [{ step: 0 }, { sure: -1 }, { urgency: 0 }, { span: seconds(0) }])
      assert.throws(() => desk.addRule(rule('a', changes)), InputFault);
    desk.addRule(rule('a'));
    assert.throws(() => desk.addRule(rule('a', { step: 0.1 })), TurnFault);
    assert.deepEqual(rules(0.2), []);
  });

  it('wants a change of the size of the step, in either direction', () => {
    desk.addRule(rule('a'));
    assert.deepEqual(rules(0.3), ['ru.a']);
    assert.deepEqual(rules(-0.3), ['ru.a']);
    assert.deepEqual(rules(0.299), []);
    assert.deepEqual(rules(-0.299), []);
  });

  it('wants a change to be worth its errors, in settled figures', () => {
    desk.addRule(rule('a'));
    assert.deepEqual(rules(0.3, { error: 0.1 }), ['ru.a']);
    assert.deepEqual(rules(0.3, { error: 0.101 }), []);
    assert.deepEqual(rules(0.303, { error: 0.101 }), ['ru.a']);
    assert.deepEqual(rules(0.3, { error: 0 }), ['ru.a']);
  });

  it('tells fades from flares, and one band from another', () => {
    desk.addRule(rule('fade', { change: 'fade' }));
    desk.addRule(rule('flare', { change: 'flare' }));
    desk.addRule(rule('red', { band: 'R' }));
    assert.deepEqual(rules(1), ['ru.fade']);
    assert.deepEqual(rules(-1), ['ru.flare']);
    assert.deepEqual(rules(1, { band: 'R' }), ['ru.red']);
    assert.equal(reasonOf(desk.offer(sighted(1, { band: 'I' }))), 'no-match');
  });

  it('orders rules by urgency, by step, then by code, frozen', () => {
    desk.addRule(rule('b'));
    desk.addRule(rule('a'));
    desk.addRule(rule('deep', { step: 0.5 }));
    desk.addRule(rule('now', { urgency: 4, step: 0.1 }));
    assert.deepEqual(rules(1), ['ru.now', 'ru.deep', 'ru.a', 'ru.b']);
    assert.ok(Object.isFrozen(desk.rulesFor(sighted(1))));
  });

  it('does not alert of the future, nor with errors that cannot be', () => {
    desk.addRule(rule('a'));
    assert.throws(() => desk.offer(sighted(1, { at: eve('20:00:01') })), { field: 'at' });
    assert.throws(() => desk.offer(sighted(1, { error: -0.1 })), { field: 'error' });
    assert.throws(() => desk.offer(sighted(1, { error: 5.1 })), InputFault);
    assert.deepEqual(desk.open(), []);
    assert.equal(journal.size, 0);
  });

  it('notes alerts on their target, and refusals not at all', () => {
    desk.addRule(rule('a'));
    const alert = valueOf(desk.offer(sighted(1)));
    assert.ok(Object.isFrozen(alert));
    assert.equal(journal.notes({ topic: 'alert', subject: 'tg.star' }).length, 1);
    desk.offer(sighted(1));
    desk.offer(sighted(0.1));
    assert.equal(journal.size, 1);
    assert.equal(desk.open().length, 1);
  });

  it('goes by the next rule while the first is muted, up to the tick', () => {
    desk.addRule(rule('a', { urgency: 5 }));
    desk.addRule(rule('b'));
    desk.mute(ru('a'), eve('20:10'));
    assert.equal(valueOf(desk.offer(sighted(1))).rule, 'ru.b');
    clock.set(eve('20:09:59'));
    assert.equal(desk.mutedUntil(ru('a')), eve('20:10'));
    assert.equal(reasonOf(desk.offer(sighted(1))), 'duplicate');
    clock.set(eve('20:10'));
    assert.equal(desk.mutedUntil(ru('a')), undefined);
    assert.equal(valueOf(desk.offer(sighted(1))).rule, 'ru.a');
  });

  it('is muted where all rules are, and lists them all the same', () => {
    desk.addRule(rule('a'));
    desk.mute(ru('a'), eve('20:10'));
    assert.deepEqual(rules(1), ['ru.a']);
    assert.equal(reasonOf(desk.offer(sighted(1))), 'muted');
    assert.equal(reasonOf(desk.offer(sighted(0.1))), 'no-match');
  });

  it('mutes rules that there are, up to a tick that is ahead; the last word counts', () => {
    desk.addRule(rule('a'));
    assert.equal(desk.mutedUntil(ru('a')), undefined);
    assert.throws(() => desk.mute(ru('x'), eve('21:00')), { name: 'UnknownFault', wanted: 'ru.x' });
    assert.throws(() => desk.mutedUntil(ru('x')), UnknownFault);
    assert.throws(() => desk.mute(ru('a'), eve('20:00')), { name: 'InputFault', field: 'until' });
    desk.mute(ru('a'), eve('22:00'));
    desk.mute(ru('a'), eve('21:00'));
    assert.equal(desk.mutedUntil(ru('a')), eve('21:00'));
  });

  it('is quiet about a target by when it was sighted, to the second', () => {
    desk.addRule(rule('a'));
    desk.offer(sighted(1));
    clock.set(eve('22:00'));
    assert.equal(reasonOf(desk.offer(sighted(1, { at: eve('20:59:59') }))), 'duplicate');
    assert.equal(reasonOf(desk.offer(sighted(1, { at: eve('19:00') }))), 'duplicate');
    assert.equal(valueOf(desk.offer(sighted(1, { at: eve('21:00') }))).code, 'al.0002');
    assert.equal(reasonOf(desk.offer(sighted(1, { at: eve('21:30') }))), 'duplicate');
  });

  it('is quiet for each rule and each target by itself', () => {
    desk.addRule(rule('a', { change: 'fade' }));
    desk.addRule(rule('b', { change: 'flare' }));
    assert.equal(desk.offer(sighted(1)).granted, true);
    assert.equal(desk.offer(sighted(-1)).granted, true);
    assert.equal(desk.offer(sighted(1, { target: codeOf('target', 'other') })).granted, true);
    assert.deepEqual(
      desk.open().map(({ beyond }) => beyond),
      [undefined, undefined, undefined],
    );
  });

  it('lets a change half as large again go beyond the newest alert', () => {
    desk.addRule(rule('a', { step: 0.1 }));
    desk.offer(sighted(0.2));
    assert.equal(reasonOf(desk.offer(sighted(0.299))), 'duplicate');
    const beyond = valueOf(desk.offer(sighted(0.3)));
    assert.deepEqual([beyond.beyond, beyond.urgency], ['al.0001', 4]);
    assert.equal(reasonOf(desk.offer(sighted(0.4))), 'duplicate');
    assert.equal(valueOf(desk.offer(sighted(0.45))).beyond, 'al.0002');
  });

  it('does not let a change the other way go beyond', () => {
    desk.addRule(rule('a', { step: 0.1 }));
    desk.offer(sighted(-0.2));
    assert.equal(reasonOf(desk.offer(sighted(2))), 'duplicate');
    assert.equal(valueOf(desk.offer(sighted(-0.3))).beyond, 'al.0001');
  });

  it('has nothing more urgent than five', () => {
    desk.addRule(rule('a', { urgency: 5 }));
    desk.offer(sighted(1));
    assert.equal(valueOf(desk.offer(sighted(2))).urgency, 5);
    clock.wait(hours(3));
    assert.deepEqual(
      desk.open().map(({ urgency }) => urgency),
      [5, 5],
    );
  });

  it('makes alerts that wait more urgent with each full hour since they were sighted', () => {
    desk.addRule(rule('a', { urgency: 2 }));
    desk.offer(sighted(1));
    const urgency = () => desk.open()[0]?.urgency;
    clock.wait(seconds(3599));
    assert.equal(urgency(), 2);
    clock.wait(seconds(1));
    assert.equal(urgency(), 3);
    clock.wait(hours(1));
    assert.equal(urgency(), 4);
    clock.wait(hours(5));
    assert.equal(urgency(), 5);
  });

  it('lists open alerts by urgency, by age, then by code, frozen', () => {
    desk.addRule(rule('a'));
    desk.addRule(rule('b', { band: 'R', urgency: 4 }));
    clock.set(eve('20:30'));
    const other = (name: string) => codeOf('target', name);
    desk.offer(sighted(1, { target: other('one') }));
    desk.offer(sighted(1, { target: other('two'), at: eve('20:10') }));
    desk.offer(sighted(1, { target: other('three') }));
    desk.offer(sighted(1, { target: other('four'), band: 'R' }));
    const open = desk.open();
    assert.deepEqual(
      open.map(({ sighted: { target: of } }) => of),
      ['tg.four', 'tg.two', 'tg.one', 'tg.three'],
    );
    assert.ok(Object.isFrozen(open) && Object.isFrozen(open[0]));
  });

  it('asks for the time of the rule with the urgency of now', () => {
    desk.addRule(rule('a', { team: codeOf('team', 'blue') }));
    const { code } = valueOf(desk.offer(sighted(1)));
    clock.wait(hours(1));
    const asked = desk.take(code, star());
    assert.deepEqual(asked, {
      code: 'rq.alert-0001',
      team: 'tm.blue',
      target: star(),
      band: 'V',
      span: minutes(30),
      urgency: 4,
    });
    assert.ok(Object.isFrozen(asked));
  });

  it('asks for twice the time where an alert goes beyond another', () => {
    desk.addRule(rule('a'));
    desk.offer(sighted(1));
    const { code } = valueOf(desk.offer(sighted(2)));
    const asked = desk.take(code, star());
    assert.deepEqual([asked.code, asked.span, asked.urgency], ['rq.alert-0002', hours(1), 4]);
    assert.deepEqual(
      desk.open().map((alert) => alert.code),
      ['al.0001'],
    );
  });

  it('gives each alert away once, for its own target', () => {
    desk.addRule(rule('a'));
    const { code } = valueOf(desk.offer(sighted(1)));
    assert.throws(() => desk.take(code, star('other')), { name: 'InputFault', field: 'target' });
    assert.equal(desk.open().length, 1);
    desk.take(code, star());
    assert.throws(() => desk.take(code, star()), TurnFault);
    assert.throws(() => desk.take(codeOf('alert', '0009'), star()), {
      name: 'UnknownFault',
      wanted: 'al.0009',
    });
    assert.equal(reasonOf(desk.offer(sighted(1))), 'duplicate');
  });

  it('offers the last point of a curve, against the median of those before', () => {
    desk.addRule(rule('a'));
    const curve = new LightCurve(STAR, 'V');
    const add = (minute: number, magnitude: number) =>
      curve.add({
        frame: codeOf('frame', String(minute)),
        at: eve(`19:0${minute}`),
        magnitude,
        error: 0.02,
      });
    add(1, 12);
    add(2, 12.1);
    add(4, 12.5);
    assert.equal(reasonOf(desk.offerCurve(curve)), 'no-match');
    add(3, 20);
    assert.deepEqual(valueOf(desk.offerCurve(curve)).sighted, {
      target: STAR,
      band: 'V',
      at: eve('19:04'),
      by: 0.4,
      error: 0.02,
    });
    assert.equal(reasonOf(desk.offerCurve(curve)), 'duplicate');
    assert.equal(reasonOf(desk.offerCurve(new LightCurve(STAR, 'V'))), 'no-match');
  });
});
