import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  HandClock,
  InputFault,
  Journal,
  QuotaBook,
  SpentFault,
  TurnFault,
  UnknownFault,
  codeOf,
  hours,
  minutes,
  seconds,
  slot,
  tick,
} from '../../src/index.ts';

const RED = codeOf('team', 'red');
const BLUE = codeOf('team', 'blue');
const GREEN = codeOf('team', 'green');
const ONE = codeOf('request', 'one');
const TWO = codeOf('request', 'two');
const SEMESTER = slot(tick('2031-05-01 18:00'), tick('2031-06-01 00:00'));
const NONE = seconds(0);

describe('QuotaBook, at its edges', () => {
  let clock: HandClock;
  let journal: Journal;
  let book: QuotaBook;

  beforeEach(() => {
    clock = new HandClock(SEMESTER.from);
    journal = new Journal(clock);
    book = new QuotaBook(SEMESTER, clock, journal);
    book.allot(RED, hours(10));
    book.allot(BLUE, hours(8));
  });

  it('tells its semester, frozen', () => {
    const own = { ...SEMESTER };
    const other = new QuotaBook(own, clock, journal);
    assert.deepEqual(other.semester, SEMESTER);
    assert.ok(Object.isFrozen(other.semester));
    assert.ok(!Object.isFrozen(own));
  });

  it('begins with the whole allotment left', () => {
    assert.deepEqual(book.statement(RED), {
      team: RED,
      allotted: hours(10),
      moved: 0,
      reserved: 0,
      spent: 0,
      left: hours(10),
      share: 0,
    });
    assert.ok(Object.isFrozen(book.statement(RED)));
  });

  it('allots some time, once, and stays as it is otherwise', () => {
    assert.throws(() => book.allot(GREEN, NONE), { name: 'InputFault', field: 'span' });
    assert.throws(() => book.allot(RED, hours(1)), TurnFault);
    assert.equal(book.statement(RED).allotted, hours(10));
    assert.throws(() => book.statement(GREEN), { name: 'UnknownFault', wanted: GREEN });
    assert.equal(book.standings().length, 2);
  });

  it('knows only teams that have an allotment', () => {
    assert.throws(() => book.reserve(GREEN, ONE, hours(1)), UnknownFault);
    assert.throws(() => book.transfer(GREEN, RED, hours(1)), UnknownFault);
    assert.throws(() => book.transfer(RED, GREEN, hours(1)), UnknownFault);
    assert.equal(book.statement(RED).left, hours(10));
  });

  it('reserves up to the last second, over all requests of a team', () => {
    assert.equal(book.reserve(RED, ONE, hours(9)).granted, true);
    const refusal = book.reserve(RED, TWO, seconds(3601));
    assert.equal(!refusal.granted && refusal.refusal.reason, 'quota');
    assert.equal(book.statement(RED).reserved, hours(9));
    assert.equal(book.reserve(RED, TWO, hours(1)).granted, true);
    assert.equal(book.statement(RED).left, 0);
    assert.equal(book.statement(BLUE).reserved, 0);
  });

  it('reserves once for a request, whichever team asks', () => {
    book.reserve(RED, ONE, hours(1));
    assert.throws(() => book.reserve(RED, ONE, hours(1)), TurnFault);
    assert.throws(() => book.reserve(BLUE, ONE, hours(1)), TurnFault);
    assert.throws(() => book.reserve(BLUE, TWO, NONE), { field: 'span' });
    assert.equal(book.statement(BLUE).reserved, 0);
  });

  it('reserves from the first second of the semester to the last', () => {
    const early = new HandClock(tick('2031-05-01 17:59:59'));
    const other = new QuotaBook(SEMESTER, early, journal);
    other.allot(RED, hours(1));
    assert.throws(() => other.reserve(RED, ONE, hours(1)), TurnFault);
    early.wait(seconds(1));
    assert.equal(other.reserve(RED, ONE, minutes(1)).granted, true);
    early.set(tick('2031-05-31 23:59:59'));
    assert.equal(other.reserve(RED, TWO, minutes(1)).granted, true);
    early.wait(seconds(1));
    assert.throws(() => other.reserve(RED, codeOf('request', 'three'), minutes(1)), TurnFault);
    assert.equal(other.spend(ONE, minutes(1)), 60);
  });

  it('gives reserved time back, once', () => {
    const kept = book.reserve(RED, ONE, hours(4));
    assert.deepEqual(book.release(ONE), kept.granted && kept.value);
    assert.equal(book.statement(RED).left, hours(10));
    assert.throws(() => book.release(ONE), { name: 'UnknownFault', wanted: ONE });
    assert.equal(book.reserve(BLUE, ONE, hours(1)).granted, true);
  });

  it('rounds half of the lost time up to a second', () => {
    book.reserve(RED, ONE, hours(1));
    assert.equal(book.spend(ONE, seconds(100), seconds(31)), 116);
    book.reserve(RED, TWO, hours(1));
    assert.equal(book.spend(TWO, NONE, seconds(30)), 15);
    assert.equal(book.statement(RED).spent, 131);
  });

  it('frees what a request did not use', () => {
    book.reserve(RED, ONE, hours(4));
    assert.equal(book.spend(ONE, hours(1)), hours(1));
    const { left, reserved, share } = book.statement(RED);
    assert.deepEqual([left, reserved, share], [hours(9), 0, 0.1]);
    assert.throws(() => book.spend(ONE, hours(1)), UnknownFault);
    assert.equal(book.statement(RED).spent, hours(1));
  });

  it('charges beyond a reservation only what the team has left', () => {
    book.reserve(RED, ONE, hours(4));
    book.reserve(RED, TWO, hours(5));
    assert.equal(book.spend(ONE, hours(6)), hours(5));
    assert.deepEqual([book.statement(RED).left, book.statement(RED).reserved], [0, hours(5)]);
    assert.equal(book.spend(TWO, hours(5)), hours(5));
    assert.equal(book.statement(RED).share, 1);
  });

  it('notes each charge on the team and each transfer on the giver', () => {
    book.reserve(RED, ONE, hours(4));
    assert.equal(journal.size, 0);
    book.spend(ONE, hours(1));
    assert.equal(journal.notes({ topic: 'quota', subject: RED }).length, 1);
    book.transfer(BLUE, RED, hours(1));
    assert.equal(journal.notes({ topic: 'quota', subject: BLUE }).length, 1);
    assert.equal(journal.size, 2);
  });

  it('lets a team give a quarter of its allotment away, over the semester', () => {
    book.transfer(RED, BLUE, hours(1));
    book.transfer(RED, BLUE, minutes(90));
    assert.throws(
      () => book.transfer(RED, BLUE, seconds(1)),
      (fault: unknown) => fault instanceof SpentFault && fault.wanted === 1 && fault.left === 0,
    );
    assert.deepEqual([book.statement(RED).moved, book.statement(BLUE).moved], [-9000, 9000]);
    assert.equal(book.statement(RED).left, minutes(450));
    assert.equal(book.statement(BLUE).left, minutes(630));
  });

  it('counts what may be given by the allotment alone, rounded down', () => {
    book.allot(GREEN, seconds(7));
    book.transfer(RED, GREEN, hours(1));
    assert.throws(() => book.transfer(GREEN, RED, seconds(2)), { wanted: 2, left: 1 });
    book.transfer(GREEN, RED, seconds(1));
    assert.equal(book.statement(GREEN).moved, 3599);
  });

  it('gives away only what is left', () => {
    book.reserve(RED, ONE, hours(9));
    assert.throws(() => book.transfer(RED, BLUE, minutes(61)), { name: 'SpentFault', left: 3600 });
    book.transfer(RED, BLUE, hours(1));
    assert.equal(book.statement(RED).left, 0);
  });

  it('gives some time, and to another team', () => {
    assert.throws(() => book.transfer(RED, BLUE, NONE), { name: 'InputFault', field: 'span' });
    assert.throws(() => book.transfer(RED, RED, hours(1)), { name: 'InputFault', field: 'to' });
    assert.equal(book.statement(RED).moved, 0);
    assert.equal(journal.size, 0);
  });

  it('measures the share by the allotment, without what others gave', () => {
    book.transfer(RED, BLUE, hours(2));
    book.reserve(BLUE, ONE, hours(10));
    book.spend(ONE, hours(10));
    assert.equal(book.statement(BLUE).share, 1.25);
    assert.throws(() => book.reserve(BLUE, TWO, NONE), InputFault);
  });

  it('ranks by share, then by what is left, then by code', () => {
    book.allot(GREEN, hours(8));
    const teams = () => book.standings().map(({ team }) => team);
    assert.deepEqual(teams(), [RED, BLUE, GREEN]);
    book.reserve(GREEN, ONE, hours(1));
    assert.deepEqual(teams(), [RED, BLUE, GREEN]);
    book.reserve(RED, TWO, hours(3));
    assert.deepEqual(teams(), [BLUE, GREEN, RED]);
    book.spend(ONE, seconds(29));
    assert.deepEqual(teams(), [BLUE, RED, GREEN]);
    assert.ok(Object.isFrozen(book.standings()));
  });
});
