import type { Instant } from '@shop/kernel';
import { ConflictError, requireArgument, requireFound, requireInteger } from '@shop/kernel';
import type { Commodity, CommodityCode } from './commodity.js';
import type { Grade } from './lot.js';
import { GRADES, isAtLeast, nextGradeDown } from './lot.js';
import type { ShelfLife } from './shelf-life.js';

/** What an inspector counted in a sample. */
export interface Sample {
  readonly pieces: number;
  readonly defects: number;
  /** One is enough to lose every grade: rot, parasites, foreign matter. */
  readonly critical: number;
}

/** Most defects per thousand pieces for each grade. */
export interface GradeLimits {
  readonly A: number;
  readonly B: number;
  readonly C: number;
}

export type Verdict =
  | { readonly accepted: true; readonly grade: Grade }
  | { readonly accepted: false; readonly reason: 'critical' | 'too-many-defects' | 'spoiled' };

/** Below this share of its life, goods lose one grade. */
const STALE_BELOW = 0.4;
const LEAST_SAMPLE = 20;

/** Gives grades by commodity, from samples and from what is left of the shelf life. */
export class Grader {
  readonly #limits = new Map<CommodityCode, GradeLimits>();

  /**
   * @throws ConflictError for a commodity that has limits already.
   * @throws InvalidArgumentError for limits that get stricter from A to C.
   */
  define(commodity: Commodity, limits: GradeLimits): this {
    if (this.#limits.has(commodity.code))
      throw new ConflictError(`${commodity.code} has limits already`);
    requireArgument(
      0 <= limits.A && limits.A <= limits.B && limits.B <= limits.C,
      'Limits must grow',
    );
    this.#limits.set(commodity.code, limits);
    return this;
  }

  knows(commodity: Commodity): boolean {
    return this.#limits.has(commodity.code);
  }

  /**
   * Judges a sample alone: the best grade whose limit the defects keep, exactly on the limit included.
   *
   * @throws NotFoundError for a commodity without limits.
   * @throws InvalidArgumentError for a sample of fewer than 20 pieces or with more faults than pieces.
   */
  judge(commodity: Commodity, sample: Sample): Verdict {
    const limits = requireFound(this.#limits.get(commodity.code), 'grade limits', commodity.code);
    const { pieces, defects, critical } = sample;
    requireInteger(pieces, 'Pieces', LEAST_SAMPLE);
    requireInteger(defects, 'Defects', 0);
    requireInteger(critical, 'Critical defects', 0);
    requireArgument(defects + critical <= pieces, 'There are more defects than pieces');
    if (critical > 0) return { accepted: false, reason: 'critical' };
    const grade = GRADES.find((candidate) => defects * 1000 <= limits[candidate] * pieces);
    return grade === undefined
      ? { accepted: false, reason: 'too-many-defects' }
      : { accepted: true, grade };
  }

  /** Judges a sample and the life left: stale goods lose a grade, C at the lowest; spoiled goods are refused. */
  judgeAged(sample: Sample, life: ShelfLife, at: Instant): Verdict {
    const verdict = this.judge(life.commodity, sample);
    if (life.isSpoiledAt(at)) return { accepted: false, reason: 'spoiled' };
    if (!verdict.accepted || life.freshnessAt(at) >= STALE_BELOW) return verdict;
    return { accepted: true, grade: nextGradeDown(verdict.grade) };
  }

  /** Whether a buyer who was promised `wanted` must take goods with that verdict. */
  satisfies(verdict: Verdict, wanted: Grade): boolean {
    return verdict.accepted && isAtLeast(verdict.grade, wanted);
  }
}
