import type { Grams } from '@shop/kernel';
import {
  ConflictError,
  ascending,
  descending,
  inOrder,
  lessWeight,
  requireArgument,
  sumOfWeights,
} from '@shop/kernel';
import type { Celsius, Commodity, Lot, TemperatureRange } from '@shop/produce';
import { commonRange, toleratesTogether } from '@shop/produce';

/** A vehicle or a compartment of one: one air, one temperature. */
export interface Reefer {
  readonly name: string;
  readonly capacity: Grams;
  /** What its cooling can be set to. */
  readonly range: TemperatureRange;
}

export interface Load {
  readonly reefer: Reefer;
  readonly lots: readonly Lot[];
  readonly weight: Grams;
  /** The coldest setting that all lots and the cooling allow. */
  readonly setting: Celsius;
}

export interface Plan {
  /** In the order in which the reefers were given, without empty ones. */
  readonly loads: readonly Load[];
  /** Lots that fit nowhere, heaviest first. */
  readonly left: readonly Lot[];
}

interface Compartment {
  readonly reefer: Reefer;
  readonly lots: Lot[];
}

/** Puts lots into reefers: heaviest first, each where least room stays free. Lots are never split. */
export class LoadPlanner {
  readonly #reefers: readonly Reefer[];

  /** @throws ConflictError for two reefers of one name. */
  constructor(reefers: readonly Reefer[]) {
    const names = new Set(reefers.map(({ name }) => name));
    if (names.size < reefers.length) throw new ConflictError('Two reefers have one name');
    for (const { capacity, name } of reefers)
      requireArgument(capacity > 0, `Reefer ${name} holds nothing`);
    this.#reefers = [...reefers];
  }

  /** What all reefers hold together. */
  get capacity(): Grams {
    return sumOfWeights(this.#reefers.map(({ capacity }) => capacity));
  }

  /** Whether the lots may ride in one reefer, by temperature and by ripening gas, whatever they weigh. */
  canShare(reefer: Reefer, lots: readonly Lot[]): boolean {
    return settingFor(reefer, lots) !== undefined && tolerateEachOther(lots);
  }

  /**
   * Makes a plan. Of lots that weigh the same, the smaller identifier goes first; of compartments that would be
   * left with the same room, the one that was given first.
   */
  plan(lots: readonly Lot[]): Plan {
    const compartments = this.#reefers.map((reefer): Compartment => ({ reefer, lots: [] }));
    const left: Lot[] = [];
    const order = inOrder<Lot>(
      descending(({ weight }) => weight),
      ascending(({ id }) => id),
    );
    for (const lot of [...lots].sort(order)) {
      const [best] = compartments
        .filter((compartment) => this.#takes(compartment, lot))
        .sort(ascending((compartment) => roomIn(compartment)));
      if (best === undefined) left.push(lot);
      else best.lots.push(lot);
    }
    const loads = compartments.filter((compartment) => compartment.lots.length > 0).map(loadOf);
    return { loads, left };
  }

  /** Share of the capacity of its reefers that a plan fills, from 0 to 1; 0 for no loads. */
  usage({ loads }: Plan): number {
    const capacity = sumOfWeights(loads.map(({ reefer }) => reefer.capacity));
    return capacity === 0 ? 0 : sumOfWeights(loads.map(({ weight }) => weight)) / capacity;
  }

  #takes(compartment: Compartment, lot: Lot): boolean {
    const lots = [...compartment.lots, lot];
    return lot.weight <= roomIn(compartment) && this.canShare(compartment.reefer, lots);
  }
}

/** The coldest setting at which all lots keep; undefined where there is none. */
function settingFor(reefer: Reefer, lots: readonly Lot[]): Celsius | undefined {
  let range: TemperatureRange | undefined = reefer.range;
  for (const { commodity } of lots) range = range && commonRange(range, commodity.storage);
  return range?.least;
}

const weightOf = (lots: readonly Lot[]): Grams => sumOfWeights(lots.map(({ weight }) => weight));

const roomIn = ({ lots, reefer }: Compartment): Grams =>
  lessWeight(reefer.capacity, weightOf(lots));

const loadOf = ({ lots, reefer }: Compartment): Load => ({
  reefer,
  lots,
  weight: weightOf(lots),
  setting: settingFor(reefer, lots) ?? reefer.range.least,
});

function tolerateEachOther(lots: readonly Lot[]): boolean {
  const commodities: readonly Commodity[] = lots.map(({ commodity }) => commodity);
  return commodities.every((a) => commodities.every((b) => toleratesTogether(a, b)));
}
