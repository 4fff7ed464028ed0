import { usageError } from '../errors.ts';

/**
 * Splits a command line into an argument array by the quoting of a POSIX shell, and nothing else of a shell:
 * no variables, globs, pipes or substitutions, so `$HOME` and `;` are plain text.
 */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const escapes =
      character === '\\' && (quote === undefined || (quote === '"' && '"\\'.includes(line.charAt(at + 1))));
    if (escapes && at + 1 < line.length) word = (word ?? '') + line.charAt(++at);
    else if (quote) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote)
    throw usageError(
      'unbalanced-quote',
      `A quote (${quote}) is not closed in: ${line}`,
      'Close it, or write it as \\'.concat(quote, '.'),
    );
  if (word !== undefined) words.push(word);
  if (words.length === 0)
    throw usageError('empty-command', 'The test command is empty.', 'Give a program and its arguments.');
  return words;
}
