/** What a task adds to a metric: the metric is the sum of values over the sum of weights. */
export interface Part {
  value: number;
  weight: number;
}

export interface Interval {
  low: number;
  high: number;
}

const RESAMPLES = 2000;

/** Sum of values over sum of weights; undefined where nothing weighs. */
export function ratio(parts: Iterable<Part>): number | undefined {
  let value = 0;
  let weight = 0;
  for (const part of parts) {
    value += part.value;
    weight += part.weight;
  }
  return weight > 0 ? value / weight : undefined;
}

/**
 * 95 % percentile bootstrap interval of a ratio. Clusters are drawn with replacement, each with all its parts: one
 * part each resamples tasks, the tasks of a repository each resamples repositories. Undefined below two clusters.
 */
export function bootstrap(
  clusters: readonly (readonly Part[])[],
  random: () => number,
): Interval | undefined {
  if (clusters.length < 2) return undefined;
  const sum = (parts: readonly Part[], of: keyof Part) => parts.reduce((total, part) => total + part[of], 0);
  const values = Float64Array.from(clusters, (parts) => sum(parts, 'value'));
  const weights = Float64Array.from(clusters, (parts) => sum(parts, 'weight'));
  const drawn = new Float64Array(RESAMPLES);
  let count = 0;
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    let value = 0;
    let weight = 0;
    for (let draw = 0; draw < clusters.length; draw += 1) {
      const at = Math.floor(random() * clusters.length);
      value += values[at] ?? 0;
      weight += weights[at] ?? 0;
    }
    if (weight > 0) drawn[count++] = value / weight;
  }
  const sorted = drawn.subarray(0, count).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Linear interpolation between the two nearest of the sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
