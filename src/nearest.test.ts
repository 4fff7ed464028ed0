import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test('offers the nearest names first', () => {
  expect(nearest('cancelOrder', ['placeOrder', 'cancelOrders', 'fill', 'cancelAll'])).toEqual([
    'cancelOrders',
  ]);
  expect(nearest('OrderBok', ['OrderBook', 'Order', 'Trade'])).toEqual(['OrderBook', 'Order']);
});

test('a swap of two letters is one edit, and case does not matter', () => {
  expect(nearest('maxattepmts', ['maxAttempts', 'maxTokens'])).toEqual(['maxAttempts']);
});

test('a name that holds the other is near, a stranger is not', () => {
  expect(nearest('book', ['OrderBookSnapshot', 'Ledger'])).toEqual(['OrderBookSnapshot']);
  expect(nearest('xyz', ['OrderBook', 'Ledger'])).toEqual([]);
});

test('gives at most `limit` names, each once', () => {
  expect(nearest('ab', ['ab', 'ab', 'ac', 'ad', 'ae'], 2)).toEqual(['ab', 'ac']);
});
