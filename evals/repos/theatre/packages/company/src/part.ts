import type { Name } from '@theatre/house';

/** A role of the play and the scenes in which it is on stage. */
export interface Part {
  readonly role: Name;
  readonly scenes: readonly Name[];
}

/** Who plays a role at one performance. */
export interface Playing {
  readonly role: Name;
  readonly player: Name;
  /** Whether it is not the principal. */
  readonly isCover: boolean;
}

/** Whether one player cannot be both: they meet on stage. */
export const meets = (a: Part, b: Part): boolean =>
  a.scenes.some((scene) => b.scenes.includes(scene));

/** `jack-worthing` as on a printed slip: `Jack Worthing`. */
export const printed = (name: Name): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
