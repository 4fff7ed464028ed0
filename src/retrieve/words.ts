const WORD = /[A-Za-z_$][\w$]*/g;

/** Identifiers of a text, each once. */
export const namesIn = (text: string): Set<string> => new Set(text.match(WORD) ?? []);

/** Letters by which words are compared, so that `observers` meets `observe`. */
const STEM = 6;

/** Words of a text, identifiers split at their humps, cut to their stems. */
export const wordsIn = (text: string): string[] =>
  (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [])
    .filter((word) => word.length > 2)
    .map((word) => word.toLowerCase().slice(0, STEM));

/**
 * Names that a description gives: identifiers that show themselves by capitals, digits or underscores, and plain
 * words that are quoted or called. English words name nothing.
 */
export function namesGiven(text: string): Set<string> {
  const quoted = [...text.matchAll(/`([A-Za-z_$][\w$]*)|\b([a-z][\w$]*)\(/g)].map(([, a, b]) => a ?? b ?? '');
  const shown = (text.match(WORD) ?? []).filter((name) => /^[A-Z]\w*[a-z]|[a-z][A-Z]|_|\d/.test(name));
  return new Set([...quoted, ...shown].filter((name) => name.length > 2));
}
