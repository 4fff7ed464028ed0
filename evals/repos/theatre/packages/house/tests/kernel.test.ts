import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  DayBook,
  FullError,
  Numbering,
  Refusal,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  by,
  byName,
  clash,
  dayOf,
  down,
  first,
  fit,
  gapBetween,
  giving,
  holds,
  inPounds,
  known,
  later,
  lengthOf,
  less,
  lessOrNothing,
  listOf,
  moment,
  nameOf,
  namesOf,
  pence,
  permille,
  roomFor,
  sorted,
  span,
  spanOf,
  taking,
  tell,
  theatreDay,
  theatreWeek,
  timely,
  times,
  total,
  vacant,
  wholeFrom,
} from '../src';

describe('guards', () => {
  it('throw the refusal of their kind', () => {
    assert.throws(() => fit(false, 'no'), UnfitError);
    assert.throws(() => wholeFrom(1, 0, 'It'), UnfitError);
    assert.throws(() => wholeFrom(1, 1.5, 'It'), UnfitError);
    assert.throws(() => known(undefined, 'role', 'jack'), { code: 'unknown', key: 'jack' });
    assert.throws(() => vacant(false, 'Seat A1'), { name: 'TakenError', what: 'Seat A1' });
    assert.throws(() => roomFor('Bar 1', 3, -2), { code: 'full', wanted: 3, room: 0 });
    assert.throws(() => timely(false, 'late'), UntimelyError);
    assert.ok(new TakenError('it') instanceof Refusal);
    assert.ok(new FullError('it', 1, 0) instanceof Refusal);
    assert.ok(new UnknownError('a', 'b') instanceof Refusal);
  });

  it('let pass what is right', () => {
    fit(true, 'no');
    wholeFrom(1, 1, 'It');
    vacant(true, 'It');
    roomFor('It', 2, 2);
    timely(true, 'no');
    assert.equal(known(0, 'number', '0'), 0);
  });
});

describe('names', () => {
  it('are folded', () => {
    assert.equal(nameOf('  Lady  Bracknell '), 'lady-bracknell');
    assert.equal(nameOf('Doppelgänger_2'), 'doppelgänger-2');
    for (const text of ['', ' ', '-', 'a--', '!', "o'neill"])
      assert.throws(() => nameOf(text), UnfitError);
    assert.throws(() => namesOf(['Jack', 'jack ']), UnfitError);
    assert.deepEqual(namesOf(['Jack', 'Algy']), ['jack', 'algy']);
  });

  it('are numbered with four digits', () => {
    const numbers = new Numbering('hold');
    assert.equal(numbers.next(), 'hold-0001');
    assert.equal(numbers.next(), 'hold-0002');
  });
});

describe('orders', () => {
  it('put digits by value', () => {
    assert.deepEqual(sorted(['A10', 'A2', 'B1', 'A'], byName), ['A', 'A2', 'A10', 'B1']);
    assert.deepEqual(sorted(['box-2', 'box-10', 'box'], down(byName)), ['box-10', 'box-2', 'box']);
  });

  it('take the next order for ties and freeze what they return', () => {
    const items = [
      { a: 1, b: 'x' },
      { a: 0, b: 'z' },
      { a: 1, b: 'c' },
    ];
    const order = first<(typeof items)[number]>(
      by(({ a }) => a),
      by(({ b }) => b),
    );
    assert.deepEqual(
      sorted(items, order).map(({ b }) => b),
      ['z', 'c', 'x'],
    );
    assert.ok(Object.isFrozen(sorted(items, order)));
    assert.ok(Object.isFrozen(listOf(items)));
    assert.equal(items[0]?.b, 'x');
  });
});

describe('time', () => {
  it('is read and told', () => {
    assert.equal(moment('w1 mon 00:00'), 0);
    assert.equal(moment('w2 tue 01:30'), 8 * 1440 + 90);
    assert.equal(tell(moment('w3 sun 19:30')), 'w3 sun 19:30');
    assert.equal(tell(later(moment('w1 sun 23:59'), 1)), 'w2 mon 00:00');
    for (const text of ['w0 mon 10:00', 'w1 foo 10:00', 'w1 mon 24:00', 'w1 mon 9:00'])
      assert.throws(() => moment(text), UnfitError);
  });

  it('has half-open spans', () => {
    const a = spanOf(moment('w1 mon 10:00'), 60);
    const b = spanOf(a.until, 30);
    assert.ok(holds(a, a.from));
    assert.ok(!holds(a, a.until));
    assert.ok(!clash(a, b));
    assert.ok(clash(a, spanOf(later(a.until, -1), 1)));
    assert.equal(gapBetween(a, b), 0);
    assert.equal(gapBetween(spanOf(later(b.until, 5), 1), a), 35);
    assert.equal(lengthOf(a), 60);
    assert.throws(() => span(a.from, a.from), UnfitError);
  });

  it('has days that begin at six', () => {
    assert.equal(theatreDay(moment('w1 mon 06:00')), 0);
    assert.equal(theatreDay(moment('w1 tue 05:59')), 0);
    assert.equal(theatreWeek(moment('w2 mon 05:59')), 1);
    assert.equal(theatreWeek(moment('w2 mon 06:00')), 2);
    assert.equal(tell(dayOf(1).from), 'w1 tue 06:00');
    assert.equal(lengthOf(dayOf(1)), 1440);
  });

  it('does not go back', () => {
    const watch = new StageWatch(moment('w1 mon 10:00'));
    watch.moveTo(moment('w1 mon 10:00'));
    assert.throws(() => watch.moveTo(moment('w1 mon 09:59')), UnfitError);
    assert.equal(watch.now(), moment('w1 mon 10:00'));
  });
});

describe('money', () => {
  it('is rounded for the house', () => {
    assert.equal(taking(pence(1001), permille(125)), 126);
    assert.equal(giving(pence(1001), permille(125)), 125);
    assert.equal(taking(pence(1000), permille(125)), 125);
  });

  it('is whole and never negative', () => {
    assert.throws(() => pence(-1), UnfitError);
    assert.throws(() => pence(0.5), UnfitError);
    assert.throws(() => permille(1001), UnfitError);
    assert.throws(() => less(pence(1), pence(2)), FullError);
    assert.equal(less(pence(2), pence(2)), 0);
    assert.equal(lessOrNothing(pence(1), pence(2)), 0);
    assert.equal(total([pence(1), times(pence(2), 3)]), 7);
    assert.equal(inPounds(pence(120450)), '£1204.50');
  });
});

describe('DayBook', () => {
  it('keeps what happened', () => {
    const watch = new StageWatch(moment('w1 mon 10:00'));
    const book = new DayBook(watch);
    book.note('hang', 'chandelier', 4);
    watch.moveTo(moment('w1 mon 11:00'));
    const entry = book.note('strike', 'chandelier');
    assert.deepEqual(book.lines(), [
      'w1 mon 10:00 hang chandelier 4',
      'w1 mon 11:00 strike chandelier',
    ]);
    assert.deepEqual(book.entries('strike'), [entry]);
    assert.equal(book.entries().length, 2);
    assert.ok(Object.isFrozen(entry));
  });
});
