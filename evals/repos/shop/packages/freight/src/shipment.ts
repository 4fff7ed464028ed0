import type { Clock, DepotId, Duration, Instant, OrderId, ShipmentId } from '@shop/kernel';
import {
  ClosedError,
  ConflictError,
  Topic,
  elapsed,
  formatInstant,
  requireArgument,
  requireState,
  timeWindow,
} from '@shop/kernel';
import type { Celsius, Excursion, Lot } from '@shop/produce';
import { ShelfLife, TemperatureLog } from '@shop/produce';
import type { Leg } from './network';
import type { Route } from './router';

export type ShipmentStatus = 'booked' | 'loaded' | 'riding' | 'waiting' | 'arrived' | 'lost';

export interface ShipmentEvent {
  readonly shipment: ShipmentId;
  readonly status: ShipmentStatus;
  readonly depot?: DepotId;
  readonly at: Instant;
}

export interface Booking {
  readonly id: ShipmentId;
  readonly order: OrderId;
  readonly lot: Lot;
  readonly route: Route;
}

/** Follows one lot along its route, leg by leg, with the temperatures that it went through. */
export class Shipment {
  readonly booking: Booking;
  readonly events = new Topic<ShipmentEvent>();
  readonly #clock: Clock;
  readonly #log: TemperatureLog;
  #status: ShipmentStatus = 'booked';
  #legsDone = 0;
  #loadedAt: Instant | undefined;
  #arrivedAt: Instant | undefined;

  constructor(booking: Booking, clock: Clock) {
    requireArgument(booking.route.legs.length > 0, 'A route has a leg');
    this.booking = booking;
    this.#clock = clock;
    this.#log = new TemperatureLog(booking.lot.commodity.referenceTemperature);
  }

  get status(): ShipmentStatus {
    return this.#status;
  }

  /** The leg that is under way or comes next; undefined after the last. */
  get leg(): Leg | undefined {
    return this.booking.route.legs[this.#legsDone];
  }

  /** @throws ConflictError unless it is booked and nothing more. */
  load(): void {
    requireState(this.#status === 'booked', `Shipment ${this.booking.id} is ${this.#status}`);
    this.#loadedAt = this.#clock.now();
    this.#become('loaded', this.leg?.from);
  }

  /**
   * Leaves on the next leg.
   *
   * @throws ConflictError unless it is loaded or waiting, or before the leg departs.
   */
  depart(): void {
    requireState(
      this.#status === 'loaded' || this.#status === 'waiting',
      `Shipment ${this.booking.id} is ${this.#status}`,
    );
    const { leg } = this;
    if (leg === undefined || this.#clock.now() < leg.departsAt)
      throw new ConflictError(`The next leg of ${this.booking.id} does not depart yet`);
    this.#become('riding', leg.from);
  }

  /** Ends the leg: at the last depot it has arrived, at any other it waits. */
  arrive(): void {
    const { leg } = this;
    requireState(
      this.#status === 'riding' && leg !== undefined,
      `Shipment ${this.booking.id} is ${this.#status}`,
    );
    this.#legsDone += 1;
    if (this.leg === undefined) {
      this.#arrivedAt = this.#clock.now();
      this.#become('arrived', leg.to);
    } else this.#become('waiting', leg.to);
  }

  /** @throws ClosedError once it has arrived or is lost already. */
  lose(): void {
    this.#requireOpen();
    this.#become('lost', undefined);
  }

  /**
   * Notes the temperature of now.
   *
   * @throws ClosedError once it has arrived or is lost, ConflictError before it is loaded.
   */
  measure(temperature: Celsius): void {
    this.#requireOpen();
    requireState(this.#status !== 'booked', `Shipment ${this.booking.id} is not loaded`);
    this.#log.record(this.#clock.now(), temperature);
  }

  /** How late it is: against the departure while it stands, against the arrival from then on; never negative. */
  delay(): Duration {
    const planned =
      this.#status === 'riding' || this.leg === undefined
        ? (this.leg?.arrivesAt ?? this.booking.route.arrivesAt)
        : this.leg.departsAt;
    const reference = this.#arrivedAt ?? this.#clock.now();
    return elapsed(planned, reference);
  }

  /** Stretches outside the storage range from loading to arrival, or to now. */
  excursions(): Excursion[] {
    const until = this.#arrivedAt ?? this.#clock.now();
    if (this.#loadedAt === undefined || until <= this.#loadedAt) return [];
    const { storage } = this.booking.lot.commodity;
    return this.#log.excursions(timeWindow(this.#loadedAt, until), storage);
  }

  /** Life that the lot has left now, with the temperatures measured on the way. */
  remainingLife(): Duration {
    const { commodity, harvestedAt } = this.booking.lot;
    return new ShelfLife(commodity, harvestedAt, this.#log).remainingAt(this.#clock.now());
  }

  /** `shipment-1: waiting at vigo since 2031-05-01T06:00Z` is what people read; without a depot, without `at`. */
  describe(since: Instant, depot?: DepotId): string {
    const place = depot === undefined ? '' : ` at ${depot}`;
    return `${this.booking.id}: ${this.#status}${place} since ${formatInstant(since)}`;
  }

  #requireOpen(): void {
    if (this.#status === 'arrived' || this.#status === 'lost')
      throw new ClosedError(`Shipment ${this.booking.id}`);
  }

  #become(status: ShipmentStatus, depot: DepotId | undefined): void {
    this.#status = status;
    const event = { shipment: this.booking.id, status, at: this.#clock.now() };
    this.events.publish(depot === undefined ? event : { ...event, depot });
  }
}
