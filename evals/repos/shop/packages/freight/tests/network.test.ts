import { describe, expect, it } from '@jest/globals';
import { ConflictError, InvalidArgumentError, NotFoundError, id, minutes } from '@shop/kernel';
import { celsius } from '@shop/produce';
import { at, leg, network } from './fixtures';

describe('ColdNetwork', () => {
  it('lists departures from an instant on, the next in front', () => {
    const net = network(
      leg('vigo-lyon', 5, 9),
      leg('vigo-graz', 3, 8),
      leg('vigo-bern', 3, 9),
      leg('lyon-vigo', 4, 8),
      leg('vigo-lyon', 2, 4, { id: id('zero') }),
    );
    const ids = (hour: number) => net.departures(id('vigo'), at(hour)).map((each) => each.id);
    expect(ids(0)).toEqual(['zero', 'vigo-bern', 'vigo-graz', 'vigo-lyon']);
    expect(ids(3)).toEqual(['vigo-bern', 'vigo-graz', 'vigo-lyon']);
    expect(ids(5.1)).toEqual([]);
    expect(() => net.departures(id('rome'), at(0))).toThrow(NotFoundError);
  });

  it('knows what can be reached, however late', () => {
    const net = network(leg('vigo-lyon', 5, 9), leg('lyon-graz', 1, 2), leg('lyon-vigo', 1, 2));
    expect(net.reachableFrom(id('vigo'))).toEqual(['graz', 'lyon']);
    expect(net.reachableFrom(id('graz'))).toEqual([]);
    expect(() => net.reachableFrom(id('rome'))).toThrow(NotFoundError);
  });

  it('finds depots and legs by identifier', () => {
    const net = network(leg('vigo-lyon', 5, 9));
    expect(net.depot(id('bern')).handling).toBe(minutes(30));
    expect(net.leg(id('vigo-lyon')).to).toBe('lyon');
    expect(() => net.leg(id('vigo-rome'))).toThrow(NotFoundError);
  });

  it('takes no depot and no leg twice, and no leg that cannot be', () => {
    const net = network(leg('vigo-lyon', 5, 9));
    const depot = { id: id<'depot'>('vigo'), temperature: celsius(0), handling: minutes(1) };
    expect(() => net.addDepot(depot)).toThrow(ConflictError);
    expect(() => net.addLeg(leg('vigo-lyon', 5, 9))).toThrow(ConflictError);
    expect(() => net.addLeg(leg('vigo-rome', 5, 9))).toThrow(NotFoundError);
    expect(() => net.addLeg(leg('rome-vigo', 5, 9))).toThrow(NotFoundError);
    expect(() => net.addLeg(leg('vigo-vigo', 5, 9))).toThrow(InvalidArgumentError);
    expect(() => net.addLeg(leg('vigo-bern', 5, 5))).toThrow(InvalidArgumentError);
    expect(() => net.addLeg(leg('vigo-bern', 5, 6, { kilometres: 0 }))).toThrow(
      InvalidArgumentError,
    );
  });
});
