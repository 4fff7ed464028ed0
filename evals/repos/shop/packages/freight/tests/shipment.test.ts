import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  ClosedError,
  ConflictError,
  InvalidArgumentError,
  ManualClock,
  days,
  hours,
  id,
  minutes,
} from '@shop/kernel';
import { celsius } from '@shop/produce';
import { ColdChainRouter, Shipment } from '../src/index';
import { START, at, eur, leg, lot, network } from './fixtures';

let clock: ManualClock;
let shipment: Shipment;

beforeEach(() => {
  clock = new ManualClock(START);
  const goods = lot('lot-1', 10);
  const route = new ColdChainRouter(
    network(leg('vigo-lyon', 1, 3), leg('lyon-graz', 4, 9)),
    'EUR',
  ).fastest({
    from: id('vigo'),
    to: id('graz'),
    readyAt: START,
    commodity: goods.commodity,
    weight: goods.weight,
  });
  if (route === undefined) throw new Error('The timetable has a route');
  shipment = new Shipment({ id: id('shipment-1'), order: id('order-1'), lot: goods, route }, clock);
});

const ride = () => {
  shipment.load();
  clock.moveTo(at(1));
  shipment.depart();
  clock.moveTo(at(3));
  shipment.arrive();
  clock.moveTo(at(4));
  shipment.depart();
};

describe('Shipment', () => {
  it('goes leg by leg and tells each step', () => {
    const heard: string[] = [];
    shipment.events.subscribe(({ at: when, depot, status }) =>
      heard.push(`${(when - START) / hours(1)} ${status} ${depot ?? '-'}`),
    );
    ride();
    clock.moveTo(at(10));
    expect(shipment.leg?.id).toBe('lyon-graz');
    shipment.arrive();
    expect(heard).toEqual([
      '0 loaded vigo',
      '1 riding vigo',
      '3 waiting lyon',
      '4 riding lyon',
      '10 arrived graz',
    ]);
    expect([shipment.status, shipment.leg]).toEqual(['arrived', undefined]);
  });

  it('takes no step out of order', () => {
    expect(() => shipment.depart()).toThrow(ConflictError);
    expect(() => shipment.arrive()).toThrow(ConflictError);
    shipment.load();
    expect(() => shipment.load()).toThrow(ConflictError);
    expect(() => shipment.arrive()).toThrow(ConflictError);
    expect(() => shipment.depart()).toThrow('does not depart yet');
    expect(shipment.excursions()).toEqual([]);
    expect(shipment.status).toBe('loaded');
  });

  it('measures its delay against what comes next', () => {
    expect(shipment.delay()).toBe(0);
    shipment.load();
    clock.moveTo(at(1.5));
    expect(shipment.delay()).toBe(minutes(30));
    shipment.depart();
    expect(shipment.delay()).toBe(0);
    clock.moveTo(at(5));
    expect(shipment.delay()).toBe(hours(2));
    shipment.arrive();
    expect(shipment.delay()).toBe(hours(1));
    shipment.depart();
    clock.moveTo(at(12));
    shipment.arrive();
    clock.advance(hours(5));
    expect(shipment.delay()).toBe(hours(3));
  });

  it('finds excursions between loading and arrival', () => {
    expect(() => shipment.measure(celsius(9))).toThrow(ConflictError);
    expect(shipment.excursions()).toEqual([]);
    ride();
    shipment.measure(celsius(7));
    clock.moveTo(at(6));
    shipment.measure(celsius(2));
    clock.moveTo(at(8));
    shipment.measure(celsius(5));
    clock.moveTo(at(9));
    shipment.arrive();
    clock.advance(hours(9));
    expect(shipment.excursions()).toEqual([
      { window: { opens: at(4), closes: at(6) }, side: 'warm', peak: 7 },
      { window: { opens: at(8), closes: at(9) }, side: 'warm', peak: 5 },
    ]);
  });

  it('loses life by what was measured', () => {
    ride();
    shipment.measure(celsius(10));
    clock.advance(hours(10));
    // Four hours at the reference, ten at three times its pace.
    expect(shipment.remainingLife()).toBe(days(10) - hours(34));
  });

  it('ends when it is lost or has arrived', () => {
    clock.moveTo(at(2));
    expect(() => shipment.depart()).toThrow('is booked');
    shipment.lose();
    expect(shipment.status).toBe('lost');
    expect(() => shipment.lose()).toThrow(ClosedError);
    expect(() => shipment.measure(celsius(1))).toThrow(ClosedError);
    expect(() => shipment.depart()).toThrow(ConflictError);
  });

  it('describes itself and needs a route with legs', () => {
    expect(shipment.describe(START, id('vigo'))).toBe(
      'shipment-1: booked at vigo since 2031-05-01T06:00Z',
    );
    shipment.lose();
    expect(shipment.describe(START)).toBe('shipment-1: lost since 2031-05-01T06:00Z');
    const route = { legs: [], arrivesAt: START, lifeUsed: hours(0), cost: eur('0') };
    expect(() => new Shipment({ ...shipment.booking, route }, clock)).toThrow(InvalidArgumentError);
  });
});
