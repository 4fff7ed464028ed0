import { fit } from './guard';
import type { Order } from './order';
import { by } from './order';

declare const folded: unique symbol;

/** What a person, a role, a production or a thing goes by, in the one spelling that the theatre keeps. */
export type Name = string & { readonly [folded]: true };

/**
 * Folds a name as people write it: `Lady  Bracknell ` is `lady-bracknell`. Letters of any language, digits, and
 * between them single dashes; blanks and underscores count as dashes.
 *
 * @throws UnfitError for a name without letters or digits, or with other signs.
 */
export function nameOf(text: string): Name {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');
  fit(/^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u.test(name), `"${text}" is no name`);
  return name as Name;
}

/** Folds every name; one that comes twice, in whatever spelling, is unfit. */
export function namesOf(texts: readonly string[]): Name[] {
  const names = texts.map(nameOf);
  fit(new Set(names).size === names.length, `A name comes twice in ${names.join(', ')}`);
  return names;
}

/** As the programme prints names: `box-2` before `box-10`. */
export const byName: Order<string> = by((name) => name);

/** Numbers slips of one kind from 1, with at least four digits: `hold-0001`, `hold-0002`, and so on. */
export class Numbering {
  readonly #kind: string;
  #last = 0;

  constructor(kind: string) {
    this.#kind = kind;
  }

  next(): string {
    this.#last += 1;
    return `${this.#kind}-${String(this.#last).padStart(4, '0')}`;
  }
}
