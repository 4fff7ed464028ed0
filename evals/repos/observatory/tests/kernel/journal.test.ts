import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { HandClock, InputFault, Journal, hours, minutes, tick } from '../../src/index.ts';

describe('Journal', () => {
  let clock: HandClock;
  let journal: Journal;

  beforeEach(() => {
    clock = new HandClock(tick('2031-05-01 20:00'));
    journal = new Journal(clock);
  });

  it('writes notes with code, time and a count of one', () => {
    assert.deepEqual(journal.write('queue', 'rq.a', 'started'), {
      code: 'nt.0001',
      topic: 'queue',
      subject: 'rq.a',
      text: 'started',
      at: clock.now(),
      last: clock.now(),
      count: 1,
    });
    assert.equal(journal.write('queue', 'rq.b', 'started').code, 'nt.0002');
    assert.equal(journal.size, 2);
  });

  it('counts the same words again instead of writing them twice', () => {
    journal.write('weather', 'wind', 'holds');
    clock.wait(minutes(5));
    const again = journal.write('weather', 'wind', 'holds');
    assert.equal(again.count, 2);
    assert.equal(again.last, clock.now());
    assert.equal(journal.size, 1);
  });

  it('lists notes by topic and by subject', () => {
    journal.write('queue', 'rq.a', 'one');
    journal.write('quota', 'rq.a', 'two');
    journal.write('quota', 'tm.b', 'three');
    const texts = (filter: Parameters<Journal['notes']>[0]) =>
      journal.notes(filter).map(({ text }) => text);
    assert.deepEqual(texts({}), ['one', 'two', 'three']);
    assert.deepEqual(texts({ topic: 'quota' }), ['two', 'three']);
    assert.deepEqual(texts({ subject: 'rq.a' }), ['one', 'two']);
  });

  it('leaves out notes that were taken back', () => {
    const { code } = journal.write('alert', 'tg.x', 'flare');
    clock.wait(hours(1));
    assert.equal(journal.retract(code, 'an aeroplane').retracted, 'an aeroplane');
    assert.deepEqual(journal.notes(), []);
    assert.equal(journal.notes({ all: true }).length, 1);
  });

  it('refuses empty text', () => {
    assert.throws(() => journal.write('queue', 'rq.a', '  '), InputFault);
    assert.equal(journal.size, 0);
  });
});
