import type { Grams } from '@shop/kernel';
import { ConflictError, requireArgument, requireInteger } from '@shop/kernel';
import type { BasisPoints, UnitPrice } from '@shop/money';
import { Money, WHOLE, basisPoints } from '@shop/money';
import type { Celsius } from '@shop/produce';

/** Up to that distance a kilogram costs that much. */
export interface DistanceBand {
  readonly upToKilometres: number;
  readonly price: UnitPrice;
}

export interface Consignment {
  readonly weight: Grams;
  readonly kilometres: number;
  readonly setting: Celsius;
}

export interface Charge {
  readonly carriage: Money;
  readonly surcharges: Money;
  readonly total: Money;
}

interface Surcharge {
  readonly name: string;
  readonly rate: BasisPoints;
  applies(consignment: Consignment): boolean;
}

/** What carriage costs: a price by distance, surcharges on it, and a least charge. */
export class FreightTariff {
  readonly #bands: readonly DistanceBand[];
  readonly #least: Money;
  readonly #surcharges: Surcharge[] = [];

  /** Bands from the nearest to the farthest, all prices in one currency. */
  constructor(bands: readonly DistanceBand[], least: Money) {
    requireArgument(bands.length > 0, 'A tariff needs a band');
    let before = 0;
    for (const { price, upToKilometres } of bands) {
      requireInteger(upToKilometres, 'Kilometres of a band', before + 1);
      requireArgument(price.currency === least.currency, 'A tariff has one currency');
      before = upToKilometres;
    }
    requireArgument(!least.isNegative, 'The least charge cannot be negative');
    this.#bands = [...bands];
    this.#least = least;
  }

  /** The farthest that this tariff goes. */
  get reach(): number {
    return this.#bands.at(-1)?.upToKilometres ?? 0;
  }

  /**
   * Adds a share of the carriage for goods kept colder than that.
   *
   * @throws ConflictError for a name that is taken.
   */
  surchargeBelow(name: string, temperature: Celsius, rate: BasisPoints): this {
    return this.#add({ name, rate, applies: ({ setting }) => setting < temperature });
  }

  /** Adds a share of the carriage for consignments heavier than that. */
  surchargeAbove(name: string, weight: Grams, rate: BasisPoints): this {
    return this.#add({ name, rate, applies: (consignment) => consignment.weight > weight });
  }

  /** Names of the surcharges that apply, in the order in which they were added. */
  surchargesFor(consignment: Consignment): string[] {
    return this.#surcharges.filter((each) => each.applies(consignment)).map(({ name }) => name);
  }

  /** @throws InvalidArgumentError beyond the reach or for no distance. */
  priceFor(kilometres: number): UnitPrice {
    requireInteger(kilometres, 'Kilometres', 1);
    const band = this.#bands.find(({ upToKilometres }) => kilometres <= upToKilometres);
    requireArgument(
      band !== undefined,
      `The tariff ends at ${this.reach} km, not at ${kilometres}`,
    );
    return band.price;
  }

  /**
   * The charge for a consignment. Carriage is raised to the least charge before the surcharges, which add up and are
   * rounded once.
   */
  charge(consignment: Consignment): Charge {
    const price = this.priceFor(consignment.kilometres);
    const carriage = price.costOf(consignment.weight).max(this.#least);
    const applied = this.#surcharges.filter((each) => each.applies(consignment));
    const rate = basisPoints(applied.reduce((sum, each) => sum + each.rate, 0));
    const surcharges = carriage.share(rate);
    return { carriage, surcharges, total: carriage.plus(surcharges) };
  }

  /** Shares one charge among those who ride together, by weight and without losing a unit. */
  share(charge: Charge, weights: readonly Grams[]): Money[] {
    return charge.total.allocate(weights);
  }

  #add(surcharge: Surcharge): this {
    requireArgument(
      surcharge.rate > 0 && surcharge.rate <= WHOLE,
      `Surcharge ${surcharge.name} must lie between nothing and the whole carriage`,
    );
    if (this.#surcharges.some(({ name }) => name === surcharge.name))
      throw new ConflictError(`There is a surcharge ${surcharge.name} already`);
    this.#surcharges.push(surcharge);
    return this;
  }
}
