import type { DepotId, Duration, Grams, Instant, LegId } from '@shop/kernel';
import {
  ConflictError,
  ascending,
  inOrder,
  requireArgument,
  requireFound,
  requireInteger,
} from '@shop/kernel';
import type { UnitPrice } from '@shop/money';
import type { Celsius } from '@shop/produce';

export interface Depot {
  readonly id: DepotId;
  /** Of the store in which goods wait. */
  readonly temperature: Celsius;
  /** From the arrival of one leg to the departure of the next, at least. */
  readonly handling: Duration;
}

/** One departure of a cooled vehicle. */
export interface Leg {
  readonly id: LegId;
  readonly from: DepotId;
  readonly to: DepotId;
  readonly departsAt: Instant;
  readonly arrivesAt: Instant;
  readonly temperature: Celsius;
  readonly kilometres: number;
  readonly capacity: Grams;
  readonly price: UnitPrice;
}

/** Depots and the timetable between them. */
export class ColdNetwork {
  readonly #depots = new Map<DepotId, Depot>();
  readonly #legs = new Map<LegId, Leg>();

  /** @throws ConflictError for a depot that is known already. */
  addDepot(depot: Depot): this {
    if (this.#depots.has(depot.id)) throw new ConflictError(`Depot ${depot.id} is known already`);
    this.#depots.set(depot.id, depot);
    return this;
  }

  /**
   * Adds a departure.
   *
   * @throws ConflictError for a leg that is known already, NotFoundError for a depot that is not.
   * @throws InvalidArgumentError for a leg that goes nowhere or back in time.
   */
  addLeg(leg: Leg): this {
    if (this.#legs.has(leg.id)) throw new ConflictError(`Leg ${leg.id} is known already`);
    this.depot(leg.from);
    this.depot(leg.to);
    requireArgument(leg.from !== leg.to, `Leg ${leg.id} goes nowhere`);
    requireArgument(leg.departsAt < leg.arrivesAt, `Leg ${leg.id} arrives before it departs`);
    requireInteger(leg.kilometres, 'Kilometres', 1);
    this.#legs.set(leg.id, leg);
    return this;
  }

  /** @throws NotFoundError for a depot that nobody added. */
  depot(depotId: DepotId): Depot {
    return requireFound(this.#depots.get(depotId), 'depot', depotId);
  }

  /** @throws NotFoundError for a leg that nobody added. */
  leg(legId: LegId): Leg {
    return requireFound(this.#legs.get(legId), 'leg', legId);
  }

  /** Legs that leave a depot at `from` or later, the next departure in front, then by identifier. */
  departures(depotId: DepotId, from: Instant): Leg[] {
    this.depot(depotId);
    return [...this.#legs.values()]
      .filter((leg) => leg.from === depotId && leg.departsAt >= from)
      .sort(
        inOrder<Leg>(
          ascending((leg) => leg.departsAt),
          ascending((leg) => leg.id),
        ),
      );
  }

  /** Depots that any legs lead to from here, however late, without the depot itself; by identifier. */
  reachableFrom(depotId: DepotId): DepotId[] {
    const seen = new Set([this.depot(depotId).id]);
    for (const at of seen)
      for (const leg of this.#legs.values()) if (leg.from === at) seen.add(leg.to);
    seen.delete(depotId);
    return [...seen].sort(ascending((id) => id));
  }
}
