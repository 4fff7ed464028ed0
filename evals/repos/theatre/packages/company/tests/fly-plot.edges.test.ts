import {
  DayBook,
  FullError,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  moment,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Grid } from '../src';
import { FlyPlot } from '../src';

const GRID: Grid = { bars: 12, barLimit: 300, gridLimit: 700, motors: [12, 3], perHand: 50 };

describe('FlyPlot, edges', () => {
  let book: DayBook;
  let plot: FlyPlot;

  beforeEach(() => {
    book = new DayBook(new StageWatch(moment('w1 mon 10:00')));
    plot = new FlyPlot(book, GRID);
  });

  it('knows the bars of the grid alone', () => {
    for (const bar of [0, 13, 1.5, -1]) {
      assert.throws(() => plot.hang('moon', bar, 1), UnknownError);
      assert.throws(() => plot.loadOf(bar), UnknownError);
      assert.throws(() => plot.piecesOn(bar), UnknownError);
    }
    plot.hang('moon', 1, 1);
    plot.hang('sun', 12, 1);
    assert.deepEqual([plot.loadOf(1), plot.loadOf(2), plot.loadOf(12)], [1, 0, 1]);
  });

  it('refuses pieces of no weight and pieces that hang already', () => {
    for (const kilos of [0, -1, 1.5]) assert.throws(() => plot.hang('moon', 1, kilos), UnfitError);
    plot.hang('Moon', 1, 10);
    assert.throws(() => plot.hang(' moon', 2, 10), TakenError);
    assert.throws(() => plot.hang('', 2, 10), UnfitError);
    assert.equal(plot.loadOf(), 10);
  });

  it('fills a bar to its limit, and tells the room on it', () => {
    plot.hang('a', 1, 250);
    assert.throws(
      () => plot.hang('b', 1, 51),
      (error) => error instanceof FullError && error.wanted === 51 && error.room === 50,
    );
    plot.hang('b', 1, 50);
    assert.equal(plot.loadOf(1), 300);
  });

  it('fills the grid to its limit, and tells the room on it', () => {
    plot.hang('a', 1, 300);
    plot.hang('b', 2, 300);
    assert.throws(
      () => plot.hang('c', 4, 101),
      (error) => error instanceof FullError && error.wanted === 101 && error.room === 100,
    );
    assert.throws(() => plot.strike('c'), UnknownError);
    plot.hang('c', 4, 100);
    assert.equal(plot.loadOf(), 700);
  });

  it('lists the pieces of a bar in the order of the programme, frozen', () => {
    for (const piece of ['Border 10', 'Border 9', 'Arch']) plot.hang(piece, 2, 5);
    plot.hang('moon', 4, 5);
    assert.deepEqual(plot.piecesOn(2), ['arch', 'border-9', 'border-10']);
    assert.deepEqual(plot.piecesOn(5), []);
    assert.ok(Object.isFrozen(plot.piecesOn(2)));
  });

  it('neither hangs on nor strikes from a bar that is plotted', () => {
    plot.hang('moon', 2, 20);
    plot.hang('sun', 4, 20);
    plot.plot('day', ['sun']);
    plot.plot('dark', []);
    assert.throws(() => plot.hang('star', 4, 1), UntimelyError);
    assert.throws(() => plot.strike('Sun'), UntimelyError);
    plot.hang('star', 2, 1);
    plot.strike('MOON');
    assert.throws(() => plot.strike('moon'), UnknownError);
    assert.equal(plot.loadOf(), 21);
    plot.plot('day', []);
    plot.strike('sun');
    assert.equal(plot.loadOf(4), 0);
  });

  it('plots whole bars of known pieces, each named once', () => {
    plot.hang('wall', 4, 20);
    plot.hang('ivy', 4, 20);
    assert.throws(() => plot.plot('garden', ['wall']), UnfitError);
    assert.throws(() => plot.plot('garden', ['wall', 'ivy', 'Ivy']), UnfitError);
    assert.throws(() => plot.plot('garden', ['wall', 'ivy', 'moon']), UnknownError);
    assert.throws(() => plot.change('garden', 'garden'), UnknownError);
    plot.plot('garden', ['ivy', 'WALL']);
    assert.deepEqual(plot.change('Garden', ' garden '), {
      from: 'garden',
      to: 'garden',
      out: [],
      in: [],
      hands: 0,
    });
  });

  it('keeps the place of a scene that is plotted anew', () => {
    plot.hang('moon', 2, 20);
    plot.plot('one', []);
    plot.plot('two', ['moon']);
    plot.plot('three', []);
    plot.plot('One', ['moon']);
    assert.deepEqual(
      plot.changes().map(({ from, out, to }) => `${from} ${to} ${out.join()}`),
      ['one two ', 'two three 2'],
    );
  });

  it('keeps a plot where the new one is refused', () => {
    plot.hang('moon', 2, 20);
    plot.plot('one', ['moon']);
    plot.plot('two', []);
    assert.throws(() => plot.plot('one', ['sun']), UnknownError);
    assert.deepEqual(plot.change('one', 'two').out, [2]);
  });

  it('leaves what stays, and orders bars from the front', () => {
    for (const bar of [11, 2, 9, 10, 1]) plot.hang(`drop ${bar}`, bar, 10);
    plot.plot('one', ['drop 11', 'drop 2', 'drop 9']);
    plot.plot('two', ['drop 10', 'drop 9', 'drop 1']);
    const { in: come, out } = plot.change('one', 'two');
    assert.deepEqual(out, [2, 11]);
    assert.deepEqual(come, [1, 10]);
    assert.deepEqual(plot.change('two', 'one').out, [1, 10]);
  });

  it('counts hands by bar, a begun share as one more', () => {
    plot.hang('a', 1, 50);
    plot.hang('b', 2, 51);
    plot.hang('c', 4, 30);
    plot.hang('d', 4, 30);
    plot.plot('none', []);
    plot.plot('a', ['a']);
    plot.plot('b', ['b']);
    plot.plot('all', ['a', 'b', 'c', 'd']);
    assert.equal(plot.change('none', 'a').hands, 1);
    assert.equal(plot.change('none', 'b').hands, 2);
    assert.equal(plot.change('none', 'all').hands, 5);
  });

  it('needs the hands of the heavier move, up or down', () => {
    plot.hang('light', 1, 10);
    plot.hang('heavy', 2, 200);
    plot.plot('one', ['light']);
    plot.plot('two', ['heavy']);
    assert.equal(plot.change('one', 'two').hands, 4);
    assert.equal(plot.change('two', 'one').hands, 4);
  });

  it('needs no hands for bars with a motor', () => {
    plot.hang('heavy', 3, 200);
    plot.hang('light', 4, 10);
    plot.plot('one', ['heavy']);
    plot.plot('two', ['light']);
    plot.plot('three', ['light', 'heavy']);
    assert.deepEqual(plot.change('one', 'two'), {
      from: 'one',
      to: 'two',
      out: [3],
      in: [4],
      hands: 1,
    });
    assert.equal(plot.change('two', 'three').hands, 0);
  });

  it('finds the hardest change, of equals the first', () => {
    assert.equal(plot.hardest(), undefined);
    plot.hang('a', 1, 100);
    plot.hang('b', 2, 100);
    plot.plot('zero', []);
    assert.equal(plot.hardest(), undefined);
    assert.deepEqual(plot.changes(), []);
    plot.plot('one', []);
    plot.plot('two', ['a']);
    plot.plot('three', ['b']);
    plot.plot('four', ['a', 'b']);
    assert.deepEqual([plot.hardest()?.from, plot.hardest()?.to], ['one', 'two']);
    plot.plot('five', []);
    assert.equal(plot.hardest()?.to, 'five');
  });

  it('returns frozen changes', () => {
    plot.hang('a', 1, 100);
    plot.plot('one', []);
    plot.plot('two', ['a']);
    const change = plot.change('one', 'two');
    for (const item of [change, change.in, change.out, plot.changes()])
      assert.ok(Object.isFrozen(item));
  });

  it('notes what changes: a scene with the bars that are down', () => {
    plot.hang('Full Moon', 10, 20);
    plot.hang('Wall', 9, 20);
    assert.throws(() => plot.hang('Wall', 9, 20), TakenError);
    plot.plot('Act 1', ['Full Moon', 'Wall']);
    plot.plot('Act 1', []);
    plot.strike('Wall');
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      ['hang full-moon 10', 'hang wall 9', 'plot act-1 9 10', 'plot act-1', 'strike wall'],
    );
  });
});
