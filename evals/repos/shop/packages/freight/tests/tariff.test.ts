import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConflictError, InvalidArgumentError, kilograms } from '@shop/kernel';
import { Money, basisPoints, percent } from '@shop/money';
import { celsius } from '@shop/produce';
import type { Consignment } from '../src/index';
import { FreightTariff } from '../src/index';
import { eur, price } from './fixtures';

const BANDS = [
  { upToKilometres: 100, price: price('0.10') },
  { upToKilometres: 500, price: price('0.25') },
];

let tariff: FreightTariff;

const goods = (weight: number, kilometres: number, degrees = 5): Consignment => ({
  weight: kilograms(weight),
  kilometres,
  setting: celsius(degrees),
});

const told = (consignment: Consignment) => {
  const { carriage, surcharges, total } = tariff.charge(consignment);
  return [carriage, surcharges, total].map((amount) => amount.minor / 100);
};

beforeEach(() => {
  tariff = new FreightTariff(BANDS, eur('20'))
    .surchargeBelow('frost', celsius(0), percent(12.5))
    .surchargeAbove('heavy', kilograms(500), percent(5));
});

describe('FreightTariff', () => {
  it('prices by distance, the end of a band included', () => {
    expect([1, 100, 101, 500].map((each) => String(tariff.priceFor(each).perKilogram))).toEqual([
      '0.10 EUR',
      '0.10 EUR',
      '0.25 EUR',
      '0.25 EUR',
    ]);
    expect(tariff.reach).toBe(500);
    expect(() => tariff.priceFor(501)).toThrow(InvalidArgumentError);
    expect(() => tariff.priceFor(0)).toThrow(InvalidArgumentError);
  });

  it('raises carriage to the least charge before the surcharges', () => {
    expect(told(goods(400, 100))).toEqual([40, 0, 40]);
    expect(told(goods(10, 100))).toEqual([20, 0, 20]);
    expect(told(goods(10, 100, -1))).toEqual([20, 2.5, 22.5]);
  });

  it('adds surcharges up and rounds them once', () => {
    expect(told(goods(600, 200, -0.1))).toEqual([150, 26.25, 176.25]);
    expect(tariff.surchargesFor(goods(600, 200, -0.1))).toEqual(['frost', 'heavy']);
    expect(tariff.surchargesFor(goods(500, 200, 0))).toEqual([]);
    const odd = new FreightTariff(BANDS, eur('0.05'))
      .surchargeBelow('one', celsius(9), percent(10))
      .surchargeBelow('two', celsius(9), percent(10));
    // Five cents: a tenth each would be rounded to nothing twice.
    expect(odd.charge(goods(0.1, 1)).surcharges.minor).toBe(1);
  });

  it('shares a charge without losing a cent', () => {
    const charge = tariff.charge(goods(10, 100));
    const shares = tariff.share(charge, [kilograms(1), kilograms(1), kilograms(1)]);
    expect(shares.map(String)).toEqual(['6.67 EUR', '6.67 EUR', '6.66 EUR']);
  });

  it('refuses bands and surcharges that make no sense', () => {
    expect(() => new FreightTariff([], eur('0'))).toThrow(InvalidArgumentError);
    const twice = BANDS.slice(0, 1).concat(BANDS.slice(0, 1));
    expect(() => new FreightTariff(twice, eur('0'))).toThrow(InvalidArgumentError);
    expect(() => new FreightTariff([...BANDS].reverse(), eur('0'))).toThrow(InvalidArgumentError);
    expect(() => new FreightTariff(BANDS, Money.zero('JPY'))).toThrow(InvalidArgumentError);
    expect(() => new FreightTariff(BANDS, eur('-1'))).toThrow(InvalidArgumentError);
    expect(() => tariff.surchargeAbove('frost', kilograms(1), percent(1))).toThrow(ConflictError);
    for (const rate of [basisPoints(0), basisPoints(10_001)])
      expect(() => tariff.surchargeAbove('odd', kilograms(1), rate)).toThrow(InvalidArgumentError);
  });
});
