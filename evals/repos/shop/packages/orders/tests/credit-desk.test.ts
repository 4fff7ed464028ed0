import {
  ConflictError,
  InvalidArgumentError,
  LimitExceededError,
  NotFoundError,
  id,
} from '@shop/kernel';
import { CurrencyMismatchError, Money } from '@shop/money';
import { beforeEach, describe, expect, it } from 'vitest';
import { CreditDesk } from '../src/index.js';
import { eur } from './fixtures.js';

const BEA = id<'trader'>('bea');
let desk: CreditDesk;

beforeEach(() => {
  desk = new CreditDesk('EUR');
  desk.setLimit(BEA, eur('100'));
});

const state = () =>
  [desk.available(BEA), desk.held(BEA), desk.owed(BEA)].map((money) => money.minor / 100);

describe('CreditDesk', () => {
  it('holds, captures and releases within the limit', () => {
    const first = desk.hold(BEA, eur('60'));
    const second = desk.hold(BEA, eur('40'));
    expect(state()).toEqual([0, 100, 0]);
    desk.capture(first, eur('25'));
    expect(state()).toEqual([0, 75, 25]);
    expect(String(desk.release(first))).toBe('35.00 EUR');
    expect(state()).toEqual([35, 40, 25]);
    expect(String(desk.release(second))).toBe('40.00 EUR');
    desk.pay(BEA, eur('25'));
    expect(state()).toEqual([100, 0, 0]);
  });

  it('holds nothing beyond the limit', () => {
    desk.hold(BEA, eur('99.99'));
    expect(() => desk.hold(BEA, eur('0.02'))).toThrow(LimitExceededError);
    expect(state()).toEqual([0.01, 99.99, 0]);
  });

  it('captures and takes payments for no more than there is', () => {
    const hold = desk.hold(BEA, eur('10'));
    expect(() => desk.capture(hold, eur('10.01'))).toThrow(LimitExceededError);
    desk.capture(hold, eur('10'));
    expect(() => desk.pay(BEA, eur('10.01'))).toThrow(LimitExceededError);
    desk.release(hold);
    expect(() => desk.release(hold)).toThrow(NotFoundError);
    expect(() => desk.capture(hold, eur('0'))).toThrow(NotFoundError);
  });

  it('lowers a limit to what is in use at most', () => {
    desk.capture(desk.hold(BEA, eur('30')), eur('10'));
    expect(() => desk.setLimit(BEA, eur('29.99'))).toThrow(ConflictError);
    desk.setLimit(BEA, eur('30'));
    expect(state()).toEqual([0, 20, 10]);
  });

  it('knows no strangers, no other money and nothing negative', () => {
    expect(() => desk.hold(id('zoe'), eur('0'))).toThrow(NotFoundError);
    expect(desk.held(id('zoe')).isZero).toBe(true);
    expect(() => desk.hold(BEA, Money.parse('1', 'JPY'))).toThrow(CurrencyMismatchError);
    expect(() => desk.hold(BEA, eur('-1'))).toThrow(InvalidArgumentError);
    expect(() => desk.pay(BEA, eur('-1'))).toThrow(InvalidArgumentError);
    expect(() => desk.capture(desk.hold(BEA, eur('1')), eur('-1'))).toThrow(InvalidArgumentError);
    expect(() => desk.setLimit(BEA, eur('-1'))).toThrow(InvalidArgumentError);
  });
});
