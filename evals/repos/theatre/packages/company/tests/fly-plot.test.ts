import { DayBook, FullError, StageWatch, UnfitError, moment } from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { Grid } from '../src';
import { FlyPlot } from '../src';

const GRID: Grid = { bars: 6, barLimit: 300, gridLimit: 800, motors: [6], perHand: 50 };

describe('FlyPlot', () => {
  let plot: FlyPlot;

  beforeEach(() => {
    plot = new FlyPlot(new DayBook(new StageWatch(moment('w1 mon 10:00'))), GRID);
    plot.hang('Moon', 2, 20);
    plot.hang('Garden Wall', 4, 140);
    plot.hang('Ivy', 4, 10);
  });

  it('knows what hangs where', () => {
    assert.equal(plot.loadOf(4), 150);
    assert.equal(plot.loadOf(), 170);
    assert.deepEqual(plot.piecesOn(4), ['garden-wall', 'ivy']);
    assert.throws(() => plot.hang('Bell', 4, 151), FullError);
  });

  it('moves the pieces of a bar together', () => {
    assert.throws(() => plot.plot('garden', ['Ivy']), UnfitError);
    plot.plot('garden', ['Ivy', 'Garden Wall']);
  });

  it('says what moves between two scenes', () => {
    plot.plot('night', ['moon']);
    plot.plot('garden', ['ivy', 'garden wall']);
    assert.deepEqual(plot.change('night', 'garden'), {
      from: 'night',
      to: 'garden',
      out: [2],
      in: [4],
      hands: 3,
    });
    assert.deepEqual(plot.changes(), [plot.change('night', 'garden')]);
    assert.equal(plot.hardest()?.hands, 3);
  });

  it('takes pieces down', () => {
    plot.strike('Ivy');
    assert.equal(plot.loadOf(4), 140);
  });
});
