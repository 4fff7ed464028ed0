import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  HandClock,
  InputFault,
  Journal,
  TurnFault,
  UnknownFault,
  codeOf,
  hours,
  minutes,
  seconds,
  slot,
  tick,
} from '../../src/index.ts';

describe('Journal, at its edges', () => {
  let clock: HandClock;
  let journal: Journal;

  beforeEach(() => {
    clock = new HandClock(tick('2031-05-01 20:00'));
    journal = new Journal(clock, { fold: minutes(10), keep: 3 });
  });

  it('begins empty and with nothing dropped', () => {
    assert.equal(journal.size, 0);
    assert.equal(journal.dropped, 0);
    assert.deepEqual(journal.notes(), []);
    assert.deepEqual(journal.tally(), []);
    assert.equal(journal.latest('queue', 'rq.a'), undefined);
  });

  it('folds within ten minutes and keeps five hundred where no rules are given', () => {
    const usual = new Journal(clock);
    usual.write('queue', 'rq.a', 'text');
    clock.wait(seconds(599));
    assert.equal(usual.write('queue', 'rq.a', 'text').count, 2);
    clock.wait(seconds(600));
    assert.equal(usual.write('queue', 'rq.a', 'text').count, 1);
    for (let n = 0; n < 498; n++) usual.write('queue', `rq.x${n}`, 'text');
    assert.deepEqual([usual.size, usual.dropped], [500, 0]);
    usual.write('queue', 'rq.last', 'text');
    assert.deepEqual([usual.size, usual.dropped], [500, 1]);
  });

  it('no longer folds when the fold has passed since the last writing, to the second', () => {
    const first = journal.write('queue', 'rq.a', 'text');
    clock.wait(seconds(599));
    assert.equal(journal.write('queue', 'rq.a', 'text').code, first.code);
    clock.wait(seconds(599));
    assert.equal(journal.write('queue', 'rq.a', 'text').count, 3);
    clock.wait(minutes(10));
    const next = journal.write('queue', 'rq.a', 'text');
    assert.deepEqual([next.code, next.count], ['nt.0002', 1]);
    assert.equal(next.at, clock.now());
  });

  it('keeps when a folded note was first written', () => {
    const start = clock.now();
    journal.write('queue', 'rq.a', 'text');
    clock.wait(minutes(3));
    const folded = journal.write('queue', 'rq.a', 'text');
    assert.equal(folded.at, start);
    assert.deepEqual(journal.notes(), [folded]);
  });

  it('folds into the newest note of a subject only', () => {
    journal.write('queue', 'rq.a', 'one');
    journal.write('queue', 'rq.a', 'two');
    assert.equal(journal.write('queue', 'rq.a', 'one').code, 'nt.0003');
  });

  it('folds over notes on other topics and subjects, and not into them', () => {
    journal.write('queue', 'rq.a', 'one');
    assert.equal(journal.write('quota', 'rq.a', 'one').count, 1);
    assert.equal(journal.write('queue', 'rq.b', 'one').count, 1);
    assert.equal(journal.write('queue', 'rq.a', 'one').count, 2);
    assert.deepEqual(
      journal.notes().map(({ count }) => count),
      [2, 1, 1],
    );
  });

  it('trims texts and subjects before it compares them', () => {
    journal.write('queue', 'rq.a', 'text');
    const again = journal.write('queue', ' rq.a ', ' text ');
    assert.deepEqual([again.subject, again.text, again.count], ['rq.a', 'text', 2]);
    assert.throws(() => journal.write('queue', ' ', 'text'), { field: 'subject' });
    assert.throws(() => journal.write('queue', 'rq.a', ''), { field: 'text' });
    assert.equal(journal.size, 1);
  });

  it('drops the oldest notes when there are too many, and their codes are not used again', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) journal.write('queue', `rq.${name}`, 'text');
    assert.deepEqual(
      journal.notes().map(({ code }) => code),
      ['nt.0003', 'nt.0004', 'nt.0005'],
    );
    assert.equal(journal.size, 3);
    assert.equal(journal.dropped, 2);
    assert.throws(() => journal.retract(codeOf('note', '0002'), 'late'), UnknownFault);
  });

  it('drops nothing when it folds', () => {
    for (const name of ['a', 'b', 'c']) journal.write('queue', `rq.${name}`, 'text');
    journal.write('queue', 'rq.a', 'text');
    assert.equal(journal.dropped, 0);
    assert.equal(journal.size, 3);
  });

  it('has to keep one note at least', () => {
    assert.throws(() => new Journal(clock, { keep: 0 }), { name: 'InputFault', field: 'keep' });
    assert.throws(() => new Journal(clock, { keep: 1.5 }), InputFault);
    const small = new Journal(clock, { keep: 1 });
    small.write('queue', 'rq.a', 'one');
    small.write('queue', 'rq.b', 'two');
    assert.deepEqual(
      small.notes().map(({ text }) => text),
      ['two'],
    );
  });

  it('finds notes by when they were last written, the end of the slot left out', () => {
    const start = clock.now();
    journal.write('queue', 'rq.a', 'text');
    clock.wait(minutes(5));
    journal.write('queue', 'rq.a', 'text');
    const end = clock.now();
    const texts = (from: typeof start, until: typeof start) =>
      journal.notes({ within: slot(from, until) }).length;
    assert.equal(texts(start, end), 0);
    assert.equal(texts(end, tick('2031-05-01 20:05:01')), 1);
    assert.equal(texts(start, tick('2031-05-01 20:05:01')), 1);
  });

  it('puts all parts of a filter together', () => {
    journal.write('queue', 'rq.a', 'one');
    journal.write('queue', 'rq.b', 'two');
    journal.write('quota', 'rq.a', 'three');
    assert.deepEqual(
      journal.notes({ topic: 'queue', subject: 'rq.a' }).map(({ text }) => text),
      ['one'],
    );
  });

  it('gives the newest note that stands', () => {
    journal.write('queue', 'rq.a', 'one');
    const two = journal.write('queue', 'rq.a', 'two');
    journal.write('queue', 'rq.b', 'three');
    assert.deepEqual(journal.latest('queue', 'rq.a'), two);
    journal.retract(two.code, 'wrong');
    assert.equal(journal.latest('queue', 'rq.a')?.text, 'one');
    assert.equal(journal.latest('quota', 'rq.a'), undefined);
  });

  it('takes a note back once, for a reason, and leaves it as it was otherwise', () => {
    const note = journal.write('queue', 'rq.a', 'one');
    assert.throws(() => journal.retract(note.code, ' '), { field: 'why' });
    assert.deepEqual(journal.notes(), [note]);
    assert.deepEqual(journal.retract(note.code, ' wrong '), { ...note, retracted: 'wrong' });
    assert.throws(() => journal.retract(note.code, 'again'), TurnFault);
    assert.equal(journal.notes({ all: true })[0]?.retracted, 'wrong');
    assert.throws(() => journal.retract(codeOf('note', '0009'), 'why'), {
      name: 'UnknownFault',
      wanted: 'nt.0009',
    });
    assert.equal(journal.size, 1);
  });

  it('does not fold into a note that was taken back, nor past it', () => {
    journal.write('queue', 'rq.a', 'one');
    const two = journal.write('queue', 'rq.a', 'two');
    journal.retract(two.code, 'wrong');
    assert.equal(journal.write('queue', 'rq.a', 'two').count, 1);
    const last = journal.notes({ all: true }).at(-1);
    assert.ok(last);
    journal.retract(last.code, 'wrong');
    assert.equal(journal.write('queue', 'rq.a', 'one').count, 1);
  });

  it('tallies every writing, most first, equals by topic, retracted notes apart', () => {
    journal.write('weather', 'wind', 'holds');
    journal.write('queue', 'rq.a', 'one');
    journal.write('queue', 'rq.a', 'one');
    assert.deepEqual(journal.tally(), [
      { topic: 'queue', count: 2 },
      { topic: 'weather', count: 1 },
    ]);
    journal.write('weather', 'wind', 'holds');
    assert.deepEqual(
      journal.tally().map(({ topic }) => topic),
      ['queue', 'weather'],
    );
    journal.write('weather', 'wind', 'holds');
    assert.deepEqual(
      journal.tally().map(({ topic }) => topic),
      ['weather', 'queue'],
    );
    const [wind] = journal.notes({ topic: 'weather' });
    assert.ok(wind);
    journal.retract(wind.code, 'broken mast');
    assert.deepEqual(journal.tally(), [{ topic: 'queue', count: 2 }]);
  });

  it('tallies a slot, and adds up the notes of a topic', () => {
    journal.write('queue', 'rq.a', 'one');
    clock.wait(hours(1));
    const from = clock.now();
    journal.write('queue', 'rq.b', 'two');
    journal.write('queue', 'rq.c', 'three');
    assert.deepEqual(journal.tally(), [{ topic: 'queue', count: 3 }]);
    assert.deepEqual(journal.tally(slot(from, tick('2031-05-01 22:00'))), [
      { topic: 'queue', count: 2 },
    ]);
  });

  it('hands out nothing that can be changed', () => {
    const note = journal.write('queue', 'rq.a', 'one');
    assert.ok(Object.isFrozen(note));
    assert.ok(Object.isFrozen(journal.notes()));
    assert.ok(Object.isFrozen(journal.tally()));
    assert.ok(Object.isFrozen(journal.write('queue', 'rq.a', 'one')));
    assert.ok(Object.isFrozen(journal.retract(note.code, 'wrong')));
  });

  it('is not moved by rules that change after it was made', () => {
    const rules = { keep: 1 };
    const own = new Journal(clock, rules);
    rules.keep = 2;
    own.write('queue', 'rq.a', 'one');
    own.write('queue', 'rq.b', 'two');
    assert.equal(own.size, 1);
  });
});
