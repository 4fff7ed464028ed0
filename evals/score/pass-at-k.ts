/**
 * Unbiased estimate of pass@k (Chen et al. 2021, arXiv 2107.03374): the chance that at least one of `k` samples drawn
 * without replacement from `n`, of which `solved` are right, is right. Undefined where `n < k`: it has no estimate.
 */
export function passAtK(n: number, solved: number, k: number): number | undefined {
  if (k < 1 || n < k) return undefined;
  let allWrong = 1;
  for (let drawn = 0; drawn < k; drawn += 1) allWrong *= Math.max(0, n - solved - drawn) / (n - drawn);
  return 1 - allWrong;
}
