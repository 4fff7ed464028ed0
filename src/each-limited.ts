/** Runs `work` on every item, a few at a time. Rejects with the first failure after the running ones have settled. */
export async function eachLimited<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  { atOnce = 16, signal }: { atOnce?: number; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  let next = 0;
  let stop = false;
  const worker = async () => {
    while (!stop && next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      try {
        await work(items[index] as T);
      } catch (error) {
        stop = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
