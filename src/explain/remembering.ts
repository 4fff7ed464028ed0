import type { LanguageSession } from '../language/language.ts';

/**
 * The session while one report is explained and the candidate stands still: errors in many files lead to the same
 * look-ups, each a hundred requests to the server for a class of some size.
 */
export const remembering = (language: LanguageSession): LanguageSession => ({
  ...language,
  findSymbol: once(language.findSymbol),
  typeInfo: once(language.typeInfo),
  signature: once(language.signature),
  implementations: once(language.implementations),
  importsFor: once(language.importsFor),
});

function once<Args extends unknown[], Answer>(ask: (...args: Args) => Promise<Answer>) {
  const known = new Map<string, Promise<Answer>>();
  return (...args: Args): Promise<Answer> => {
    const key = JSON.stringify(args);
    const answer = known.get(key) ?? ask(...args);
    known.set(key, answer);
    return answer;
  };
}
