import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CodeRoll,
  HandClock,
  InputFault,
  SpentFault,
  TurnFault,
  UnknownFault,
  after,
  before,
  between,
  clockText,
  codeOf,
  common,
  demandKnown,
  demandText,
  demandWhole,
  granted,
  highFirst,
  holds,
  hours,
  joined,
  lengthOf,
  lowFirst,
  minutes,
  nameIn,
  nightOf,
  overlap,
  ranked,
  refused,
  sealed,
  seconds,
  settle,
  shareOf,
  slot,
  spanText,
  spansTogether,
  tick,
  valueOf,
} from '../../src/index.ts';

const at = (text: string) => tick(`2031-05-01 ${text}`);
const hour = (from: number, until: number) => slot(at(`${from}:00`), at(`${until}:00`));

describe('codes', () => {
  it('carry the prefix of their family', () => {
    assert.equal(codeOf('target', 'M31'), 'tg.m31');
    assert.equal(nameIn(codeOf('request', 'red-one')), 'red-one');
  });

  it('refuse blanks, dots, double dashes and long names', () => {
    for (const name of ['', 'a b', 'a.b', 'a--b', '-a', 'a'.repeat(25)])
      assert.throws(() => codeOf('site', name), InputFault);
    assert.equal(codeOf('site', 'a'.repeat(24)).length, 27);
  });

  it('are numbered from 1 with four digits', () => {
    const roll = new CodeRoll('block');
    assert.deepEqual([roll.next(), roll.next()], ['bk.0001', 'bk.0002']);
  });
});

describe('demands', () => {
  it('name the field', () => {
    assert.throws(() => demandWhole(1.5, 'count'), { field: 'count', code: 'E-INPUT' });
    assert.throws(() => demandWhole(4, 'count', 5, 6), InputFault);
    assert.throws(() => demandWhole(7, 'count', 5, 6), InputFault);
    assert.equal(demandWhole(6, 'count', 5, 6), 6);
    assert.throws(() => demandText('  ', 'why'), { field: 'why' });
    assert.equal(demandText(' so ', 'why'), 'so');
  });

  it('say what is unknown', () => {
    assert.throws(() => demandKnown(undefined, 'rq.x'), { wanted: 'rq.x', code: 'E-UNKNOWN' });
    assert.equal(demandKnown(0, 'rq.x'), 0);
  });

  it('keep the amounts of what is spent', () => {
    const fault = new SpentFault('Time', 3, 2);
    assert.deepEqual([fault.wanted, fault.left, fault.code], [3, 2, 'E-SPENT']);
    assert.equal(new UnknownFault('x').name, 'UnknownFault');
  });
});

describe('figures', () => {
  it('are rounded with halves away from zero', () => {
    assert.equal(settle(0.125, 2), 0.13);
    assert.equal(settle(-0.125, 2), -0.13);
    assert.equal(settle(1.005, 2), 1.01);
    assert.ok(Object.is(settle(-0.001, 2), 0));
  });

  it('make shares of four decimals', () => {
    assert.equal(shareOf(1, 3), 0.3333);
    assert.equal(shareOf(0, 0), 0);
    assert.throws(() => shareOf(1, 0), InputFault);
  });
});

describe('orders', () => {
  it('decide one after the other and leave ties in place', () => {
    const items = [
      { name: 'b', size: 1, n: 1 },
      { name: 'a', size: 1, n: 2 },
      { name: 'c', size: 2, n: 3 },
      { name: 'a', size: 1, n: 4 },
    ];
    const sorted = ranked(
      items,
      highFirst(({ size }) => size),
      lowFirst(({ name }) => name),
    );
    assert.deepEqual(
      sorted.map(({ n }) => n),
      [3, 2, 4, 1],
    );
    assert.ok(Object.isFrozen(sorted));
  });
});

describe('seals', () => {
  it('freeze a copy, however deep, and leave the original', () => {
    const given = { list: [{ deep: 1 }] };
    const kept = sealed(given);
    assert.ok(Object.isFrozen(kept) && Object.isFrozen(kept.list) && Object.isFrozen(kept.list[0]));
    assert.ok(!Object.isFrozen(given) && !Object.isFrozen(given.list));
    assert.deepEqual(kept, given);
  });

  it('keep what is no plain data', () => {
    const clock = new HandClock(at('20:00'));
    assert.equal(sealed({ clock }).clock, clock);
  });
});

describe('outcomes', () => {
  it('give their value or throw their reason', () => {
    assert.equal(valueOf(granted(4)), 4);
    assert.throws(() => valueOf(refused('moon', 'too bright')), {
      name: 'TurnFault',
      message: 'moon: too bright',
    });
  });
});

describe('time', () => {
  it('is read, moved and told', () => {
    assert.equal(tick('1970-01-01 00:01:30'), 90);
    assert.equal(clockText(after(at('23:59'), minutes(2))), '00:01:00');
    assert.equal(before(at('20:00'), hours(1)), at('19:00'));
    assert.equal(between(at('20:00'), at('19:00')), 0);
    assert.equal(spanText(seconds(3959)), '1h05m');
    assert.equal(spansTogether([seconds(1), seconds(2)]), 3);
    assert.throws(() => tick('2031-05-01T22:30'), InputFault);
    assert.throws(() => seconds(0.5), InputFault);
    assert.throws(() => minutes(-1), InputFault);
  });

  it('has nights from noon to noon', () => {
    assert.equal(nightOf(at('12:00')), '2031-05-01');
    assert.equal(nightOf(at('11:59')), '2031-04-30');
  });

  it('does not go back', () => {
    const clock = new HandClock(at('20:00'));
    clock.wait(minutes(1));
    assert.throws(() => clock.set(at('20:00')), TurnFault);
    clock.set(at('20:02'));
    assert.equal(clock.now(), at('20:02'));
  });
});

describe('slots', () => {
  it('hold their start and not their end', () => {
    assert.ok(holds(hour(20, 21), at('20:00')));
    assert.ok(!holds(hour(20, 21), at('21:00')));
    assert.equal(lengthOf(hour(20, 22)), 7200);
    assert.throws(() => slot(at('20:00'), at('20:00')), InputFault);
  });

  it('overlap only where they share time', () => {
    assert.deepEqual(overlap(hour(20, 22), hour(21, 23)), hour(21, 22));
    assert.equal(overlap(hour(20, 21), hour(21, 22)), undefined);
  });

  it('are joined where they touch, and compared list by list', () => {
    assert.deepEqual(joined([hour(22, 23), hour(19, 21), hour(20, 22), hour(16, 18)]), [
      hour(16, 18),
      hour(19, 23),
    ]);
    assert.deepEqual(common([hour(16, 19), hour(20, 22)], [hour(18, 21)]), [
      hour(18, 19),
      hour(20, 21),
    ]);
  });
});
