import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { CalibrationFrame, CalibrationKind, Outcome, ScienceFrame } from '../../src/index.ts';
import {
  CalibrationShelf,
  HandClock,
  InputFault,
  Journal,
  TurnFault,
  UnknownFault,
  codeOf,
  seconds,
  tick,
  valueOf,
} from '../../src/index.ts';

const at = (text: string) => tick(`2031-05-${text}`);
const fr = (name: string) => codeOf('frame', name);

type Changes = Partial<CalibrationFrame>;
const bias = (name: string, time: string, changes: Changes = {}): CalibrationFrame => ({
  code: fr(name),
  kind: 'bias',
  at: at(time),
  temperature: -20,
  exposure: seconds(0),
  ...changes,
});
const dark = (name: string, time: string, exposure = 60, changes: Changes = {}) =>
  bias(name, time, { kind: 'dark', exposure: seconds(exposure), ...changes });
const flat = (name: string, time: string, changes: Changes = {}) =>
  bias(name, time, { kind: 'flat', exposure: seconds(2), band: 'V', ...changes });

const picture = (changes: Partial<ScienceFrame> = {}): ScienceFrame => ({
  code: fr('sky'),
  at: at('10 22:00'),
  temperature: -20,
  exposure: seconds(60),
  band: 'V',
  ...changes,
});

describe('CalibrationShelf, at its edges', () => {
  let clock: HandClock;
  let journal: Journal;
  let shelf: CalibrationShelf;

  const put = (...frames: CalibrationFrame[]) => {
    for (const frame of frames) shelf.add(frame);
  };
  const best = (kind: CalibrationKind, changes: Partial<ScienceFrame> = {}) =>
    valueOf(shelf.match(kind, picture(changes))).code;
  const reasonOf = (outcome: Outcome<unknown>) =>
    outcome.granted ? undefined : outcome.refusal.reason;
  const miss = (kind: CalibrationKind, changes: Partial<ScienceFrame> = {}) =>
    reasonOf(shelf.match(kind, picture(changes)));

  beforeEach(() => {
    clock = new HandClock(at('11 10:00'));
    journal = new Journal(clock);
    shelf = new CalibrationShelf(clock, journal);
  });

  it('takes only frames that suit their kind', () => {
    const wrong = [
      bias('b', '10 18:00', { exposure: seconds(1) }),
      bias('b', '10 18:00', { band: 'V' }),
      dark('b', '10 18:00', 0),
      bias('b', '10 18:00', { kind: 'flat', exposure: seconds(1) }),
      bias('b', '10 18:00', { temperature: 80 }),
    ];
    for (const frame of wrong) assert.throws(() => shelf.add(frame), InputFault);
    put(bias('b', '10 18:00'));
    assert.equal(shelf.frames('bias').length, 1);
  });

  it('keeps the first frame of a code, of whatever kind', () => {
    put(bias('b', '10 18:00'));
    assert.throws(() => shelf.add(dark('b', '10 18:00')), TurnFault);
    assert.deepEqual(shelf.frames('dark'), []);
    assert.deepEqual(shelf.frames('bias'), [bias('b', '10 18:00')]);
  });

  it('lists a kind newest first, frames of one tick by code, frozen', () => {
    put(bias('c', '09 18:00'), bias('b', '10 18:00'), bias('a', '09 18:00'), dark('d', '10 18:00'));
    const frames = shelf.frames('bias');
    assert.deepEqual(
      frames.map(({ code }) => code),
      ['fr.b', 'fr.a', 'fr.c'],
    );
    assert.ok(Object.isFrozen(frames) && Object.isFrozen(frames[0]));
  });

  it('wants biases and darks as cold as the picture, to half a degree', () => {
    put(bias('b', '10 18:00'), dark('d', '10 18:00'));
    for (const kind of ['bias', 'dark'] as const) {
      assert.equal(miss(kind, { temperature: -19.5 }), undefined);
      assert.equal(miss(kind, { temperature: -20.5 }), undefined);
      assert.equal(miss(kind, { temperature: -19.4 }), 'no-match');
      assert.equal(miss(kind, { temperature: -20.6 }), 'no-match');
    }
  });

  it('does not mind how warm a flat was, but its filter', () => {
    put(flat('f', '10 18:00', { temperature: 20 }));
    assert.equal(best('flat'), 'fr.f');
    assert.equal(miss('flat', { band: 'R' }), 'no-match');
    assert.equal(best('flat', { exposure: seconds(600) }), 'fr.f');
  });

  it('reaches seven days for biases, thirty for darks and three for flats, before and after', () => {
    put(bias('b', '10 12:00'), dark('d', '10 12:00'), flat('f', '10 12:00'));
    const reach = { bias: 7, dark: 30, flat: 3 } as const;
    for (const kind of ['bias', 'dark', 'flat'] as const) {
      const days = reach[kind] * 86_400;
      const away = (span: number) => miss(kind, { at: (at('10 12:00') + span) as never });
      assert.equal(away(days - 1), undefined);
      assert.equal(away(days), 'stale');
      assert.equal(away(1 - days), undefined);
      assert.equal(away(-days), 'stale');
    }
  });

  it('has no match where nothing suits, even if it is old', () => {
    put(dark('d1', '01 18:00', 30), dark('d2', '10 18:00', 59));
    assert.equal(miss('dark'), 'no-match');
    assert.equal(miss('bias'), 'no-match');
  });

  it('prefers the nearest bias in time, the later of equals, then the lower code', () => {
    put(bias('c', '10 20:00'), bias('d', '11 00:00'), bias('a', '10 19:59'));
    assert.equal(best('bias'), 'fr.d');
    put(bias('b', '11 00:00'));
    assert.equal(best('bias'), 'fr.b');
    put(bias('z', '10 23:00'));
    assert.equal(best('bias'), 'fr.z');
  });

  it('prefers the shortest dark before the nearest', () => {
    put(dark('d1', '10 21:00', 61), dark('d2', '01 18:00', 60), dark('d3', '02 18:00', 60));
    assert.equal(best('dark'), 'fr.d3');
    assert.equal(best('dark', { exposure: seconds(61) }), 'fr.d1');
    assert.equal(best('dark', { exposure: seconds(1) }), 'fr.d3');
  });

  it('prefers a flat of the same night to a nearer one of another', () => {
    put(flat('f1', '11 11:59'), flat('f2', '11 12:00'));
    assert.equal(best('flat', { at: at('11 11:00') }), 'fr.f1');
    assert.equal(best('flat', { at: at('11 12:30') }), 'fr.f2');
    put(flat('f3', '12 02:00'));
    assert.equal(best('flat', { at: at('12 11:59') }), 'fr.f3');
    assert.equal(best('flat', { at: at('12 12:00') }), 'fr.f3');
    put(flat('f4', '13 11:00'));
    assert.equal(best('flat', { at: at('12 12:30') }), 'fr.f4');
  });

  it('does not look at the exposure of flats, nor at nights of biases', () => {
    put(flat('f1', '10 18:00', { exposure: seconds(1) }), flat('f2', '10 20:00'));
    assert.equal(best('flat'), 'fr.f2');
    put(bias('b1', '10 13:00'), bias('b2', '10 11:59'));
    assert.equal(best('bias', { at: at('10 12:00') }), 'fr.b2');
  });

  it('refuses a set for the first kind that fails, and counts no uses', () => {
    put(dark('d', '10 18:00'), flat('f', '01 18:00'));
    assert.equal(reasonOf(shelf.take(picture())), 'no-match');
    put(bias('b', '10 18:00'));
    assert.equal(reasonOf(shelf.take(picture())), 'stale');
    assert.equal(reasonOf(shelf.take(picture({ exposure: seconds(300) }))), 'no-match');
    assert.equal(reasonOf(shelf.take(picture({ exposure: seconds(300), band: 'B' }))), 'no-match');
    for (const name of ['b', 'd', 'f']) assert.equal(shelf.usesOf(fr(name)), 0);
  });

  it('counts the uses of each frame of a set that it gave, and of matches none', () => {
    put(bias('b', '10 18:00'), dark('d', '10 18:00'), flat('f', '10 18:00'), flat('g', '09 18:00'));
    const set = shelf.take(picture());
    assert.ok(Object.isFrozen(valueOf(set)));
    shelf.take(picture({ code: fr('sky-two') }));
    shelf.match('bias', picture());
    assert.deepEqual(
      ['b', 'd', 'f', 'g'].map((name) => shelf.usesOf(fr(name))),
      [2, 2, 2, 0],
    );
    assert.throws(() => shelf.usesOf(fr('x')), { name: 'UnknownFault', wanted: 'fr.x' });
  });

  it('retires a frame once, for a reason that is noted', () => {
    put(bias('b', '10 18:00'));
    assert.throws(() => shelf.retire(fr('b'), '  '), { name: 'InputFault', field: 'why' });
    assert.equal(best('bias'), 'fr.b');
    assert.equal(journal.size, 0);
    shelf.retire(fr('b'), ' light leak ');
    assert.equal(journal.latest('reduction', 'fr.b')?.text, 'light leak');
    assert.equal(miss('bias'), 'no-match');
    assert.throws(() => shelf.retire(fr('b'), 'again'), TurnFault);
    assert.throws(() => shelf.retire(fr('x'), 'why'), UnknownFault);
    assert.equal(journal.size, 1);
  });

  it('keeps retired frames known, and their codes taken', () => {
    put(bias('b', '10 18:00'));
    shelf.retire(fr('b'), 'light leak');
    assert.equal(shelf.usesOf(fr('b')), 0);
    assert.throws(() => shelf.add(bias('b', '10 18:00')), TurnFault);
  });

  it('tidies what is out of reach now, retired or not', () => {
    put(
      flat('g', '08 10:00'),
      flat('f', '08 10:00:01'),
      bias('c', '04 10:00'),
      bias('b', '04 10:00:01'),
      bias('a', '12 10:00'),
      dark('d', '01 10:00'),
    );
    shelf.retire(fr('c'), 'light leak');
    const gone = shelf.tidy();
    assert.deepEqual(gone, ['fr.c', 'fr.g']);
    assert.ok(Object.isFrozen(gone));
    assert.throws(() => shelf.usesOf(fr('c')), UnknownFault);
    assert.equal(shelf.frames('bias').length, 2);
    assert.equal(shelf.frames('flat').length, 1);
    assert.deepEqual(shelf.tidy(), []);
    clock.set(at('31 10:00'));
    assert.deepEqual(shelf.tidy(), ['fr.a', 'fr.b', 'fr.d', 'fr.f']);
  });

  it('starts anew with a code that was tidied away', () => {
    put(bias('b', '10 18:00'), dark('d', '10 18:00'), flat('f', '10 18:00'));
    shelf.take(picture());
    shelf.retire(fr('b'), 'light leak');
    clock.set(at('20 10:00'));
    assert.deepEqual(shelf.tidy(), ['fr.b', 'fr.f']);
    put(bias('b', '19 18:00'));
    assert.equal(shelf.frames('bias').length, 1);
    assert.equal(shelf.usesOf(fr('b')), 0);
    assert.equal(shelf.usesOf(fr('d')), 1);
  });

  it('has no gaps for no pictures, nor where all match', () => {
    assert.deepEqual(shelf.gaps([]), []);
    put(bias('b', '10 18:00'), dark('d', '10 18:00'), flat('f', '10 18:00'));
    assert.deepEqual(shelf.gaps([picture()]), []);
    assert.ok(Object.isFrozen(shelf.gaps([])));
  });

  it('lists gaps by pictures, then by kind, by exposure and by filter', () => {
    const gaps = shelf.gaps([
      picture(),
      picture({ exposure: seconds(300), band: 'R' }),
      picture({ exposure: seconds(300), band: 'B' }),
    ]);
    assert.deepEqual(gaps, [
      { kind: 'bias', pictures: 3 },
      { kind: 'dark', exposure: 300, pictures: 2 },
      { kind: 'dark', exposure: 60, pictures: 1 },
      { kind: 'flat', band: 'B', pictures: 1 },
      { kind: 'flat', band: 'R', pictures: 1 },
      { kind: 'flat', band: 'V', pictures: 1 },
    ]);
  });

  it('puts the longest dark first among gaps of as many pictures', () => {
    const gaps = shelf.gaps([
      picture({ exposure: seconds(60) }),
      picture({ exposure: seconds(300) }),
    ]);
    assert.deepEqual(
      gaps.map(({ exposure, kind }) => [kind, exposure]),
      [
        ['bias', undefined],
        ['flat', undefined],
        ['dark', 300],
        ['dark', 60],
      ],
    );
  });
});
