import { showHidden } from '../src/sanitize.ts';

/** Longest answer of a tool, in UTF-16 units: about 3,000 tokens. */
export const MOST_CHARACTERS = 12_000;
/** Of a file that is read: a second look-up for the rest would cost more. */
export const MOST_OF_A_FILE = 22_000;

export interface Cut {
  /** What the entries are, in the plural: `references`. */
  what: string;
  limit: number;
  /** False where there may be more than `entries`. */
  isAll?: boolean;
  /** What to ask for instead: `Narrow it with a glob.` */
  hint?: string;
}

/** The one cutter of lists: whole entries only, and what was left out is said with the limit that did it. */
export function cutList(entries: readonly string[], { what, limit, isAll = true, hint }: Cut): string {
  const shown: string[] = [];
  let size = 0;
  let hit: string | undefined;
  for (const entry of entries) {
    if (shown.length === limit) hit = `the limit of ${limit}`;
    else if (shown.length > 0 && size + entry.length + 1 > MOST_CHARACTERS)
      hit = `the size limit of ${MOST_CHARACTERS} characters`;
    if (hit) break;
    // An entry that was cut already says so itself.
    shown.push(entry.length > MOST_CHARACTERS + 500 ? cutText(entry) : entry);
    size += entry.length + 1;
  }
  if (hit) {
    const counted = isAll
      ? `${shown.length} of ${entries.length} ${what}`
      : `the first ${shown.length} ${what}`;
    shown.push(`[cut by ${hit}: ${counted} shown.${hint ? ` ${hint}` : ''}]`);
  }
  return shown.join('\n');
}

/** Whole lines of one long text, with what to ask for next. */
export function cutText(
  text: string,
  hint?: (linesShown: number) => string,
  most: number = MOST_CHARACTERS,
): string {
  if (text.length <= most) return text;
  const lines = text.split('\n');
  const shown: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += line.length + 1;
    if (size > most) break;
    shown.push(line);
  }
  if (shown.length === 0) shown.push(text.slice(0, most));
  const advice = hint ? ` ${hint(shown.length)}` : '';
  const counted = `${shown.length} of ${lines.length} lines shown`;
  return [...shown, `[cut by the size limit of ${most} characters: ${counted}.${advice}]`].join('\n');
}

/**
 * Last step of every answer: text of a repository is data, so nothing in it stays invisible, and however it came
 * about it is never longer than the limit with room for the notes.
 */
export function finish(text: string): string {
  const clean = showHidden(text).replace(/[ \t]+$/gm, '');
  return clean.length <= 2 * MOST_CHARACTERS ? clean : cutText(clean);
}
