import {
  ConflictError,
  InvalidArgumentError,
  hours,
  instant,
  later,
  timeWindow,
} from '@shop/kernel';
import { describe, expect, it } from 'vitest';
import { TemperatureLog, celsius, commonRange, isInRange, temperatureRange } from '../src/index.js';

const EVE = instant('2031-04-30T06:00Z');
const at = (hour: number) => later(EVE, hours(24 + hour));
const day = timeWindow(at(0), at(24));

const logOf = (...readings: readonly (readonly [hour: number, degrees: number])[]) => {
  const log = new TemperatureLog(celsius(2));
  for (const [hour, degrees] of readings) log.record(at(hour), celsius(degrees));
  return log;
};

describe('temperature ranges', () => {
  it('include both ends and meet in what both allow', () => {
    const cold = temperatureRange(0, 4);
    expect([-0.1, 0, 4, 4.1].map((degrees) => isInRange(celsius(degrees), cold))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(commonRange(cold, temperatureRange(4, 9))).toEqual({ least: 4, most: 4 });
    expect(commonRange(cold, temperatureRange(5, 9))).toBeUndefined();
    expect(() => temperatureRange(5, 4)).toThrow(InvalidArgumentError);
    expect(() => celsius(Number.NaN)).toThrow(InvalidArgumentError);
  });
});

describe('TemperatureLog', () => {
  it('holds a reading until the next one', () => {
    const log = logOf([1, 5], [3, 7]);
    expect([0, 1, 2.9, 3, 99].map((hour) => log.temperatureAt(at(hour)))).toEqual([2, 5, 5, 7, 7]);
    expect(log.latest).toEqual({ at: at(3), temperature: 7 });
    expect(logOf().latest).toBeUndefined();
  });

  it('takes readings in order only', () => {
    const log = logOf([2, 5]);
    expect(() => log.record(at(2), celsius(6))).toThrow(ConflictError);
    expect(() => log.record(at(1), celsius(6))).toThrow(ConflictError);
  });

  it('covers a window with spells, joining equal neighbours', () => {
    const log = logOf([-5, 3], [2, 3], [6, 8], [24, 9]);
    expect(log.spells(day)).toEqual([
      { temperature: 3, length: hours(6) },
      { temperature: 8, length: hours(18) },
    ]);
    expect(logOf().spells(day)).toEqual([{ temperature: 2, length: hours(24) }]);
  });

  it('finds excursions with their side and peak', () => {
    const log = logOf([1, 6], [2, 9], [3, 7], [4, 4], [5, -1], [6, 5], [7, 0]);
    const range = temperatureRange(0, 4);
    expect(log.excursions(day, range)).toEqual([
      { window: timeWindow(at(1), at(4)), side: 'warm', peak: 9 },
      { window: timeWindow(at(5), at(6)), side: 'cold', peak: -1 },
      { window: timeWindow(at(6), at(7)), side: 'warm', peak: 5 },
    ]);
    expect(log.timeOutside(day, range)).toBe(hours(5));
    expect(log.timeOutside(timeWindow(at(2), at(3)), range)).toBe(hours(1));
  });

  it('keeps separate excursions of one side apart', () => {
    const log = logOf([1, 6], [2, 4], [3, 6], [4, 4]);
    expect(log.excursions(day, temperatureRange(0, 4))).toHaveLength(2);
  });

  it('weighs the mean by time', () => {
    expect(logOf([18, 10]).meanTemperature(day)).toBe(4);
  });
});
