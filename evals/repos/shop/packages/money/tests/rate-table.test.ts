import {
  ConflictError,
  InvalidArgumentError,
  ManualClock,
  NotFoundError,
  hours,
  instant,
} from '@shop/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { Money, RateTable } from '../src/index.js';

let clock: ManualClock;
let table: RateTable;

beforeEach(() => {
  clock = new ManualClock(instant('2031-05-01T06:00Z'));
  table = new RateTable('EUR', clock, hours(4));
});

describe('RateTable', () => {
  it('converts straight, turned round and into the same currency', () => {
    table.record('EUR', 'KES', 150_000_000);
    expect(String(table.convert(Money.parse('2.50', 'EUR'), 'KES'))).toBe('375.00 KES');
    expect(String(table.convert(Money.parse('375.00', 'KES'), 'EUR'))).toBe('2.50 EUR');
    expect(String(table.convert(Money.parse('7', 'JPY'), 'JPY'))).toBe('7 JPY');
  });

  it('goes through the pivot and rounds once, at the end', () => {
    table.record('EUR', 'KES', 150_000_000);
    table.record('EUR', 'JPY', 160_000_000);
    // Rounded on the way, 0.75 KES would be 0.00 or 0.01 EUR and so 0 or 2 JPY.
    expect(String(table.convert(Money.parse('0.75', 'KES'), 'JPY'))).toBe('1 JPY');
    expect(table.canConvert('JPY', 'KES')).toBe(true);
  });

  it('prefers a direct rate and forgets the one it replaces', () => {
    table.record('EUR', 'JPY', 160_000_000);
    table.record('JPY', 'EUR', 10_000);
    expect(String(table.convert(Money.parse('1', 'EUR'), 'JPY'))).toBe('100 JPY');
    expect(table.prune()).toBe(0);
  });

  it('refuses rates that are unknown or too old', () => {
    expect(() => table.convert(Money.zero('KES'), 'JPY')).toThrow(NotFoundError);
    table.record('EUR', 'KES', 150_000_000);
    clock.advance(hours(4));
    table.record('EUR', 'JPY', 160_000_000);
    expect(table.canConvert('KES', 'JPY')).toBe(true);
    expect(table.ageOf('KES', 'JPY')).toBe(hours(4));
    expect(table.ageOf('JPY', 'EUR')).toBe(0);
    clock.advance(hours(1));
    expect(table.canConvert('KES', 'JPY')).toBe(false);
    expect(() => table.convert(Money.zero('KES'), 'JPY')).toThrow(ConflictError);
    expect(table.prune()).toBe(1);
    expect(table.ageOf('KES', 'JPY')).toBeUndefined();
  });

  it('refuses rates that cannot be', () => {
    expect(() => table.record('EUR', 'EUR', 1)).toThrow(InvalidArgumentError);
    expect(() => table.record('EUR', 'KES', 0)).toThrow(InvalidArgumentError);
    expect(table.canConvert('EUR', 'KES')).toBe(false);
  });
});
