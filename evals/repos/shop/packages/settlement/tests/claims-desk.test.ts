import {
  ClosedError,
  ConflictError,
  InvalidArgumentError,
  ManualClock,
  NotFoundError,
  days,
  duration,
  hours,
  id,
} from '@shop/kernel';
import { percent } from '@shop/money';
import type { Grade } from '@shop/produce';
import { beforeEach, describe, expect, it } from 'vitest';
import { ClaimsDesk, Ledger } from '../src/index.js';
import { START, eur, trade } from './fixtures.js';

const TERMS = { period: hours(48), perGrade: percent(15), least: eur('5') };
const sale = trade('t1', 'bea', 'ken', '10.00', 10);
const quality = (life: number, grade: Grade = 'A') => ({ life: days(life), grade });

let clock: ManualClock;
let ledger: Ledger;
let desk: ClaimsDesk;

beforeEach(() => {
  clock = new ManualClock(START);
  ledger = new Ledger(clock);
  desk = new ClaimsDesk(TERMS, clock, ledger);
});

describe('assessing', () => {
  it.each([
    ['all as promised', quality(8), quality(8), '0.00'],
    ['better than promised', quality(8, 'B'), quality(9, 'A'), '0.00'],
    ['a quarter of the life missing', quality(8), quality(6), '25.00'],
    ['a third of the life missing', quality(6), quality(4), '33.33'],
    ['one grade missing', quality(8), quality(8, 'B'), '15.00'],
    ['one grade below B missing', quality(8, 'B'), quality(8, 'C'), '15.00'],
    ['two grades missing', quality(8), quality(8, 'C'), '30.00'],
    ['life and grade missing', quality(8), quality(4, 'C'), '80.00'],
    ['more missing than there was', quality(8), quality(1, 'C'), '100.00'],
    ['spoiled', quality(8), quality(0, 'A'), '100.00'],
  ])('%s', (_, promised, found, refund) => {
    expect(String(desk.assess(sale, promised, found))).toBe(`${refund} EUR`);
  });

  it('may refund nothing or everything for a grade', () => {
    const refund = (count: number) =>
      new ClaimsDesk({ ...TERMS, perGrade: percent(count) }, clock, ledger)
        .assess(sale, quality(8), quality(8, 'B'))
        .toString();
    expect([refund(0), refund(100)]).toEqual(['0.00 EUR', '100.00 EUR']);
  });

  it('needs a promise', () => {
    expect(() => desk.assess(sale, quality(0), quality(0))).toThrow(InvalidArgumentError);
    expect(() => new ClaimsDesk({ ...TERMS, perGrade: percent(101) }, clock, ledger)).toThrow(
      InvalidArgumentError,
    );
  });
});

describe('claims', () => {
  it('are open until they are decided, once', () => {
    const claim = desk.open(sale, quality(8), quality(6));
    expect(claim).toMatchObject({ id: 'claim-1', trade: 't1', status: 'open', openedAt: START });
    expect(desk.openAgainst(id('ken'))).toEqual([claim]);
    expect(desk.openAgainst(id('bea'))).toEqual([]);
    expect(desk.reject(claim.id).status).toBe('rejected');
    expect(desk.find(claim.id).status).toBe('rejected');
    expect(desk.openAgainst(id('ken'))).toEqual([]);
    expect(() => desk.accept(claim.id)).toThrow(ConflictError);
    expect(ledger.entries()).toEqual([]);
  });

  it('are paid by the seller to the buyer when they are accepted', () => {
    const { id: claimId } = desk.open(sale, quality(8), quality(6));
    expect(desk.accept(claimId).status).toBe('accepted');
    expect(String(ledger.balance('trader.ken', 'EUR'))).toBe('25.00 EUR');
    expect(String(ledger.balance('trader.bea', 'EUR'))).toBe('-25.00 EUR');
    expect(() => desk.accept(claimId)).toThrow(ConflictError);
    expect(ledger.entries()).toHaveLength(1);
  });

  it('come in time, the end of the period included', () => {
    clock.advance(hours(48));
    desk.open(sale, quality(8), quality(6));
    clock.advance(duration(1));
    const other = trade('t2', 'bea', 'ken', '10.00', 10);
    expect(() => desk.open(other, quality(8), quality(6))).toThrow(ClosedError);
  });

  it('come once a trade and are worth something', () => {
    expect(() => desk.open(sale, quality(100), quality(96))).toThrow(InvalidArgumentError);
    const { id: claimId } = desk.open(sale, quality(100), quality(95));
    desk.reject(claimId);
    expect(() => desk.open(sale, quality(8), quality(6))).toThrow(ConflictError);
    expect(() => desk.find(id('claim-9'))).toThrow(NotFoundError);
  });
});
