import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  HandClock,
  Journal,
  QuotaBook,
  TurnFault,
  codeOf,
  hours,
  minutes,
  slot,
  tick,
} from '../../src/index.ts';

const RED = codeOf('team', 'red');
const BLUE = codeOf('team', 'blue');
const ONE = codeOf('request', 'one');

describe('QuotaBook', () => {
  let clock: HandClock;
  let book: QuotaBook;

  beforeEach(() => {
    clock = new HandClock(tick('2031-05-01 20:00'));
    const semester = slot(tick('2031-05-01 00:00'), tick('2031-06-01 00:00'));
    book = new QuotaBook(semester, clock, new Journal(clock));
    book.allot(RED, hours(10));
    book.allot(BLUE, hours(8));
  });

  it('keeps time for a request', () => {
    assert.deepEqual(book.reserve(RED, ONE, hours(4)), {
      granted: true,
      value: { request: ONE, team: RED, span: hours(4) },
    });
    const { left, reserved } = book.statement(RED);
    assert.deepEqual([left, reserved], [hours(6), hours(4)]);
  });

  it('refuses more than a team has left', () => {
    const outcome = book.reserve(BLUE, ONE, hours(9));
    assert.equal(!outcome.granted && outcome.refusal.reason, 'quota');
  });

  it('charges what was used and half of what the weather took', () => {
    book.reserve(RED, ONE, hours(4));
    assert.equal(book.spend(ONE, hours(2), hours(1)), minutes(150));
    assert.deepEqual(book.statement(RED), {
      team: RED,
      allotted: hours(10),
      moved: 0,
      reserved: 0,
      spent: minutes(150),
      left: minutes(450),
      share: 0.25,
    });
  });

  it('moves time between teams', () => {
    book.transfer(RED, BLUE, hours(2));
    assert.equal(book.statement(RED).moved, -7200);
    assert.equal(book.statement(BLUE).left, hours(10));
  });

  it('ranks teams by what they spent of their time', () => {
    book.reserve(RED, ONE, hours(4));
    book.spend(ONE, hours(4));
    assert.deepEqual(
      book.standings().map(({ team }) => team),
      [BLUE, RED],
    );
  });

  it('allots time once', () => {
    assert.throws(() => book.allot(RED, hours(1)), TurnFault);
  });
});
