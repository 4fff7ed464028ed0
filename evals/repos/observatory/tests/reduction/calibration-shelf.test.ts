import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { CalibrationFrame, ScienceFrame } from '../../src/index.ts';
import {
  CalibrationShelf,
  HandClock,
  Journal,
  TurnFault,
  codeOf,
  seconds,
  tick,
  valueOf,
} from '../../src/index.ts';

const at = (text: string) => tick(`2031-05-${text}`);

const bias = (name: string, time: string): CalibrationFrame => ({
  code: codeOf('frame', name),
  kind: 'bias',
  at: at(time),
  temperature: -20,
  exposure: seconds(0),
});
const dark = (name: string, time: string, exposure: number): CalibrationFrame => ({
  ...bias(name, time),
  kind: 'dark',
  exposure: seconds(exposure),
});
const flat = (name: string, time: string): CalibrationFrame => ({
  ...dark(name, time, 2),
  kind: 'flat',
  band: 'V',
});
const picture: ScienceFrame = {
  code: codeOf('frame', 'sky'),
  at: at('10 22:00'),
  temperature: -20,
  exposure: seconds(60),
  band: 'V',
};

describe('CalibrationShelf', () => {
  let shelf: CalibrationShelf;

  beforeEach(() => {
    const clock = new HandClock(at('11 10:00'));
    shelf = new CalibrationShelf(clock, new Journal(clock));
  });

  it('finds the nearest bias', () => {
    shelf.add(bias('b1', '09 18:00'));
    shelf.add(bias('b2', '10 18:00'));
    assert.equal(valueOf(shelf.match('bias', picture)).code, 'fr.b2');
  });

  it('finds the shortest dark that is long enough', () => {
    shelf.add(dark('d1', '10 18:00', 300));
    shelf.add(dark('d2', '01 18:00', 60));
    shelf.add(dark('d3', '10 18:00', 30));
    assert.equal(valueOf(shelf.match('dark', picture)).code, 'fr.d2');
  });

  it('takes one frame of each kind and counts their uses', () => {
    const frames = [bias('b', '10 18:00'), dark('d', '10 18:00', 60), flat('f', '10 18:00')];
    for (const frame of frames) shelf.add(frame);
    const [b, d, f] = frames;
    assert.deepEqual(valueOf(shelf.take(picture)), { bias: b, dark: d, flat: f });
    assert.equal(shelf.usesOf(codeOf('frame', 'd')), 1);
  });

  it('says what is missing', () => {
    shelf.add(bias('b', '10 18:00'));
    assert.deepEqual(shelf.gaps([picture, picture]), [
      { kind: 'dark', exposure: seconds(60), pictures: 2 },
      { kind: 'flat', band: 'V', pictures: 2 },
    ]);
  });

  it('forgets frames that are retired', () => {
    shelf.add(bias('b', '10 18:00'));
    shelf.retire(codeOf('frame', 'b'), 'light leak');
    assert.deepEqual(shelf.frames('bias'), []);
    assert.equal(shelf.match('bias', picture).granted, false);
  });

  it('has a frame once', () => {
    shelf.add(bias('b', '10 18:00'));
    assert.throws(() => shelf.add(bias('b', '10 19:00')), TurnFault);
  });
});
