import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { DayBook, StageDiary, StageWatch, TakenError, moment, spanOf, tell } from '../src';

const at = (text: string, minutes: number) => spanOf(moment(text), minutes);

describe('StageDiary', () => {
  let book: DayBook;
  let diary: StageDiary;

  beforeEach(() => {
    book = new DayBook(new StageWatch(moment('w1 mon 08:00')));
    diary = new StageDiary(book);
    diary.enter('Hay Fever', { setUp: 60, strike: 30 });
    diary.enter('Ghosts', { setUp: 45, strike: 90 });
  });

  it('gives the stage to a production', () => {
    const booking = diary.reserve('Hay Fever', at('w1 mon 10:00', 120));
    assert.equal(booking.id, 'stage-0001');
    assert.equal(booking.production, 'hay-fever');
    assert.deepEqual(diary.bookings(), [booking]);
    assert.throws(() => diary.reserve('Ghosts', at('w1 mon 11:00', 60)), TakenError);
  });

  it('leaves time to change the sets', () => {
    diary.reserve('Hay Fever', at('w1 mon 10:00', 120));
    assert.throws(() => diary.reserve('Ghosts', at('w1 mon 12:30', 60)), TakenError);
    diary.reserve('Ghosts', at('w1 mon 12:45', 60));
  });

  it('moves and cancels bookings', () => {
    const { id } = diary.reserve('Ghosts', at('w1 mon 10:00', 120));
    assert.equal(tell(diary.move(id, moment('w1 mon 11:00')).span.until), 'w1 mon 13:00');
    assert.equal(diary.cancel(id).production, 'ghosts');
    assert.deepEqual(diary.bookings(), []);
  });

  it('finds the next time for a production', () => {
    diary.reserve('Hay Fever', at('w1 mon 09:00', 120));
    assert.equal(tell(diary.earliest('Ghosts', 60)), 'w1 mon 11:45');
    assert.equal(tell(diary.earliest('Hay Fever', 60)), 'w1 mon 08:00');
  });

  it('sums up the use of the stage', () => {
    diary.reserve('Hay Fever', at('w1 mon 10:00', 60));
    diary.reserve('Ghosts', at('w1 tue 10:00', 90));
    assert.deepEqual(diary.usage(1), [
      { production: 'ghosts', minutes: 90 },
      { production: 'hay-fever', minutes: 60 },
    ]);
  });
});
