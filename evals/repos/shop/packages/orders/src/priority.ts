import type { Comparator } from '@shop/kernel';
import { ascending, inOrder, reversed } from '@shop/kernel';
import type { Ask, Bid, Order } from './order.js';

/** Earlier first; of two at one instant, the smaller identifier. */
export const bySeniority: Comparator<Order> = inOrder(
  ascending((order) => order.placedAt),
  ascending((order) => order.id),
);

const byLimit: Comparator<Order> = (a, b) => a.limit.compareTo(b.limit);

/** Bids that pay most in front, then by seniority. */
export const bidPriority: Comparator<Bid> = inOrder(reversed(byLimit), bySeniority);

/** Asks that take least in front, then by seniority. */
export const askPriority: Comparator<Ask> = inOrder(byLimit, bySeniority);
