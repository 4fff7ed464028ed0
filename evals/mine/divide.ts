import { ClasswrightError } from '../../src/errors.ts';
import { randomFrom } from '../score/random.ts';
import type { TestSet } from '../task/schema.ts';
import { keepTests, membersIn } from '../task/split.ts';
import { blocksOf, testBlocks } from '../task/test-blocks.ts';

export interface TestFile {
  file: string;
  text: string;
  /** Tests that pass with the class and fail without it. */
  ids: readonly string[];
  /** Stored snapshots tell of all its tests: it goes whole to one side. */
  hasSnapshots: boolean;
}

export const LEAST_HELD_OUT = 8;
/** Of all tests; a visible test costs the score one. */
const VISIBLE_SHARE = 0.25;
const MOST_VISIBLE = 12;

export interface Divided {
  visible: TestSet[];
  heldOut: TestSet[];
}

/** Names of members that so many held-out tests at least go on naming, where as many do at all. */
const LEAST_NAMING = 2;

/**
 * Visible and held-out tests, drawn by a seed: tests that one call declares stay together, as do those of a file that
 * cannot be cut, and every one of `members` stays with the held-out tests. Gives the reason where there are too few.
 */
export function divideTests(
  files: readonly TestFile[],
  members: ReadonlySet<string>,
  ...seed: readonly (string | number)[]
): Divided | string {
  const total = files.flatMap(({ ids }) => ids).length;
  if (total < LEAST_HELD_OUT + 1)
    return `it has ${total} tests that need it, fewer than ${LEAST_HELD_OUT + 1}`;
  const random = randomFrom('split', ...seed);
  const groups = files
    .flatMap((file) => groupsOf(file).map((ids) => ({ ids, names: namesIn(file, ids, members) })))
    .map((group) => ({ ...group, rank: random() }))
    .sort((a, b) => a.rank - b.rank);
  const naming = new Map<string, number>();
  for (const { names } of groups) for (const name of names) naming.set(name, (naming.get(name) ?? 0) + 1);
  const wanted = Math.min(MOST_VISIBLE, Math.max(1, Math.floor(total * VISIBLE_SHARE)));
  const seen = new Set<string>();
  for (const { ids, names } of groups) {
    if (seen.size + ids.length > wanted || total - seen.size - ids.length < LEAST_HELD_OUT) continue;
    if ([...names].some((name) => (naming.get(name) ?? 0) <= LEAST_NAMING)) continue;
    for (const id of ids) seen.add(id);
    for (const name of names) naming.set(name, (naming.get(name) ?? 0) - 1);
  }
  if (seen.size === 0) return 'its tests cannot be parted without leaving a member untested';
  const side = (isVisible: boolean): TestSet[] =>
    files
      .map(({ file, ids }) => ({ file, ids: ids.filter((id) => seen.has(id) === isVisible) }))
      .filter(({ ids }) => ids.length > 0);
  return { visible: side(true), heldOut: side(false) };
}

const namesIn = (
  { file, text }: TestFile,
  ids: readonly string[],
  members: ReadonlySet<string>,
): Set<string> => new Set(ids.flatMap((id) => membersIn(text, file, id)).filter((name) => members.has(name)));

function groupsOf({ file, text, ids, hasSnapshots }: TestFile): string[][] {
  if (hasSnapshots || !canBeCut(file, text, ids)) return [[...ids]];
  const { blocks } = testBlocks(text, file);
  const groups: string[][] = [];
  const owner = new Map<object, string[]>();
  for (const id of ids) {
    const own = blocksOf(blocks, id);
    const group = own.map(({ call }) => owner.get(call)).find((found) => found !== undefined) ?? [];
    if (group.length === 0) groups.push(group);
    group.push(id);
    for (const { call } of own) owner.set(call, group);
  }
  return groups;
}

/** Whether every id belongs to a call that the syntax shows. */
function canBeCut(file: string, text: string, ids: readonly string[]): boolean {
  try {
    keepTests(text, file, { keep: new Set(ids), all: ids });
    return true;
  } catch (error) {
    if (error instanceof ClasswrightError) return false;
    throw error;
  }
}
