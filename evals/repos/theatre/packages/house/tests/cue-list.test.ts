import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Cue, Fired } from '../src';
import { CueList } from '../src';

const told = (cues: readonly Cue[]) => cues.map(({ desk, number }) => `${desk} ${number}`);
const timed = (fired: readonly Fired[]) => fired.map(({ after, cue }) => `${cue.label} ${after}`);

describe('CueList', () => {
  let list: CueList;

  beforeEach(() => {
    list = new CueList([
      { desk: 'sound', number: '2', label: 'thunder' },
      { desk: 'lights', number: '1', label: 'dawn', follow: 4 },
      { desk: 'lights', number: '2', label: 'storm' },
    ]);
  });

  it('keeps cues in calling order', () => {
    assert.deepEqual(told(list.running()), ['lights 1', 'lights 2', 'sound 2']);
    assert.deepEqual(told(list.running('lights')), ['lights 1', 'lights 2']);
  });

  it('finds cues by desk and number', () => {
    assert.equal(list.find('sound', '2')?.label, 'thunder');
    assert.equal(list.find('sound', '1'), undefined);
  });

  it('puts a cue between two others', () => {
    assert.equal(list.addAfter('lights', '1', 'rain').number, '1.5');
    assert.deepEqual(told(list.running('lights')), ['lights 1', 'lights 1.5', 'lights 2']);
  });

  it('takes cues out', () => {
    assert.equal(list.remove('lights', '1').label, 'dawn');
    assert.deepEqual(told(list.running()), ['lights 2', 'sound 2']);
  });

  it('lets cues follow', () => {
    assert.deepEqual(timed(list.go('1')), ['dawn 0', 'storm 4', 'thunder 4']);
    assert.deepEqual(timed(list.go('2')), ['storm 0', 'thunder 0']);
  });
});
