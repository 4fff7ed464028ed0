import { z } from 'zod';

/**
 * Something that no check saw. The rule for what bars `verified`, in one place:
 *
 * - A file that imports the class itself (through barrels, aliases or built output too) and that nothing could check
 *   bars it: the class may break that file unseen.
 * - A file that comes to the class only by way of others is listed: whatever lies in between is checked, or bars.
 * - A file around which something is missing (its package's dependencies, a readable tsconfig) is checked with what
 *   is there. Errors that the class brings to it bar, for nothing tells them from what the missing part causes;
 *   without such errors, and where it was seen to depend on the class, it is listed.
 * - Tests are judges, not dependents: one that cannot run or be type-checked is listed.
 */
export const NotChecked = z.object({
  what: z.string(),
  reason: z.string(),
  /** Nothing can be called `verified` while this is so. */
  bars: z.boolean().optional(),
});
export type NotChecked = z.infer<typeof NotChecked>;

export const unseen = (what: string, reason: string, isDirect: boolean): NotChecked => ({
  what,
  reason,
  ...(isDirect ? { bars: true } : {}),
});

/** One entry for each reason. */
export function together(entries: readonly NotChecked[]): NotChecked[] {
  return [...Map.groupBy(entries, ({ reason, bars }) => `${bars} ${reason}`).values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const names = [...new Set(alike.map(({ what }) => what))];
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return [{ ...first, what: names.slice(0, 3).join(', ') + more }];
  });
}
