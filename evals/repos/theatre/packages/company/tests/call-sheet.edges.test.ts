import {
  DayBook,
  FullError,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  moment,
  spanOf,
  tell,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { RestRules } from '../src';
import { AGREEMENT, CallSheet } from '../src';

const on = (text: string, minutes: number) => spanOf(moment(text), minutes);

describe('CallSheet, edges', () => {
  let watch: StageWatch;
  let book: DayBook;
  let sheet: CallSheet;

  beforeEach(() => {
    watch = new StageWatch(moment('w1 mon 06:00'));
    book = new DayBook(watch);
    sheet = new CallSheet(book, AGREEMENT);
  });

  const withRules = (changes: Partial<RestRules>) => {
    sheet = new CallSheet(book, { ...AGREEMENT, ...changes });
  };
  const called = (text: string, minutes: number, player = 'tom') =>
    sheet.call('x', [player], on(text, minutes)).id;

  it('refuses calls without players, with one twice or without a title', () => {
    const span = on('w1 mon 10:00', 60);
    assert.throws(() => sheet.call('x', [], span), UnfitError);
    assert.throws(() => sheet.call('x', ['Tom', 'tom '], span), UnfitError);
    assert.throws(() => sheet.call(' ', ['tom'], span), UnfitError);
    assert.equal(called('w1 mon 10:00', 60), 'call-0001');
  });

  it('keeps players in the order of the programme, frozen', () => {
    const call = sheet.call('Fight', ['Guard 10', 'Guard 9', 'Abe'], on('w1 mon 10:00', 60));
    assert.deepEqual(call.players, ['abe', 'guard-9', 'guard-10']);
    assert.ok(Object.isFrozen(call) && Object.isFrozen(call.players));
    assert.ok(Object.isFrozen(sheet.callsOf('abe')));
    assert.ok(Object.isFrozen(sheet.breaches('abe', on('w1 mon 10:00', 60))));
  });

  it('refuses what is past, but not what begins now', () => {
    watch.moveTo(moment('w1 mon 10:00'));
    assert.throws(() => called('w1 mon 09:59', 60), UntimelyError);
    called('w1 mon 10:00', 60);
  });

  it('calls all players or nobody', () => {
    called('w1 mon 10:00', 60, 'una');
    assert.throws(
      () => sheet.call('x', ['abe', 'una'], on('w1 mon 10:30', 60)),
      (error) => error instanceof TakenError && error.what.includes('una'),
    );
    assert.deepEqual(sheet.callsOf('abe'), []);
    assert.equal(book.entries('call').length, 1);
    assert.equal(called('w1 mon 10:00', 60, 'abe'), 'call-0002');
  });

  it('lets calls touch', () => {
    called('w1 mon 10:00', 60);
    called('w1 mon 11:00', 60);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 11:59', 2)), ['double-call']);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 12:00', 2)), []);
  });

  it('asks for the overnight rest on both sides, to the minute', () => {
    called('w1 tue 10:00', 60);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 20:00', 180)), []);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 20:00', 181)), ['overnight']);
    assert.deepEqual(sheet.breaches('tom', on('w1 tue 23:00', 60)), []);
    called('w1 tue 21:00', 120);
    assert.deepEqual(sheet.breaches('tom', on('w1 wed 09:59', 60)), ['overnight']);
    assert.deepEqual(sheet.breaches('tom', on('w1 wed 10:00', 60)), []);
  });

  it('counts the small hours to the theatre day before', () => {
    called('w1 mon 22:00', 60);
    assert.deepEqual(sheet.breaches('tom', on('w1 tue 05:00', 60)), []);
    assert.deepEqual(sheet.breaches('tom', on('w1 tue 06:00', 60)), ['overnight']);
    called('w1 tue 01:00', 30);
    assert.equal(sheet.minutesOf('tom', 0), 90);
    assert.equal(sheet.minutesOf('tom', 1), 0);
  });

  it('tells how much of the day is left where a call is too long for it', () => {
    called('w1 mon 08:00', 240);
    called('w1 mon 13:00', 180);
    assert.throws(
      () => called('w1 mon 17:00', 61),
      (error) => error instanceof FullError && error.wanted === 61 && error.room === 60,
    );
    called('w1 mon 17:00', 60);
    assert.equal(sheet.minutesOf('tom', 0), 480);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 20:00', 1)), ['day']);
    assert.deepEqual(sheet.breaches('tom', on('w1 tue 10:00', 240)), []);
  });

  it('ends a stretch with a pause of an hour, not with less', () => {
    called('w1 mon 08:00', 180);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 11:59', 62)), ['stretch']);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 11:59', 61)), []);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 12:00', 240)), []);
    assert.throws(() => called('w1 mon 11:59', 62), UntimelyError);
  });

  it('grows a stretch over calls on both sides', () => {
    called('w1 mon 09:00', 60);
    called('w1 mon 10:30', 60);
    // A chain to one side: 09:00 until 14:00 is five hours.
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 12:00', 120)), []);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 12:00', 121)), ['stretch']);
    called('w1 mon 13:15', 60);
    // 12:00 joins both sides: 09:00 until 14:15 is more than five hours.
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 12:00', 30)), ['stretch']);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 14:15', 240)), []);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 14:15', 241)), ['stretch']);
  });

  it('leaves one theatre day of the week free', () => {
    for (const day of ['mon', 'tue', 'wed', 'thu', 'fri', 'sat']) called(`w1 ${day} 10:00`, 60);
    assert.deepEqual(sheet.breaches('tom', on('w1 sun 10:00', 60)), ['week']);
    assert.deepEqual(sheet.breaches('tom', on('w2 mon 05:00', 60)), ['week']);
    assert.deepEqual(sheet.breaches('tom', on('w2 mon 10:00', 60)), []);
    assert.deepEqual(sheet.breaches('tom', on('w1 sat 12:00', 60)), []);
    assert.throws(() => called('w1 sun 10:00', 60), UntimelyError);
  });

  it('tells all rules that are broken in their order, and goes by the rules it is given', () => {
    withRules({ day: 90, stretch: 100, days: 1 });
    called('w1 tue 10:00', 60);
    assert.deepEqual(sheet.breaches('tom', on('w1 tue 10:30', 101)), [
      'double-call',
      'day',
      'stretch',
    ]);
    assert.deepEqual(sheet.breaches('tom', on('w1 wed 06:00', 101)), ['day', 'stretch', 'week']);
    assert.deepEqual(sheet.breaches('tom', on('w1 mon 23:30', 10)), ['overnight', 'week']);
    // An overnight breach comes first: the call is untimely, however long.
    assert.throws(() => called('w1 mon 23:30', 120), UntimelyError);
    assert.deepEqual(sheet.breaches('una', on('w1 tue 10:30', 60)), []);
  });

  it('lets one player off, or all', () => {
    const { id } = sheet.call('x', ['tom', 'una', 'abe'], on('w1 mon 10:00', 60));
    assert.throws(() => sheet.release(id, 'ida'), UnknownError);
    assert.throws(() => sheet.release('call-0002'), UnknownError);
    sheet.release(id, ' UNA');
    const [rest] = sheet.callsOf('tom');
    assert.deepEqual(rest?.players, ['abe', 'tom']);
    assert.ok(Object.isFrozen(rest) && Object.isFrozen(rest.players));
    assert.throws(() => sheet.release(id, 'una'), UnknownError);
    sheet.release(id, 'abe');
    sheet.release(id, 'tom');
    assert.throws(() => sheet.release(id), UnknownError);
    assert.deepEqual(
      book.entries('release').map(({ subject }) => subject),
      ['call-0001 una', 'call-0001 abe', 'call-0001 tom'],
    );
  });

  it('lets nobody off what has begun', () => {
    const id = called('w1 mon 10:00', 60);
    watch.moveTo(moment('w1 mon 10:00'));
    assert.throws(() => sheet.release(id), UntimelyError);
    assert.equal(sheet.callsOf('tom').length, 1);
    const next = called('w1 mon 10:01', 60, 'una');
    sheet.release(next);
    assert.deepEqual(sheet.callsOf('una'), []);
  });

  it('lists calls by time and by theatre day', () => {
    const late = called('w1 tue 02:00', 60);
    const early = called('w1 mon 10:00', 60);
    const other = called('w1 tue 14:00', 60);
    const ids = (day?: number) => sheet.callsOf(' TOM', day).map(({ id }) => id);
    assert.deepEqual(ids(), [early, late, other]);
    assert.deepEqual(ids(0), [early, late]);
    assert.deepEqual(ids(1), [other]);
    assert.equal(sheet.minutesOf('Tom', 0), 120);
  });

  it('knows when a player is rested', () => {
    assert.equal(sheet.restedAt('tom'), book.now);
    called('w1 tue 10:00', 60);
    called('w1 mon 10:00', 60);
    assert.equal(tell(sheet.restedAt('tom')), 'w1 tue 22:00');
    watch.moveTo(moment('w1 wed 10:00'));
    assert.equal(sheet.restedAt('tom'), book.now);
  });

  it('notes a call with its title and begin', () => {
    const { id } = sheet.call('Act Two', ['tom'], on('w1 mon 10:00', 60));
    sheet.release(id);
    assert.deepEqual(book.lines(), [
      'w1 mon 06:00 call call-0001 act-two w1 mon 10:00',
      'w1 mon 06:00 release call-0001',
    ]);
  });
});
