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
  const sums = clusters.map((parts) => ({
    value: parts.reduce((sum, part) => sum + part.value, 0),
    weight: parts.reduce((sum, part) => sum + part.weight, 0),
  }));
  const drawn: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    let value = 0;
    let weight = 0;
    for (let draw = 0; draw < sums.length; draw += 1) {
      const part = sums[Math.floor(random() * sums.length)];
      value += part?.value ?? 0;
      weight += part?.weight ?? 0;
    }
    if (weight > 0) drawn.push(value / weight);
  }
  drawn.sort((a, b) => a - b);
  return { low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/** Linear interpolation between the two nearest of the sorted values. */
function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
