import type { Comparator, DepotId, Duration, Grams, Instant } from '@shop/kernel';
import {
  NO_TIME,
  SortedList,
  ascending,
  elapsed,
  inOrder,
  later,
  requireArgument,
  sumOfTimes,
} from '@shop/kernel';
import { Money } from '@shop/money';
import type { Currency } from '@shop/money';
import type { Commodity, TemperatureSpell } from '@shop/produce';
import { isInRange, lifeUsedBy } from '@shop/produce';
import type { ColdNetwork, Leg } from './network';

export interface Journey {
  readonly from: DepotId;
  readonly to: DepotId;
  readonly readyAt: Instant;
  readonly commodity: Commodity;
  readonly weight: Grams;
}

export interface Route {
  readonly legs: readonly Leg[];
  readonly arrivesAt: Instant;
  /** Shelf life that waiting and riding take. */
  readonly lifeUsed: Duration;
  readonly cost: Money;
}

interface Reached extends Route {
  readonly at: DepotId;
}

/**
 * Finds ways through the timetable on which the goods keep: no leg and no store outside their storage range, no
 * vehicle too small, and time for handling between legs.
 */
export class ColdChainRouter {
  readonly #network: ColdNetwork;
  readonly #currency: Currency;

  constructor(network: ColdNetwork, currency: Currency) {
    this.#network = network;
    this.#currency = currency;
  }

  /** The route that arrives first; of those, the one that takes least life, then the cheapest. */
  fastest(journey: Journey): Route | undefined {
    return this.#best(journey, inOrder(byArrival, byLife, byCost));
  }

  /** The route that takes least life; of those, the one that arrives first, then the cheapest. */
  freshest(journey: Journey): Route | undefined {
    return this.#best(journey, inOrder(byLife, byArrival, byCost));
  }

  /** The cheapest route that arrives by then; of those, the one that arrives first, then takes least life. */
  cheapest(journey: Journey, deadline: Instant): Route | undefined {
    const onTime = this.routes(journey).filter(({ arrivesAt }) => arrivesAt <= deadline);
    return onTime.sort(inOrder(byCost, byArrival, byLife))[0];
  }

  /**
   * Every route that visits no depot twice, the first to arrive in front.
   *
   * @throws InvalidArgumentError for a journey that ends where it starts.
   * @throws NotFoundError for depots that are not in the network.
   */
  routes(journey: Journey): Route[] {
    const { from, readyAt, to } = journey;
    requireArgument(from !== to, 'A journey leads somewhere else');
    this.#network.depot(to);
    const found: Route[] = [];
    const open = new SortedList<Reached>(inOrder(byArrival, byLife, byCost));
    const cost = Money.zero(this.#currency);
    open.add({
      at: this.#network.depot(from).id,
      legs: [],
      arrivesAt: readyAt,
      lifeUsed: NO_TIME,
      cost,
    });
    for (let next = open.remove(() => true); next; next = open.remove(() => true)) {
      const { at, ...route } = next;
      if (at === to) found.push(route);
      else for (const leg of this.#onward(journey, next)) open.add(this.#ride(journey, next, leg));
    }
    return found;
  }

  /** Spells of storage and transport that goods go through on a route, waiting included. */
  spells(route: Route, readyAt: Instant): TemperatureSpell[] {
    let from = readyAt;
    return route.legs.flatMap((leg) => {
      const waiting = elapsed(from, leg.departsAt);
      const store = { length: waiting, temperature: this.#network.depot(leg.from).temperature };
      from = leg.arrivesAt;
      const ride = { length: elapsed(leg.departsAt, leg.arrivesAt), temperature: leg.temperature };
      return waiting > 0 ? [store, ride] : [ride];
    });
  }

  #best(journey: Journey, comparator: Comparator<Route>): Route | undefined {
    return this.routes(journey).sort(comparator)[0];
  }

  #onward({ commodity, weight }: Journey, { arrivesAt, at, legs }: Reached): Leg[] {
    const { handling, temperature } = this.#network.depot(at);
    const ready = legs.length === 0 ? arrivesAt : later(arrivesAt, handling);
    const visited = new Set([at, ...legs.map(({ from }) => from)]);
    return this.#network
      .departures(at, ready)
      .filter(
        (leg) =>
          !visited.has(leg.to) &&
          leg.capacity >= weight &&
          isInRange(leg.temperature, commodity.storage) &&
          (leg.departsAt === arrivesAt || isInRange(temperature, commodity.storage)),
      );
  }

  #ride({ commodity, weight }: Journey, before: Reached, leg: Leg): Reached {
    const step = { legs: [leg], arrivesAt: leg.arrivesAt, lifeUsed: NO_TIME, cost: before.cost };
    const used = this.spells(step, before.arrivesAt).map((spell) => lifeUsedBy(commodity, spell));
    return {
      at: leg.to,
      legs: [...before.legs, leg],
      arrivesAt: leg.arrivesAt,
      lifeUsed: sumOfTimes([before.lifeUsed, ...used]),
      cost: before.cost.plus(leg.price.costOf(weight)),
    };
  }
}

const byArrival: Comparator<Route> = ascending(({ arrivesAt }) => arrivesAt);
const byLife: Comparator<Route> = ascending(({ lifeUsed }) => lifeUsed);
const byCost: Comparator<Route> = (a, b) => a.cost.compareTo(b.cost);
