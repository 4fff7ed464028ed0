import {
  DayBook,
  StageWatch,
  TakenError,
  UntimelyError,
  moment,
  spanOf,
  tell,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { AGREEMENT, CallSheet } from '../src';

const at = (text: string, minutes: number) => spanOf(moment(text), minutes);

describe('CallSheet', () => {
  let sheet: CallSheet;

  beforeEach(() => {
    sheet = new CallSheet(new DayBook(new StageWatch(moment('w1 mon 09:00'))), AGREEMENT);
  });

  it('calls players', () => {
    const call = sheet.call('Act Two', ['Tom', 'Ida Ray'], at('w1 mon 10:00', 120));
    assert.deepEqual(call, {
      id: 'call-0001',
      what: 'act-two',
      players: ['ida-ray', 'tom'],
      span: at('w1 mon 10:00', 120),
    });
    assert.deepEqual(sheet.callsOf('ida ray'), [call]);
    assert.equal(sheet.minutesOf('tom', 0), 120);
  });

  it('calls nobody twice at a time', () => {
    sheet.call('one', ['tom'], at('w1 mon 10:00', 120));
    assert.throws(() => sheet.call('two', ['tom'], at('w1 mon 11:00', 60)), TakenError);
  });

  it('gives the overnight rest', () => {
    sheet.call('one', ['tom'], at('w1 mon 20:00', 180));
    assert.deepEqual(sheet.breaches('tom', at('w1 tue 09:00', 60)), ['overnight']);
    assert.throws(() => sheet.call('two', ['tom'], at('w1 tue 09:00', 60)), UntimelyError);
    assert.equal(tell(sheet.restedAt('tom')), 'w1 tue 10:00');
  });

  it('lets players off', () => {
    const { id } = sheet.call('one', ['tom', 'una'], at('w1 mon 10:00', 120));
    sheet.release(id, 'tom');
    assert.deepEqual(sheet.callsOf('tom'), []);
    assert.deepEqual(sheet.callsOf('una')[0]?.players, ['una']);
    sheet.release(id);
    assert.deepEqual(sheet.callsOf('una'), []);
  });
});
