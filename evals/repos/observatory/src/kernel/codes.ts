import { demand } from './demand.ts';

declare const family: unique symbol;

const PREFIXES = {
  site: 'st',
  target: 'tg',
  team: 'tm',
  request: 'rq',
  block: 'bk',
  frame: 'fr',
  note: 'nt',
  rule: 'ru',
  alert: 'al',
} as const;

export type Family = keyof typeof PREFIXES;

/** `tg.m31`: the prefix of the family, a dot, a name. Codes of different families do not mix. */
export type Code<F extends Family> = string & { readonly [family]: F };

/**
 * The code of a name: lower case letters and digits in groups with single dashes between them, 24 characters at most.
 * Capitals are taken down.
 *
 * @throws InputFault for other names.
 */
export function codeOf<F extends Family>(of: F, name: string): Code<F> {
  const low = name.toLowerCase();
  demand(
    low.length <= 24 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(low),
    'name',
    `is no name of a ${of}: "${name}"`,
  );
  return `${PREFIXES[of]}.${low}` as Code<F>;
}

/** The name that a code was made of. */
export const nameIn = (code: Code<Family>): string => code.slice(code.indexOf('.') + 1);

/** Numbers what has no name of its own, from 1, with four digits at least: `bk.0001`, `bk.0002`. */
export class CodeRoll<F extends Family> {
  readonly #family: F;
  #given = 0;

  constructor(of: F) {
    this.#family = of;
  }

  next(): Code<F> {
    this.#given += 1;
    return codeOf(this.#family, String(this.#given).padStart(4, '0'));
  }
}
