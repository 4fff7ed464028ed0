import { stripVTControlCharacters } from 'node:util';

// Everything that moves the cursor, hides itself or turns the reading direction: controls, format and bidi marks,
// line separators, zero-width, filler and tag characters, variation selectors, lone surrogates. Tab and newline stay.
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

// Joiner and emoji selector inside an emoji are how the emoji is spelled, not something hidden.
const EMOJI_GLUE =
  /(?<=\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})(?:\u200d(?=\p{Extended_Pictographic})|\ufe0f)/gu;

const asEscape = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
};

/**
 * Makes every control and invisible character readable as an escape (`\x1b`, `\u202e`), so that text from a
 * model or a repository can neither drive the terminal nor show a reader other code than what is there. For
 * code and diffs, where nothing may disappear.
 */
export function showHidden(raw: string): string {
  const text = raw.replaceAll('\r\n', '\n');
  const glue = new Set([...text.matchAll(EMOJI_GLUE)].map((match) => match.index));
  return text.replace(HIDDEN, (character, offset: number) =>
    glue.has(offset) ? character : asEscape(character),
  );
}

/** For messages: drops colour and cursor sequences as programs print them, then shows what is still hidden. */
export const plainText = (text: string): string => showHidden(stripVTControlCharacters(text));

/** The same on one line: runs of white space become one space. */
export const oneLine = (text: string): string => plainText(text).replaceAll(/\s+/g, ' ').trim();

/** One line of JSON that is safe to look at: what could drive a terminal or turn the text is escaped, with the same value. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, inUnits)}\n`;

const inUnits = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
