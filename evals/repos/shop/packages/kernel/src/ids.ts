import { requireArgument } from './check.js';

declare const kind: unique symbol;

/** Text that names one thing of one kind; identifiers of different kinds do not mix. */
export type Id<K extends string> = string & { readonly [kind]: K };

export type TraderId = Id<'trader'>;
export type LotId = Id<'lot'>;
export type OrderId = Id<'order'>;
export type TradeId = Id<'trade'>;
export type HoldId = Id<'hold'>;
export type DepotId = Id<'depot'>;
export type LegId = Id<'leg'>;
export type ShipmentId = Id<'shipment'>;
export type EntryId = Id<'entry'>;
export type ClaimId = Id<'claim'>;

/**
 * Reads an identifier: letters, digits and single inner dashes or dots, at most 40 characters.
 *
 * @throws InvalidArgumentError for anything else.
 */
export function id<K extends string>(text: string): Id<K> {
  requireArgument(
    text.length <= 40 && /^[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*$/.test(text),
    `"${text}" is no identifier`,
  );
  return text as Id<K>;
}

/** Numbers things from 1: `trade-1`, `trade-2`, and so on. */
export class IdSequence<K extends string> {
  readonly #prefix: string;
  #last = 0;

  constructor(prefix: K) {
    this.#prefix = prefix;
  }

  next(): Id<K> {
    this.#last += 1;
    return id<K>(`${this.#prefix}-${this.#last}`);
  }

  /** How many identifiers were given out. */
  get count(): number {
    return this.#last;
  }
}
