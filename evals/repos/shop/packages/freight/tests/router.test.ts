import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError, NotFoundError, hours, id, kilograms, minutes } from '@shop/kernel';
import { TUNA, celsius } from '@shop/produce';
import type { Journey, Leg, Route } from '../src/index';
import { ColdChainRouter } from '../src/index';
import { START, at, leg, network, price } from './fixtures';

const router = (...legs: readonly Leg[]) => new ColdChainRouter(network(...legs), 'EUR');

const journey = (changes: Partial<Journey> = {}): Journey => ({
  from: id('vigo'),
  to: id('graz'),
  readyAt: START,
  commodity: TUNA,
  weight: kilograms(10),
  ...changes,
});

const path = (route: Route | undefined) => route?.legs.map((each) => each.id).join(' ');

describe('ColdChainRouter', () => {
  it('finds every way, the first to arrive in front, and visits no depot twice', () => {
    const routes = router(
      leg('vigo-graz', 1, 20),
      leg('vigo-lyon', 1, 3),
      leg('lyon-graz', 4, 9),
      leg('lyon-vigo', 4, 5),
      leg('lyon-bern', 4, 6),
      leg('bern-graz', 7, 8),
    ).routes(journey());
    expect(routes.map(path)).toEqual([
      'vigo-lyon lyon-bern bern-graz',
      'vigo-lyon lyon-graz',
      'vigo-graz',
    ]);
    expect(routes[1]).toMatchObject({ arrivesAt: at(9), lifeUsed: hours(9) });
    expect(String(routes[1]?.cost)).toBe('20.00 EUR');
  });

  it('needs time for handling between legs, but not before the first', () => {
    const tight = leg('lyon-graz', 3.25, 9, { id: id('tight') });
    const exact = leg('lyon-graz', 3.5, 9, { id: id('exact') });
    const routes = router(leg('vigo-lyon', 0, 3), tight, exact).routes(journey());
    expect(routes.map(path)).toEqual(['vigo-lyon exact']);
  });

  it('leaves out what is too warm, too cold, too small or gone', () => {
    const out = [
      leg('vigo-graz', 1, 9, { temperature: celsius(4.5) }),
      leg('vigo-graz', 1, 9, { temperature: celsius(-3) }),
      leg('vigo-graz', 1, 9, { capacity: kilograms(9) }),
      leg('vigo-graz', 1, 9),
    ];
    for (const each of out.slice(0, 3)) expect(router(each).routes(journey())).toEqual([]);
    expect(router(...out.slice(3)).routes(journey({ readyAt: at(2) }))).toEqual([]);
    expect(router(...out.slice(3)).routes(journey())).toHaveLength(1);
    const full = leg('vigo-graz', 1, 9, { capacity: kilograms(10), temperature: celsius(4) });
    expect(router(full).fastest(journey())).toBeDefined();
  });

  it('does not wait in a store that is too warm, but may leave it at once', () => {
    const net = network(leg('vigo-graz', 9, 20));
    net.addDepot({ id: id('hot'), temperature: celsius(20), handling: minutes(0) });
    net.addLeg(leg('vigo-hot', 0, 3));
    net.addLeg(leg('hot-graz', 3, 6));
    net.addLeg(leg('hot-graz', 4, 5, { id: id('later') }));
    const routes = new ColdChainRouter(net, 'EUR').routes(journey());
    expect(routes.map(path)).toEqual(['vigo-hot hot-graz', 'vigo-graz']);
  });

  it('chooses by arrival, by life and by cost', () => {
    const several = router(
      leg('vigo-graz', 1, 6, { id: id('fast'), temperature: celsius(4), price: price('3.00') }),
      leg('vigo-graz', 1, 7, { id: id('cold'), temperature: celsius(-2), price: price('2.00') }),
      leg('vigo-graz', 1, 9, { id: id('cheap'), price: price('1.00') }),
    );
    expect(several.routes(journey()).map(path)).toEqual(['fast', 'cold', 'cheap']);
    expect(path(several.fastest(journey()))).toBe('fast');
    expect(path(several.freshest(journey()))).toBe('cold');
    expect(path(several.cheapest(journey(), at(99)))).toBe('cheap');
    expect(path(several.cheapest(journey(), at(9)))).toBe('cheap');
    expect(path(several.cheapest(journey(), at(8)))).toBe('cold');
    expect(several.cheapest(journey(), at(5))).toBeUndefined();
  });

  it('breaks ties by what comes next', () => {
    const equal = router(
      leg('vigo-graz', 1, 6, { id: id('warm'), temperature: celsius(2), price: price('1.00') }),
      leg('vigo-graz', 1, 6, { id: id('dear'), price: price('2.00') }),
      leg('vigo-graz', 1, 6, { id: id('fine'), price: price('1.50') }),
    );
    expect(path(equal.fastest(journey()))).toBe('fine');
    expect(path(equal.freshest(journey()))).toBe('fine');
  });

  it('tells the spells of a route, without waits of no length', () => {
    const way = router(
      leg('vigo-lyon', 0, 3, { temperature: celsius(1) }),
      leg('lyon-graz', 5, 6, { temperature: celsius(2) }),
    );
    const route = way.fastest(journey());
    expect(route && way.spells(route, START)).toEqual([
      { length: hours(3), temperature: 1 },
      { length: hours(2), temperature: 0 },
      { length: hours(1), temperature: 2 },
    ]);
  });

  it('refuses journeys that lead nowhere', () => {
    expect(router().fastest(journey())).toBeUndefined();
    expect(() => router().routes(journey({ to: id('vigo') }))).toThrow(InvalidArgumentError);
    expect(() => router().routes(journey({ to: id('rome') }))).toThrow(NotFoundError);
    expect(() => router().routes(journey({ from: id('rome') }))).toThrow(NotFoundError);
  });
});
