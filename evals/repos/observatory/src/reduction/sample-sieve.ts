/** The middle of the values; of an even number, halfway between the two in the middle. Undefined for none. */
export function medianOf(values: Iterable<number>): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  return high === undefined || low === undefined ? undefined : (low + high) / 2;
}

/** A sample that the sieve does not let through, and how many spreads it lies from the centre. */
export interface Reject {
  readonly value: number;
  readonly spreads: number;
}

/** Centre and spread of samples: their median, and the median distance from it. */
export interface Middle {
  readonly centre: number;
  readonly spread: number;
}

/** Undefined for no values. */
export function middleOf(values: readonly number[]): Middle | undefined {
  const centre = medianOf(values);
  if (centre === undefined) return undefined;
  const spread = medianOf(values.map((value) => Math.abs(value - centre))) ?? 0;
  return { centre, spread };
}

/**
 * Keeps samples that lie together. Each round takes out what is more than `width` spreads from the centre of what is
 * left; rounds end when one would take out nothing, or leave less than half of all samples.
 */
export class SampleSieve {
  readonly #width: number;
  readonly #rounds: number;
  readonly #samples: number[] = [];
  #ignored = 0;

  constructor(width: number, rounds = 5) {
    this.#width = width;
    this.#rounds = rounds;
  }

  /** Samples that count, whether they come through or not. */
  get size(): number {
    return this.#samples.length;
  }

  /** Values that were no finite numbers; they count for nothing. */
  get ignored(): number {
    return this.#ignored;
  }

  /** Returns how many of the values were taken. */
  add(...values: readonly number[]): number {
    const finite = values.filter((value) => Number.isFinite(value));
    this.#samples.push(...finite);
    this.#ignored += values.length - finite.length;
    return finite.length;
  }

  /** Samples that come through, in the order in which they came. */
  kept(): readonly number[] {
    let kept: readonly number[] = this.#samples;
    for (let round = 0; round < this.#rounds; round++) {
      const middle = middleOf(kept);
      if (middle === undefined || middle.spread === 0) break;
      const next = kept.filter((value) => spreadsFrom(value, middle) <= this.#width);
      if (next.length === kept.length || next.length * 2 < this.#samples.length) break;
      kept = next;
    }
    return [...kept];
  }

  /** Centre and spread of what comes through; undefined without samples. */
  middle(): Middle | undefined {
    return middleOf(this.kept());
  }

  /** The mean of what comes through; undefined without samples. */
  mean(): number | undefined {
    const kept = this.kept();
    return kept.length === 0
      ? undefined
      : kept.reduce((sum, value) => sum + value, 0) / kept.length;
  }

  /** Samples that do not come through, the farthest first, equally far ones by value. */
  rejects(): readonly Reject[] {
    const middle = this.middle();
    if (middle === undefined) return [];
    const kept = this.kept();
    const out = this.#samples.filter((value) => !kept.includes(value));
    return out
      .map((value) => ({ value, spreads: spreadsFrom(value, middle) }))
      .sort((a, b) => b.spreads - a.spreads || a.value - b.value);
  }

  /** A sieve as fine as this one with the samples of both; neither changes. */
  with(other: SampleSieve): SampleSieve {
    const both = new SampleSieve(this.#width, this.#rounds);
    both.add(...this.#samples, ...other.#samples);
    both.#ignored = this.#ignored + other.#ignored;
    return both;
  }
}

const spreadsFrom = (value: number, { centre, spread }: Middle): number =>
  value === centre ? 0 : Math.abs(value - centre) / spread;
