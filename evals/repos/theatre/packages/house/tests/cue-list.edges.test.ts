import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Cue, Desk, Fired } from '../src';
import { CueList, CueRefused } from '../src';

const cue = (desk: Desk, number: string, label = 'x', follow?: number): Cue => ({
  desk,
  number,
  label,
  ...(follow === undefined ? {} : { follow }),
});
const numbers = (list: CueList, desk?: Desk) => list.running(desk).map(({ number }) => number);
const timed = (fired: readonly Fired[]) =>
  fired.map(({ after, cue: { desk, number } }) => `${desk} ${number} ${after}`);
const refused = (reason: CueRefused['reason'], request: () => unknown) =>
  assert.throws(request, (error) => error instanceof CueRefused && error.reason === reason);

describe('CueList, edges', () => {
  it('keeps a cue frozen, trimmed and without trailing zeros, and returns it', () => {
    const list = new CueList();
    const given = { ...cue('lights', '12.50', '  dusk '), note: 'extra' };
    const kept = list.add(given);
    assert.deepEqual(kept, { desk: 'lights', number: '12.5', label: 'dusk' });
    assert.ok(Object.isFrozen(kept));
    assert.equal(list.find('lights', '12.500'), kept);
    assert.deepEqual(list.add(cue('sound', '3', 'rain', 0)).follow, 0);
  });

  it('orders by the value of numbers, not by their text', () => {
    const list = new CueList(['10', '9.05', '9.5', '100', '0'].map((n) => cue('lights', n)));
    assert.deepEqual(numbers(list), ['0', '9.05', '9.5', '10', '100']);
  });

  it('speaks to lights, sound and flies in that order', () => {
    const list = new CueList([cue('flies', '1'), cue('sound', '1'), cue('lights', '1')]);
    assert.deepEqual(
      list.running().map(({ desk }) => desk),
      ['lights', 'sound', 'flies'],
    );
  });

  it('refuses malformed cues', () => {
    const list = new CueList();
    for (const number of ['', '01', '1.', '.5', '1.2345', '-1', '10000', '1e2'])
      refused('malformed', () => list.add(cue('lights', number)));
    refused('malformed', () => list.add(cue('lights', '1', '  ')));
    for (const follow of [-1, NaN, Infinity])
      refused('malformed', () => list.add(cue('lights', '1', 'x', follow)));
    refused('malformed', () => list.find('lights', 'x'));
    assert.deepEqual(list.running(), []);
  });

  it('takes a number once for each desk', () => {
    const list = new CueList([cue('lights', '1.5')]);
    refused('doubled', () => list.add(cue('lights', '1.50')));
    list.add(cue('sound', '1.5'));
    refused('doubled', () => new CueList([cue('flies', '1'), cue('flies', '1')]));
    assert.deepEqual(numbers(list), ['1.5', '1.5']);
  });

  it('goes halfway to the next number of the desk, rounded down to a thousandth', () => {
    const list = new CueList([cue('lights', '1'), cue('sound', '1.2'), cue('lights', '1.005')]);
    assert.equal(list.addAfter('lights', '1', 'a').number, '1.002');
    assert.equal(list.addAfter('lights', '1.002', 'b').number, '1.003');
    assert.equal(list.addAfter('lights', '1', 'c').number, '1.001');
    refused('crowded', () => list.addAfter('lights', '1', 'd'));
    assert.deepEqual(numbers(list, 'lights'), ['1', '1.001', '1.002', '1.003', '1.005']);
  });

  it('gives the next whole number after the last cue of the desk', () => {
    const list = new CueList([cue('lights', '7.25'), cue('sound', '9')]);
    assert.equal(list.addAfter('lights', '7.25', 'a').number, '8');
    assert.equal(list.addAfter('lights', '8', 'b').number, '9');
    refused('missing', () => list.addAfter('lights', '1', 'c'));
    refused('missing', () => list.addAfter('flies', '9', 'c'));
  });

  it('takes out what is there alone', () => {
    const list = new CueList([cue('lights', '1'), cue('sound', '1'), cue('lights', '2')]);
    refused('missing', () => list.remove('flies', '1'));
    list.remove('lights', '1.000');
    assert.deepEqual(
      list.running().map(({ desk, number }) => desk + number),
      ['sound1', 'lights2'],
    );
    refused('missing', () => list.remove('lights', '1'));
  });

  it('locks cues up to a number, itself included', () => {
    const list = new CueList([cue('lights', '1'), cue('lights', '5'), cue('lights', '6')]);
    list.lock('5');
    refused('locked', () => list.remove('lights', '5'));
    refused('locked', () => list.add(cue('sound', '5')));
    refused('locked', () => list.add(cue('sound', '0')));
    refused('locked', () => list.addAfter('lights', '1', 'x'));
    assert.equal(list.addAfter('lights', '5', 'x').number, '5.5');
    list.remove('lights', '6');
    assert.deepEqual(numbers(list), ['1', '5', '5.5']);
  });

  it('never unlocks', () => {
    const list = new CueList([cue('lights', '5')]);
    list.lock('5');
    list.lock('2');
    refused('locked', () => list.remove('lights', '5'));
    refused('malformed', () => list.lock('five'));
    list.lock('5.001');
    refused('locked', () => list.add(cue('lights', '5.001')));
  });

  it('locks zero too, but nothing before it was told', () => {
    const list = new CueList([cue('lights', '0')]);
    list.remove('lights', '0');
    list.lock('0');
    refused('locked', () => list.add(cue('lights', '0')));
    list.add(cue('lights', '0.001'));
  });

  it('follows after the shortest follow of the cues that go together', () => {
    const list = new CueList([
      cue('lights', '1', 'a', 9),
      cue('sound', '1', 'b', 2.5),
      cue('flies', '1', 'c'),
      cue('sound', '1.5', 'd', 0),
      cue('lights', '2', 'e', 3),
    ]);
    assert.deepEqual(timed(list.go('1')), [
      'lights 1 0',
      'sound 1 0',
      'flies 1 0',
      'sound 1.5 2.5',
      'lights 2 2.5',
    ]);
    assert.deepEqual(timed(list.go('1.50')), ['sound 1.5 0', 'lights 2 0']);
  });

  it('stops where nothing follows', () => {
    const list = new CueList([cue('lights', '1', 'a', 1), cue('lights', '2'), cue('lights', '3')]);
    assert.deepEqual(timed(list.go('1')), ['lights 1 0', 'lights 2 1']);
    assert.deepEqual(timed(list.go('3')), ['lights 3 0']);
    refused('missing', () => list.go('4'));
    refused('malformed', () => list.go('x'));
  });

  it('returns copies of its list', () => {
    const list = new CueList([cue('lights', '1')]);
    list.running().pop();
    assert.deepEqual(numbers(list), ['1']);
  });
});
