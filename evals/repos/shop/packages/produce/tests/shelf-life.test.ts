import { days, hours, instant, later, sumOfTimes } from '@shop/kernel';
import { describe, expect, it } from 'vitest';
import { MANGO, ShelfLife, TUNA, TemperatureLog, ageingFactor, celsius } from '../src/index.js';

const HARVEST = instant('2031-05-01T06:00Z');
const after = (count: number) => later(HARVEST, days(count));

const mangoAt = (degrees: number) =>
  new ShelfLife(MANGO, HARVEST, new TemperatureLog(celsius(degrees)));

describe('ageingFactor', () => {
  it('is 1 at the reference and q10 ten degrees above', () => {
    expect(ageingFactor(TUNA, celsius(0))).toBe(1);
    expect(ageingFactor(TUNA, celsius(10))).toBe(3);
    expect(ageingFactor(MANGO, celsius(0))).toBe(0.5);
  });
});

describe('ShelfLife', () => {
  it('counts days at the reference one for one', () => {
    const life = mangoAt(10);
    expect(life.usedAt(after(3))).toBe(days(3));
    expect(life.remainingAt(after(3))).toBe(days(11));
    expect(life.freshnessAt(after(7))).toBe(0.5);
  });

  it('counts warm days more and cold days less', () => {
    expect(mangoAt(20).usedAt(after(3))).toBe(days(6));
    expect(mangoAt(0).usedAt(after(3))).toBe(days(1.5));
  });

  it('follows the log', () => {
    const log = new TemperatureLog(celsius(10));
    log.record(after(1), celsius(20));
    log.record(after(2), celsius(10));
    expect(new ShelfLife(MANGO, HARVEST, log).usedAt(after(3))).toBe(days(4));
  });

  it('has all its life before the harvest and none after its end', () => {
    const life = mangoAt(10);
    expect(life.usedAt(instant('2031-04-30T06:00Z'))).toBe(0);
    expect(life.freshnessAt(HARVEST)).toBe(1);
    expect(life.isSpoiledAt(after(13.999))).toBe(false);
    expect(life.isSpoiledAt(after(14))).toBe(true);
    expect(life.usedAt(after(99))).toBe(days(14));
    expect(life.freshnessAt(after(99))).toBe(0);
  });

  it('foresees its end', () => {
    const life = mangoAt(10);
    expect(life.spoilsAt(after(4), celsius(10))).toBe(after(14));
    expect(life.spoilsAt(after(4), celsius(20))).toBe(after(9));
    expect(life.spoilsAt(after(20), celsius(20))).toBe(after(20));
  });

  it('survives what leaves exactly enough', () => {
    const ahead = [
      { length: hours(24), temperature: celsius(20) },
      { length: hours(48), temperature: celsius(0) },
    ];
    const life = mangoAt(10);
    expect(life.survives(after(4), ahead, days(7))).toBe(true);
    expect(life.survives(after(4), ahead, sumOfTimes([days(7), hours(1)]))).toBe(false);
  });
});
