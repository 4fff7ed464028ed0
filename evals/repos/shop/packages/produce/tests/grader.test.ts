import {
  ConflictError,
  InvalidArgumentError,
  NotFoundError,
  days,
  instant,
  later,
} from '@shop/kernel';
import { describe, expect, it } from 'vitest';
import { Grader, MANGO, ROSE, ShelfLife, TemperatureLog } from '../src/index.js';

const HARVEST = instant('2031-05-01T06:00Z');
const grader = new Grader().define(MANGO, { A: 20, B: 50, C: 100 });
const sample = (defects: number, critical = 0) => ({ pieces: 200, defects, critical });
const life = new ShelfLife(MANGO, HARVEST, new TemperatureLog(MANGO.referenceTemperature));
const onDay = (day: number) => later(HARVEST, days(day));

describe('Grader', () => {
  it.each([
    [0, 'A'],
    [4, 'A'],
    [5, 'B'],
    [10, 'B'],
    [20, 'C'],
  ] as const)('gives %d defects in 200 pieces grade %s', (defects, grade) => {
    expect(grader.judge(MANGO, sample(defects))).toEqual({ accepted: true, grade });
  });

  it('refuses too many defects and any critical one', () => {
    expect(grader.judge(MANGO, sample(21))).toEqual({
      accepted: false,
      reason: 'too-many-defects',
    });
    expect(grader.judge(MANGO, sample(0, 1))).toEqual({ accepted: false, reason: 'critical' });
  });

  it('knows only what was defined, once and with growing limits', () => {
    expect([grader.knows(MANGO), grader.knows(ROSE)]).toEqual([true, false]);
    expect(() => grader.judge(ROSE, sample(0))).toThrow(NotFoundError);
    expect(() => grader.define(MANGO, { A: 1, B: 2, C: 3 })).toThrow(ConflictError);
    expect(() => new Grader().define(ROSE, { A: 3, B: 2, C: 4 })).toThrow(InvalidArgumentError);
    const strict = new Grader().define(ROSE, { A: 0, B: 0, C: 0 });
    expect(strict.judge(ROSE, sample(0))).toEqual({ accepted: true, grade: 'A' });
  });

  it('refuses samples that prove nothing', () => {
    expect(() => grader.judge(MANGO, { pieces: 19, defects: 0, critical: 0 })).toThrow(
      InvalidArgumentError,
    );
    expect(() => grader.judge(MANGO, { pieces: 20, defects: 20, critical: 1 })).toThrow(
      InvalidArgumentError,
    );
  });

  it('takes a sample that is all defects, but no counts that cannot be', () => {
    const all = { pieces: 20, defects: 20, critical: 0 };
    expect(grader.judge(MANGO, all)).toEqual({ accepted: false, reason: 'too-many-defects' });
    for (const wrong of [{ defects: -1 }, { defects: 0.5 }, { critical: -1 }, { pieces: 20.5 }])
      expect(() => grader.judge(MANGO, { ...sample(0), ...wrong })).toThrow(InvalidArgumentError);
  });

  it('takes a grade off stale goods', () => {
    expect(grader.judgeAged(sample(0), life, onDay(8.4))).toEqual({ accepted: true, grade: 'A' });
    expect(grader.judgeAged(sample(0), life, onDay(8.5))).toEqual({ accepted: true, grade: 'B' });
    expect(grader.judgeAged(sample(20), life, onDay(9))).toEqual({ accepted: true, grade: 'C' });
    expect(grader.judgeAged(sample(0), life, onDay(14))).toEqual({
      accepted: false,
      reason: 'spoiled',
    });
  });

  it('satisfies a promise with that grade or a better one', () => {
    const verdict = grader.judge(MANGO, sample(5));
    expect([grader.satisfies(verdict, 'A'), grader.satisfies(verdict, 'B')]).toEqual([false, true]);
    expect(grader.satisfies(grader.judge(MANGO, sample(50)), 'C')).toBe(false);
  });
});
