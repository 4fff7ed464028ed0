import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { AlertRule, Sighted } from '../../src/index.ts';
import {
  FollowUpDesk,
  HandClock,
  Journal,
  TurnFault,
  codeOf,
  hours,
  minutes,
  target,
  tick,
  track,
  valueOf,
} from '../../src/index.ts';

const eve = (text: string) => tick(`2031-05-01 ${text}`);
const STAR = codeOf('target', 'star');

const rule = (name: string, changes: Partial<AlertRule> = {}): AlertRule => ({
  code: codeOf('rule', name),
  team: codeOf('team', 'red'),
  band: 'V',
  step: 0.5,
  sure: 3,
  quiet: hours(1),
  urgency: 3,
  span: minutes(30),
  ...changes,
});
const sighted = (by: number, at = eve('20:00')): Sighted => ({
  target: STAR,
  band: 'V',
  at,
  by,
  error: 0.05,
});

describe('FollowUpDesk', () => {
  let clock: HandClock;
  let desk: FollowUpDesk;

  beforeEach(() => {
    clock = new HandClock(eve('20:00'));
    desk = new FollowUpDesk(clock, new Journal(clock));
    desk.addRule(rule('deep'));
  });

  it('makes an alert of a change that a rule is about', () => {
    assert.deepEqual(valueOf(desk.offer(sighted(0.6))), {
      code: 'al.0001',
      rule: 'ru.deep',
      sighted: sighted(0.6),
      urgency: 3,
    });
    const small = desk.offer(sighted(0.4));
    assert.equal(!small.granted && small.refusal.reason, 'no-match');
  });

  it('says the same only once while a rule is quiet', () => {
    desk.offer(sighted(0.6));
    clock.wait(minutes(59));
    const again = desk.offer(sighted(0.6, clock.now()));
    assert.equal(!again.granted && again.refusal.reason, 'duplicate');
    clock.wait(minutes(1));
    assert.equal(desk.offer(sighted(0.6, clock.now())).granted, true);
  });

  it('keeps still about rules that are muted', () => {
    desk.mute(codeOf('rule', 'deep'), eve('21:00'));
    assert.equal(desk.mutedUntil(codeOf('rule', 'deep')), eve('21:00'));
    const outcome = desk.offer(sighted(0.6));
    assert.equal(!outcome.granted && outcome.refusal.reason, 'muted');
  });

  it('finds the most urgent rule', () => {
    desk.addRule(rule('quick', { urgency: 5 }));
    assert.deepEqual(
      desk.rulesFor(sighted(0.6)).map(({ code }) => code),
      ['ru.quick', 'ru.deep'],
    );
  });

  it('makes a request of an alert, once', () => {
    const { code } = valueOf(desk.offer(sighted(0.6)));
    const path = track([
      { at: eve('20:00'), azimuth: 180, altitude: 50 },
      { at: eve('23:00'), azimuth: 200, altitude: 40 },
    ]);
    const star = target('star', path);
    assert.equal(desk.open().length, 1);
    assert.deepEqual(desk.take(code, star), {
      code: 'rq.alert-0001',
      team: 'tm.red',
      target: star,
      band: 'V',
      span: minutes(30),
      urgency: 3,
    });
    assert.deepEqual(desk.open(), []);
    assert.throws(() => desk.take(code, star), TurnFault);
  });
});
