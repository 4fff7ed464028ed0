import { describe, expect, it } from '@jest/globals';
import { ConflictError, InvalidArgumentError, kilograms } from '@shop/kernel';
import type { Commodity } from '@shop/produce';
import { BASIL, MANGO, ROSE, TUNA, temperatureRange } from '@shop/produce';
import type { Plan, Reefer } from '../src/index';
import { LoadPlanner } from '../src/index';
import { lot } from './fixtures';

const reefer = (name: string, capacity: number, least = -5, most = 15): Reefer => ({
  name,
  capacity: kilograms(capacity),
  range: temperatureRange(least, most),
});

const goods = (name: string, weight: number, commodity: Commodity) =>
  lot(name, weight, { commodity });
const told = ({ left, loads }: Plan) => [
  ...loads.map(
    (load) => `${load.reefer.name}: ${load.lots.map(({ id }) => id).join(' ')} @${load.setting}`,
  ),
  `left: ${left.map(({ id }) => id).join(' ')}`,
];

describe('LoadPlanner', () => {
  it('puts the heaviest first where least room stays free', () => {
    const planner = new LoadPlanner([reefer('big', 100), reefer('small', 50)]);
    const plan = planner.plan([lot('l1', 20), lot('l2', 45), lot('l3', 70)]);
    expect(told(plan)).toEqual(['big: l3 l1 @-2', 'small: l2 @-2', 'left: ']);
    expect(plan.loads.map(({ weight }) => weight)).toEqual([kilograms(90), kilograms(45)]);
    expect(planner.usage(plan)).toBe(0.9);
    expect(planner.capacity).toBe(kilograms(150));
  });

  it('fills a reefer to the gram and leaves what fits nowhere, heaviest first', () => {
    const planner = new LoadPlanner([reefer('one', 50)]);
    const plan = planner.plan([lot('l1', 30), lot('l2', 20), lot('l3', 60), lot('l4', 70)]);
    expect(told(plan)).toEqual(['one: l1 l2 @-2', 'left: l4 l3']);
    expect(planner.usage({ loads: [], left: [] })).toBe(0);
  });

  it('has no loads without lots', () => {
    const planner = new LoadPlanner([reefer('one', 50), reefer('two', 50)]);
    expect(told(planner.plan([lot('l1', 30)]))).toEqual(['one: l1 @-2', 'left: ']);
    expect(planner.plan([])).toEqual({ loads: [], left: [] });
  });

  it('goes by identifier and by the order of the reefers where weights and rooms are equal', () => {
    const planner = new LoadPlanner([reefer('second', 10), reefer('first', 10)]);
    expect(told(planner.plan([lot('b', 10), lot('a', 10), lot('c', 10)]))).toEqual([
      'second: a @-2',
      'first: b @-2',
      'left: c',
    ]);
  });

  it('mixes only what one temperature keeps, and sets the coldest of them', () => {
    const planner = new LoadPlanner([reefer('one', 100), reefer('two', 100)]);
    const plan = planner.plan([
      goods('tuna', 30, TUNA),
      goods('rose', 20, ROSE),
      goods('basil', 10, BASIL),
    ]);
    expect(told(plan)).toEqual(['one: tuna rose @1', 'two: basil @10', 'left: ']);
  });

  it('keeps ripening gas away from what is sensitive to it', () => {
    const one = reefer('one', 100);
    const planner = new LoadPlanner([one]);
    const plan = planner.plan([goods('mango', 30, MANGO), goods('basil', 20, BASIL)]);
    expect(told(plan)).toEqual(['one: mango @8', 'left: basil']);
    expect(planner.canShare(one, [goods('a', 1, MANGO), goods('b', 1, MANGO)])).toBe(true);
    expect(planner.canShare(one, [goods('a', 1, ROSE), goods('b', 1, MANGO)])).toBe(false);
  });

  it('respects what the cooling can be set to', () => {
    const warm = reefer('warm', 100, 3, 15);
    const planner = new LoadPlanner([warm]);
    expect(told(planner.plan([lot('l1', 1)]))).toEqual(['warm: l1 @3', 'left: ']);
    expect(planner.canShare(reefer('hot', 1, 5, 15), [lot('l1', 50)])).toBe(false);
    expect(planner.canShare(warm, [lot('l1', 500)])).toBe(true);
  });

  it('needs reefers with names of their own that hold something', () => {
    expect(() => new LoadPlanner([reefer('a', 1), reefer('a', 2)])).toThrow(ConflictError);
    expect(() => new LoadPlanner([reefer('a', 0)])).toThrow(InvalidArgumentError);
  });
});
