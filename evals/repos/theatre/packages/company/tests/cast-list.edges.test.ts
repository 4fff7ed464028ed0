import {
  DayBook,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  later,
  moment,
  spanOf,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { CastList } from '../src';

describe('CastList, edges', () => {
  const now = moment('w1 mon 10:00');
  const tonight = moment('w1 mon 19:30');
  const wholeDay = spanOf(now, 1440);
  let book: DayBook;
  let list: CastList;

  beforeEach(() => {
    book = new DayBook(new StageWatch(now));
    list = new CastList(book);
  });

  const told = (at = tonight) =>
    list
      .lineUp(at)
      .playing.map(({ isCover, player, role }) => `${role}:${player}${isCover ? '*' : ''}`);
  const setUp = (...roles: readonly (readonly [string, readonly string[], string])[]) => {
    for (const [role, scenes, player] of roles) {
      list.addRole(role, scenes);
      list.cast(role, player);
    }
  };

  it('bills a role once, with folded scenes', () => {
    assert.deepEqual(list.addRole(' Lady  Bracknell', ['Act 1', 'ACT_2']), {
      role: 'lady-bracknell',
      scenes: ['act-1', 'act-2'],
    });
    assert.throws(() => list.addRole('lady bracknell', ['x']), TakenError);
    assert.throws(() => list.addRole('lane', []), UnfitError);
    assert.throws(() => list.addRole('lane', ['act 1', 'Act-1']), UnfitError);
    assert.throws(() => list.addRole('', ['act 1']), UnfitError);
    assert.deepEqual(list.uncovered(), ['lady-bracknell']);
  });

  it('returns frozen parts and line-ups', () => {
    const part = list.addRole('jack', ['one']);
    list.cast('jack', 'ida');
    const lineUp = list.lineUp(tonight);
    for (const item of [
      part,
      part.scenes,
      lineUp,
      lineUp.playing,
      lineUp.missing,
      list.uncovered(),
    ])
      assert.ok(Object.isFrozen(item));
    assert.ok(Object.isFrozen(lineUp.playing[0]) && Object.isFrozen(list.slips(tonight)));
  });

  it('does not know roles and players that nobody named', () => {
    setUp(['jack', ['one'], 'ida']);
    assert.throws(() => list.cast('algy', 'ida'), UnknownError);
    assert.throws(() => list.cover('algy', 'ida'), UnknownError);
    assert.throws(() => list.signOff('una', wholeDay), UnknownError);
    assert.throws(() => list.signOff('jack', wholeDay), UnknownError);
    list.cover('jack', 'una');
    list.signOff(' UNA ', wholeDay);
  });

  it('lets one player be principal in roles that never meet', () => {
    setUp(
      ['lane', ['flat'], 'tom'],
      ['merriman', ['garden'], 'TOM'],
      ['jack', ['flat', 'garden'], 'ida'],
    );
    assert.throws(() => list.cast('jack', 'Tom'), TakenError);
    assert.deepEqual(told(), ['lane:tom', 'merriman:tom', 'jack:ida']);
  });

  it('gives a role another principal, or the same again', () => {
    setUp(['jack', ['one'], 'ida']);
    list.cast('jack', 'ida');
    list.cast('jack', 'una');
    assert.deepEqual(told(), ['jack:una']);
    assert.throws(() => list.signOff('ida', wholeDay), UnknownError);
  });

  it('does not make a cover the principal of the same role', () => {
    setUp(['jack', ['one'], 'ida']);
    list.cover('jack', 'una');
    assert.throws(() => list.cast('jack', 'Una'), UntimelyError);
    assert.deepEqual(told(), ['jack:ida']);
  });

  it('takes covers for cast roles, each once', () => {
    list.addRole('jack', ['one']);
    assert.throws(() => list.cover('jack', 'una'), UntimelyError);
    list.cast('jack', 'ida');
    assert.throws(() => list.cover('jack', 'Ida'), TakenError);
    list.cover('jack', 'una');
    assert.throws(() => list.cover('JACK', 'UNA'), TakenError);
    list.signOff('ida', wholeDay);
    list.signOff('una', wholeDay);
    assert.deepEqual(list.lineUp(tonight), { playing: [], missing: ['jack'] });
  });

  it('asks covers in the order in which they were added', () => {
    setUp(['jack', ['one'], 'ida']);
    list.cover('jack', 'zoe');
    list.cover('jack', 'abe');
    list.signOff('ida', wholeDay);
    assert.deepEqual(told(), ['jack:zoe*']);
    list.signOff('zoe', wholeDay);
    assert.deepEqual(told(), ['jack:abe*']);
  });

  it('ends an absence at its last moment', () => {
    setUp(['jack', ['one'], 'ida']);
    list.signOff('ida', spanOf(tonight, 60));
    assert.deepEqual(told(later(tonight, -1)), ['jack:ida']);
    assert.deepEqual(told(tonight), []);
    assert.deepEqual(told(later(tonight, 59)), []);
    assert.deepEqual(told(later(tonight, 60)), ['jack:ida']);
  });

  it('refuses an absence that is over', () => {
    setUp(['jack', ['one'], 'ida']);
    assert.throws(() => list.signOff('ida', spanOf(later(now, -60), 60)), UntimelyError);
    list.signOff('ida', spanOf(later(now, -60), 61));
    assert.deepEqual(told(now), []);
    assert.deepEqual(book.lines().at(-1), 'w1 mon 10:00 off ida w1 mon 09:00 w1 mon 10:01');
  });

  it('does not ask a cover who is on stage then in a role of their own', () => {
    setUp(['lane', ['flat'], 'tom'], ['jack', ['flat'], 'ida'], ['chasuble', ['garden'], 'ned']);
    list.cover('jack', 'tom');
    list.cover('jack', 'ned');
    list.signOff('ida', wholeDay);
    assert.deepEqual(told(), ['lane:tom', 'jack:ned*', 'chasuble:ned']);
  });

  it('fills roles with principals first, then the open ones by billing', () => {
    setUp(['jack', ['one'], 'ida'], ['algy', ['one'], 'max'], ['lane', ['one'], 'una']);
    list.cover('jack', 'una');
    list.cover('jack', 'kit');
    list.cover('algy', 'kit');
    list.signOff('ida', wholeDay);
    list.signOff('max', wholeDay);
    assert.deepEqual(list.lineUp(tonight).missing, ['algy']);
    assert.deepEqual(told(), ['jack:kit*', 'lane:una']);
    list.signOff('una', wholeDay);
    assert.deepEqual(list.lineUp(tonight).missing, ['algy', 'lane']);
  });

  it('lets a cover play two open roles that do not meet', () => {
    setUp(['jack', ['one'], 'ida'], ['algy', ['two'], 'max']);
    list.cover('jack', 'kit');
    list.cover('algy', 'kit');
    list.signOff('ida', wholeDay);
    list.signOff('max', wholeDay);
    assert.deepEqual(told(), ['jack:kit*', 'algy:kit*']);
  });

  it('prints slips for covers alone, and none while somebody is missing', () => {
    setUp(['Lady Bracknell', ['one'], 'Ida Ray'], ['Lane', ['two'], 'Tom']);
    list.cover('lady bracknell', 'mary-ann o');
    list.signOff('ida ray', wholeDay);
    assert.deepEqual(list.slips(tonight), ['The part of Lady Bracknell is played by Mary Ann O']);
    list.signOff('tom', wholeDay);
    assert.throws(() => list.slips(tonight), UntimelyError);
  });

  it('counts a cover who meets the role as principal of another as none', () => {
    setUp(
      ['lane', ['flat'], 'tom'],
      ['jack', ['flat'], 'ida'],
      ['chasuble', ['garden'], 'ned'],
      ['cook', ['flat'], 'una'],
    );
    list.cover('jack', 'tom');
    list.cover('lane', 'ned');
    assert.deepEqual(list.uncovered(), ['jack', 'chasuble', 'cook']);
    list.cover('jack', 'ned');
    assert.deepEqual(list.uncovered(), ['chasuble', 'cook']);
  });

  it('notes what it was told, once each', () => {
    setUp(['Jack', ['one'], 'Ida Ray']);
    list.cover('Jack', 'Una');
    assert.throws(() => list.cover('Jack', 'Una'), TakenError);
    list.lineUp(tonight);
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      ['bill jack', 'cast jack ida-ray', 'cover jack una'],
    );
  });
});
