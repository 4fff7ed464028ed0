import type { Pence, Permille } from '@theatre/house';
import { HOUR, pence, permille } from '@theatre/house';

/** How long seats are kept for somebody who has not paid; all in minutes. */
export interface HoldTerms {
  readonly lasts: number;
  /** What an extension adds. */
  readonly extension: number;
  /** So long before the curtain nothing is held any more. */
  readonly cutOff: number;
}

export const HOLD_TERMS: HoldTerms = Object.freeze({
  lasts: 2 * HOUR,
  extension: 30,
  cutOff: HOUR,
});

export interface SubscriptionTerms {
  /** What a swap costs once the free ones are used. */
  readonly swapFee: Pence;
  /** From so many minutes before the curtain on, a night can be neither swapped nor given back. */
  readonly swapUntil: number;
  /** What the house keeps of a refund. */
  readonly kept: Permille;
  /** What a patron is let off for each season before. */
  readonly loyalty: Permille;
  /** Most that a patron is let off. */
  readonly mostLoyalty: Permille;
}

export const SUBSCRIPTION_TERMS: SubscriptionTerms = Object.freeze({
  swapFee: pence(250),
  swapUntil: 24 * HOUR,
  kept: permille(100),
  loyalty: permille(30),
  mostLoyalty: permille(75),
});
