import { describe, expect, it } from 'vitest';
import {
  ConflictError,
  IdSequence,
  InvalidArgumentError,
  LimitExceededError,
  ManualClock,
  NotFoundError,
  ShopError,
  Topic,
  duration,
  elapsed,
  formatDuration,
  formatInstant,
  grams,
  hours,
  id,
  inHours,
  instant,
  isWithin,
  kilograms,
  later,
  lessWeight,
  formatWeight,
  lighterOf,
  minutes,
  requireFound,
  requireInteger,
  sumOfTimes,
  sumOfWeights,
  timeWindow,
} from '../src/index.js';

const NOON = instant('2031-05-01T12:00Z');

describe('errors', () => {
  it('carry their code and the name of their class', () => {
    const error = new NotFoundError('lot', 'lot-9');
    expect(error).toBeInstanceOf(ShopError);
    expect(error).toMatchObject({
      name: 'NotFoundError',
      code: 'not-found',
      kind: 'lot',
      id: 'lot-9',
    });
    expect(error.message).toBe('There is no lot lot-9');
  });

  it('narrow what was looked up', () => {
    expect(requireFound(0, 'count', 'x')).toBe(0);
    expect(() => requireFound(undefined, 'count', 'x')).toThrow(NotFoundError);
    expect(() => requireInteger(1.5, 'Boxes')).toThrow('Boxes must be a whole number, not 1.5');
    expect(() => requireInteger(-1, 'Boxes', 0)).toThrow('Boxes must be at least 0, not -1');
  });
});

describe('identifiers', () => {
  it('take letters, digits and single inner dashes or dots', () => {
    expect(id('lot-1.a')).toBe('lot-1.a');
    for (const text of ['', '-a', 'a-', 'a--b', 'a b', 'a'.repeat(41)])
      expect(() => id(text)).toThrow(InvalidArgumentError);
  });

  it('are numbered from 1', () => {
    const sequence = new IdSequence('trade');
    expect(sequence.count).toBe(0);
    expect([sequence.next(), sequence.next()]).toEqual(['trade-1', 'trade-2']);
    expect(sequence.count).toBe(2);
  });
});

describe('time', () => {
  it('needs a zone', () => {
    expect(() => instant('2031-05-01T12:00')).toThrow(InvalidArgumentError);
    expect(() => instant('noonZ')).toThrow(InvalidArgumentError);
    expect(instant('2031-05-01T14:00+02:00')).toBe(NOON);
  });

  it('never runs backwards', () => {
    expect(elapsed(later(NOON, hours(1)), NOON)).toBe(0);
    expect(elapsed(NOON, later(NOON, minutes(90)))).toBe(hours(1.5));
    expect(() => duration(-1)).toThrow(InvalidArgumentError);
    expect(sumOfTimes([hours(1), minutes(30)])).toBe(minutes(90));
    expect(inHours(minutes(90))).toBe(1.5);
  });

  it('has windows that leave their end out', () => {
    const window = timeWindow(NOON, later(NOON, hours(1)));
    expect(isWithin(NOON, window)).toBe(true);
    expect(isWithin(later(NOON, hours(1)), window)).toBe(false);
    expect(() => timeWindow(NOON, NOON)).toThrow(InvalidArgumentError);
  });

  it('is written for people', () => {
    expect(formatInstant(NOON)).toBe('2031-05-01T12:00Z');
    expect(formatDuration(minutes(26 * 60 + 5.9))).toBe('26h 05m');
  });

  it('stands still until the clock is moved', () => {
    const clock = new ManualClock(NOON);
    clock.advance(hours(2));
    expect(clock.now()).toBe(later(NOON, hours(2)));
    expect(() => clock.moveTo(NOON)).toThrow(ConflictError);
  });
});

describe('weights', () => {
  it('are whole grams', () => {
    expect(kilograms(0.29)).toBe(290);
    expect(() => kilograms(0.0001)).toThrow(InvalidArgumentError);
    expect(() => grams(-1)).toThrow(InvalidArgumentError);
  });

  it('are added, taken away and written', () => {
    expect(sumOfWeights([kilograms(1), grams(5)])).toBe(1005);
    expect(lessWeight(kilograms(1), grams(1))).toBe(999);
    expect(() => lessWeight(grams(1), kilograms(1))).toThrow(LimitExceededError);
    expect(lighterOf(grams(3), grams(2))).toBe(2);
    expect(formatWeight(grams(12_500))).toBe('12.5 kg');
  });
});

describe('Topic', () => {
  it('tells listeners in order until they leave', () => {
    const topic = new Topic<number>();
    const heard: string[] = [];
    const leave = topic.subscribe((n) => heard.push(`a${n}`));
    topic.subscribe((n) => heard.push(`b${n}`));
    topic.publish(1);
    leave();
    leave();
    topic.publish(2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
    expect(topic.listeners).toBe(1);
  });
});
