import {
  ConflictError,
  InvalidArgumentError,
  ManualClock,
  days,
  id,
  later,
  timeWindow,
} from '@shop/kernel';
import { CurrencyMismatchError, FeeSchedule, UnitPrice, basisPoints, percent } from '@shop/money';
import { MANGO, ROSE } from '@shop/produce';
import { beforeEach, describe, expect, it } from 'vitest';
import { InvoiceBuilder, Ledger } from '../src/index.js';
import { START, eur, trade } from './fixtures.js';

const fees = new FeeSchedule('EUR', [{ upTo: eur('100'), rate: percent(3) }, { rate: percent(1) }]);
const week = timeWindow(START, later(START, days(7)));

let builder: InvoiceBuilder;

beforeEach(() => {
  builder = new InvoiceBuilder(id('bea'), week, fees, percent(10));
});

describe('InvoiceBuilder', () => {
  it('sums up by commodity, the dearest in front', () => {
    builder
      .add(trade('t1', 'bea', 'ken', '10.00', 2))
      .add(trade('t2', 'bea', 'zoe', '12.00', 0.5))
      .add(trade('t3', 'bea', 'ken', '13.00', 2, { commodity: ROSE.code }))
      .add(trade('t4', 'bea', 'ken', '10.00', 2, { commodity: MANGO.code }));
    expect(
      builder
        .lines()
        .map(({ amount, commodity, text }) => `${commodity} ${text} ${String(amount)}`),
    ).toEqual([
      'ROSE 2 kg in 1 trade 26.00 EUR',
      'TUNA 2.5 kg in 2 trades 26.00 EUR',
      'MANGO 2 kg in 1 trade 20.00 EUR',
    ]);
    expect(builder.currency).toBe('EUR');
  });

  it('adds the fee on the turnover and tax on both', () => {
    builder.add(trade('t1', 'bea', 'ken', '10.00', 8)).add(trade('t2', 'bea', 'ken', '10.00', 12));
    const { fee, goods, tax, total } = builder.build();
    expect([goods, fee, tax, total].map((amount) => amount.minor)).toEqual([
      20_000, 400, 2040, 22_440,
    ]);
  });

  it('rounds tax half up', () => {
    const free = new FeeSchedule('EUR', [{ rate: basisPoints(0) }]);
    const small = new InvoiceBuilder(id('bea'), week, free, percent(10));
    expect(small.add(trade('t1', 'bea', 'ken', '0.45', 1)).build().tax.minor).toBe(5);
  });

  it('takes only trades of its buyer and period, each once', () => {
    builder.add(trade('t1', 'bea', 'ken', '10.00', 1));
    expect(() => builder.add(trade('t1', 'bea', 'ken', '10.00', 1))).toThrow(ConflictError);
    const wrong = [
      trade('t2', 'ken', 'bea', '30.00', 1),
      trade('t3', 'bea', 'ken', '10.00', 1, { at: week.closes }),
    ];
    for (const each of wrong) expect(() => builder.add(each)).toThrow(InvalidArgumentError);
    const right = trade('t4', 'bea', 'ken', '10.00', 1);
    expect(builder.addAll([...wrong, trade('t1', 'bea', 'ken', '10.00', 1), right])).toBe(1);
    expect(String(builder.build().goods)).toBe('20.00 EUR');
  });

  it('refuses other money and negative tax', () => {
    builder.add(trade('t1', 'bea', 'ken', '1', 1, { price: UnitPrice.parse('1', 'JPY') }));
    expect(() => builder.build()).toThrow(CurrencyMismatchError);
    expect(() => new InvoiceBuilder(id('bea'), week, fees, basisPoints(-1))).toThrow(
      InvalidArgumentError,
    );
  });

  it('books goods, fee and tax apart', () => {
    const ledger = new Ledger(new ManualClock(START));
    builder.add(trade('t1', 'bea', 'ken', '10.00', 10));
    expect(String(builder.book(ledger).total)).toBe('113.30 EUR');
    expect(
      ledger.trialBalance('EUR').map(({ account, amount }) => `${account} ${String(amount)}`),
    ).toEqual([
      'house.fees -3.00 EUR',
      'house.goods -100.00 EUR',
      'house.tax -10.30 EUR',
      'trader.bea 113.30 EUR',
    ]);
  });

  it('is empty without trades', () => {
    const untaxed = new InvoiceBuilder(id('bea'), week, fees, basisPoints(0));
    expect(untaxed.build().tax.isZero).toBe(true);
    const { fee, lines, total } = builder.build();
    expect([lines, fee.minor, total.minor]).toEqual([[], 0, 0]);
  });
});
