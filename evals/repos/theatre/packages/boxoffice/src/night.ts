import type { Moment, Name } from '@theatre/house';
import { moment, nameOf, tell } from '@theatre/house';

/** One performance. */
export interface Night {
  readonly production: Name;
  readonly curtain: Moment;
  readonly isGala: boolean;
}

/** `night('Hay Fever', 'w1 fri 19:30')` */
export const night = (production: string, curtain: string, isGala = false): Night =>
  Object.freeze({ production: nameOf(production), curtain: moment(curtain), isGala });

/** A night of which there is only one: one production begins once at one time. */
export const isSameNight = (a: Night, b: Night): boolean =>
  a.production === b.production && a.curtain === b.curtain;

/** What a night costs a subscriber: a gala counts twice. */
export const creditsFor = ({ isGala }: Night): number => (isGala ? 2 : 1);

/** `hay-fever w1 fri 19:30` */
export const tellNight = ({ curtain, production }: Night): string =>
  `${production} ${tell(curtain)}`;
