import type { Clock, Duration, Grams, LotId, OrderId } from '@shop/kernel';
import {
  ConflictError,
  LimitExceededError,
  NO_WEIGHT,
  ascending,
  formatWeight,
  id,
  inOrder,
  lessWeight,
  requireArgument,
  requireFound,
  requireState,
  sumOfWeights,
} from '@shop/kernel';
import type { CommodityCode } from './commodity.js';
import type { Lot } from './lot.js';
import { ShelfLife } from './shelf-life.js';
import { TemperatureLog } from './temperature-log.js';

interface Stock {
  readonly lot: Lot;
  readonly log: TemperatureLog;
  /** What was split off or dispatched. */
  gone: Grams;
  readonly reserved: Map<OrderId, Grams>;
  splits: number;
}

/** What is in the depots: lots, how much of each is left, and for which orders it is kept. */
export class LotRegistry {
  readonly #clock: Clock;
  readonly #stocks = new Map<LotId, Stock>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Takes a lot in. Without a log it counts as kept at its reference temperature since harvest.
   *
   * @throws ConflictError for a lot that is there already.
   * @throws InvalidArgumentError for one without weight or one that will be harvested later.
   */
  register(lot: Lot, log = new TemperatureLog(lot.commodity.referenceTemperature)): void {
    if (this.#stocks.has(lot.id)) throw new ConflictError(`Lot ${lot.id} is registered already`);
    requireArgument(lot.weight > 0, `Lot ${lot.id} weighs nothing`);
    requireArgument(lot.harvestedAt <= this.#clock.now(), `Lot ${lot.id} is not harvested yet`);
    this.#stocks.set(lot.id, { lot, log, gone: NO_WEIGHT, reserved: new Map(), splits: 0 });
  }

  /** @throws NotFoundError, as every method that takes the identifier of a lot does. */
  find(lotId: LotId): Lot {
    return this.#stock(lotId).lot;
  }

  /** The weight that is neither gone nor reserved. */
  available(lotId: LotId): Grams {
    const { lot, gone, reserved } = this.#stock(lotId);
    return lessWeight(lessWeight(lot.weight, gone), sumOfWeights(reserved.values()));
  }

  /** Life that the lot has left now. */
  remainingLife(lotId: LotId): Duration {
    const { lot, log } = this.#stock(lotId);
    return new ShelfLife(lot.commodity, lot.harvestedAt, log).remainingAt(this.#clock.now());
  }

  /**
   * Keeps a weight for an order, on top of what is kept for it already.
   *
   * @throws LimitExceededError if less is available.
   */
  reserve(lotId: LotId, order: OrderId, weight: Grams): void {
    const left = this.available(lotId);
    if (weight > left)
      throw new LimitExceededError(`Lot ${lotId}`, formatWeight(weight), formatWeight(left));
    const { reserved } = this.#stock(lotId);
    reserved.set(order, sumOfWeights([reserved.get(order) ?? NO_WEIGHT, weight]));
  }

  /** Gives back all that was kept for an order and returns how much that was. */
  release(lotId: LotId, order: OrderId): Grams {
    const { reserved } = this.#stock(lotId);
    const weight = reserved.get(order) ?? NO_WEIGHT;
    reserved.delete(order);
    return weight;
  }

  /**
   * Keeps a part of what was kept for one order for another one from now on.
   *
   * @throws LimitExceededError if less is kept.
   */
  transfer(lotId: LotId, from: OrderId, to: OrderId, weight: Grams): void {
    this.#takeReserved(lotId, from, weight);
    const { reserved } = this.#stock(lotId);
    reserved.set(to, sumOfWeights([reserved.get(to) ?? NO_WEIGHT, weight]));
  }

  /**
   * Sends a part of what is kept for an order on its way.
   *
   * @throws LimitExceededError if less is kept for it.
   */
  dispatch(lotId: LotId, order: OrderId, weight: Grams): void {
    const stock = this.#stock(lotId);
    this.#takeReserved(lotId, order, weight);
    stock.gone = sumOfWeights([stock.gone, weight]);
  }

  /**
   * Splits available weight off as a lot of its own, `lot-7.1`, `lot-7.2` and so on, with the temperatures of the
   * lot it came from.
   *
   * @throws LimitExceededError if less is available.
   */
  split(lotId: LotId, weight: Grams): Lot {
    const stock = this.#stock(lotId);
    requireArgument(weight > 0, 'A split needs a weight');
    const left = this.available(lotId);
    if (weight > left)
      throw new LimitExceededError(`Lot ${lotId}`, formatWeight(weight), formatWeight(left));
    stock.splits += 1;
    const part: Lot = { ...stock.lot, id: id(`${lotId}.${stock.splits}`), weight, parent: lotId };
    this.register(part, stock.log);
    stock.gone = sumOfWeights([stock.gone, weight]);
    return part;
  }

  /** Lots of a commodity with weight available and life left, those that spoil first in front, then by identifier. */
  firstToExpire(code: CommodityCode): Lot[] {
    return [...this.#stocks.values()]
      .map(({ lot }) => lot)
      .filter((lot) => lot.commodity.code === code && this.available(lot.id) > 0)
      .filter((lot) => this.remainingLife(lot.id) > 0)
      .sort(
        inOrder(
          ascending((lot) => this.remainingLife(lot.id)),
          ascending((lot) => lot.id),
        ),
      );
  }

  /** Writes off what is left of a spoiled lot, reservations included, and returns the weight. */
  writeOff(lotId: LotId): Grams {
    requireState(this.remainingLife(lotId) === 0, `Lot ${lotId} is not spoiled`);
    const stock = this.#stock(lotId);
    const weight = lessWeight(stock.lot.weight, stock.gone);
    stock.reserved.clear();
    stock.gone = stock.lot.weight;
    return weight;
  }

  #takeReserved(lotId: LotId, order: OrderId, weight: Grams): void {
    const { reserved } = this.#stock(lotId);
    const left = lessWeight(reserved.get(order) ?? NO_WEIGHT, weight);
    if (left === NO_WEIGHT) reserved.delete(order);
    else reserved.set(order, left);
  }

  #stock(lotId: LotId): Stock {
    return requireFound(this.#stocks.get(lotId), 'lot', lotId);
  }
}
