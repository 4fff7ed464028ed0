import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import {
  DayBook,
  StageDiary,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  moment,
  spanOf,
  tell,
  theatreDay,
} from '../src';

const on = (text: string, minutes: number) => spanOf(moment(text), minutes);

describe('StageDiary, edges', () => {
  let watch: StageWatch;
  let book: DayBook;
  let diary: StageDiary;

  beforeEach(() => {
    watch = new StageWatch(moment('w1 mon 08:00'));
    book = new DayBook(watch);
    diary = new StageDiary(book);
    diary.enter('Hay Fever', { setUp: 60, strike: 30 });
    diary.enter('Ghosts', { setUp: 45, strike: 90 });
  });

  const ids = (day?: number) => diary.bookings(day).map(({ id }) => id);

  it('knows a production once, under its folded name', () => {
    assert.throws(() => diary.enter(' hay_fever', { setUp: 0, strike: 0 }), TakenError);
    assert.throws(() => diary.enter('a', { setUp: -1, strike: 0 }), UnfitError);
    assert.throws(() => diary.enter('a', { setUp: 0, strike: 0.5 }), UnfitError);
    assert.throws(() => diary.reserve('a', on('w1 mon 10:00', 60)), UnknownError);
    assert.equal(diary.enter('A  B', { setUp: 0, strike: 0 }), 'a-b');
  });

  it('notes every change, and nothing that was refused', () => {
    const { id } = diary.reserve('HAY FEVER', on('w1 mon 10:00', 60));
    assert.throws(() => diary.reserve('Ghosts', on('w1 mon 10:00', 60)), TakenError);
    diary.move(id, moment('w1 mon 12:00'));
    diary.cancel(id);
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      [
        'enter hay-fever',
        'enter ghosts',
        'reserve stage-0001 hay-fever w1 mon 10:00',
        'move stage-0001 w1 mon 12:00',
        'cancel stage-0001',
      ],
    );
  });

  it('does not spend a number on what it refuses', () => {
    assert.throws(() => diary.reserve('Ghosts', on('w1 mon 07:00', 60)), UntimelyError);
    const booking = diary.reserve('Ghosts', on('w1 mon 08:00', 60));
    assert.deepEqual(booking, {
      id: 'stage-0001',
      production: 'ghosts',
      span: on('w1 mon 08:00', 60),
    });
    assert.ok(Object.isFrozen(booking));
  });

  it('gives the stage by quarter hours, from both ends', () => {
    assert.throws(() => diary.reserve('Ghosts', on('w1 mon 10:05', 55)), UnfitError);
    assert.throws(() => diary.reserve('Ghosts', on('w1 mon 10:00', 50)), UnfitError);
    diary.reserve('Ghosts', on('w1 mon 10:15', 15));
  });

  it('lets a production follow itself at once', () => {
    diary.reserve('Ghosts', on('w1 mon 10:00', 60));
    diary.reserve('Ghosts', on('w1 mon 11:00', 60));
    assert.throws(() => diary.reserve('Ghosts', on('w1 mon 11:45', 60)), TakenError);
    assert.deepEqual(ids(), ['stage-0001', 'stage-0002']);
  });

  it('changes sets within the longer of strike and set-up, whichever booking came first', () => {
    diary.reserve('Ghosts', on('w1 mon 14:00', 60));
    // Before: strike 30 of Hay Fever, set-up 45 of Ghosts. After: strike 90, set-up 60.
    assert.throws(() => diary.reserve('Hay Fever', on('w1 mon 12:00', 90)), TakenError);
    diary.reserve('Hay Fever', on('w1 mon 12:00', 75));
    assert.throws(() => diary.reserve('Hay Fever', on('w1 mon 16:15', 60)), TakenError);
    diary.reserve('Hay Fever', on('w1 mon 16:30', 60));
    assert.deepEqual(ids(), ['stage-0002', 'stage-0001', 'stage-0003']);
  });

  it('refuses what is past, but not what begins now', () => {
    watch.moveTo(moment('w1 mon 10:00'));
    assert.throws(() => diary.reserve('Ghosts', on('w1 mon 09:45', 60)), UntimelyError);
    diary.reserve('Ghosts', on('w1 mon 10:00', 60));
  });

  it('moves a booking over its own old time', () => {
    const { id } = diary.reserve('Ghosts', on('w1 mon 10:00', 120));
    const moved = diary.move(id, moment('w1 mon 10:30'));
    assert.deepEqual(moved, { id, production: 'ghosts', span: on('w1 mon 10:30', 120) });
    assert.deepEqual(diary.bookings(), [moved]);
    assert.ok(Object.isFrozen(moved));
  });

  it('leaves a booking where it is if it cannot go', () => {
    const { id } = diary.reserve('Ghosts', on('w1 mon 10:00', 60));
    diary.reserve('Hay Fever', on('w1 mon 14:00', 60));
    assert.throws(() => diary.move(id, moment('w1 mon 14:30')), TakenError);
    assert.throws(() => diary.move(id, moment('w1 mon 10:10')), UnfitError);
    assert.throws(() => diary.move(id, moment('w1 mon 07:45')), UntimelyError);
    assert.throws(() => diary.move('stage-0009', moment('w1 mon 18:00')), UnknownError);
    assert.equal(tell(diary.bookings()[0]?.span.from ?? moment('w9 mon 00:00')), 'w1 mon 10:00');
  });

  it('neither moves nor cancels what has begun', () => {
    const { id } = diary.reserve('Ghosts', on('w1 mon 10:00', 60));
    watch.moveTo(moment('w1 mon 09:59'));
    diary.move(id, moment('w1 mon 10:15'));
    watch.moveTo(moment('w1 mon 10:15'));
    assert.throws(() => diary.move(id, moment('w1 mon 12:00')), UntimelyError);
    assert.throws(() => diary.cancel(id), UntimelyError);
    assert.deepEqual(ids(), [id]);
    assert.throws(() => diary.cancel('stage-0002'), UnknownError);
  });

  it('frees the stage by cancelling', () => {
    const { id } = diary.reserve('Ghosts', on('w1 mon 10:00', 60));
    diary.cancel(id);
    diary.reserve('Hay Fever', on('w1 mon 10:00', 60));
    assert.throws(() => diary.cancel(id), UnknownError);
  });

  it('lists the bookings of a theatre day, which lasts till six', () => {
    diary.reserve('Ghosts', on('w1 wed 06:00', 60));
    diary.reserve('Ghosts', on('w1 wed 01:00', 60));
    diary.reserve('Ghosts', on('w1 tue 06:00', 60));
    assert.deepEqual(ids(theatreDay(moment('w1 tue 12:00'))), ['stage-0003', 'stage-0002']);
    assert.deepEqual(ids(2), ['stage-0001']);
    assert.deepEqual(ids(5), []);
    assert.ok(Object.isFrozen(diary.bookings()));
  });

  it('looks for a time from the next quarter hour', () => {
    watch.moveTo(moment('w1 mon 10:01'));
    assert.equal(tell(diary.earliest('Ghosts', 60)), 'w1 mon 10:15');
    assert.equal(tell(diary.earliest('Ghosts', 60, moment('w1 mon 09:00'))), 'w1 mon 10:15');
    assert.equal(tell(diary.earliest('Ghosts', 60, moment('w1 mon 11:00'))), 'w1 mon 11:00');
    assert.equal(tell(diary.earliest('Ghosts', 60, moment('w1 mon 11:16'))), 'w1 mon 11:30');
  });

  it('finds a gap only where both changes fit', () => {
    diary.reserve('Hay Fever', on('w1 mon 08:00', 60));
    diary.reserve('Hay Fever', on('w1 mon 12:00', 60));
    // Ghosts: from 9:45 (its set-up) until 10:30 (its strike, 90 minutes).
    assert.equal(tell(diary.earliest('Ghosts', 45)), 'w1 mon 09:45');
    assert.equal(tell(diary.earliest('Ghosts', 46)), 'w1 mon 13:45');
    assert.equal(tell(diary.earliest('Hay Fever', 180)), 'w1 mon 09:00');
    assert.equal(tell(diary.earliest('Ghosts', 1)), 'w1 mon 09:45');
    for (const minutes of [0, 0.5])
      assert.throws(() => diary.earliest('Ghosts', minutes), UnfitError);
    assert.throws(() => diary.earliest('Godot', 60), UnknownError);
  });

  it('rounds the end of an odd change up to a quarter hour', () => {
    diary.enter('Godot', { setUp: 50, strike: 0 });
    diary.reserve('Hay Fever', on('w1 mon 08:00', 60));
    assert.equal(tell(diary.earliest('Godot', 60)), 'w1 mon 10:00');
  });

  it('counts use by the theatre week in which a booking begins, equals by name', () => {
    diary.enter('Act 10', { setUp: 0, strike: 0 });
    diary.enter('Act 9', { setUp: 0, strike: 0 });
    diary.reserve('Act 10', on('w1 mon 10:00', 60));
    diary.reserve('Act 9', on('w1 tue 10:00', 30));
    diary.reserve('Act 9', on('w1 wed 10:00', 30));
    diary.reserve('Ghosts', on('w2 mon 05:00', 120));
    diary.reserve('Hay Fever', on('w2 mon 12:00', 15));
    assert.deepEqual(diary.usage(1), [
      { production: 'ghosts', minutes: 120 },
      { production: 'act-9', minutes: 60 },
      { production: 'act-10', minutes: 60 },
    ]);
    assert.deepEqual(diary.usage(2), [{ production: 'hay-fever', minutes: 15 }]);
    assert.deepEqual(diary.usage(3), []);
    assert.ok(Object.isFrozen(diary.usage(1)) && Object.isFrozen(diary.usage(1)[0]));
  });
});
