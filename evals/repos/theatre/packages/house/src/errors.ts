/** Why a request was refused; callers branch on it, never on the message. */
export type RefusalCode = 'unfit' | 'unknown' | 'taken' | 'full' | 'untimely';

/** Base of every error that the theatre throws on purpose. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value that nobody should have passed: no name, a fraction of a minute, a span that ends first. */
export class UnfitError extends Refusal {
  constructor(message: string) {
    super('unfit', message);
  }
}

/** Nothing of this kind goes by this name. */
export class UnknownError extends Refusal {
  readonly kind: string;
  readonly key: string;

  constructor(kind: string, key: string) {
    super('unknown', `There is no ${kind} ${key}`);
    this.kind = kind;
    this.key = key;
  }
}

/** A name, a seat, a stage or a person is somebody else's already. */
export class TakenError extends Refusal {
  readonly what: string;

  constructor(what: string) {
    super('taken', `${what} is taken`);
    this.what = what;
  }
}

/** More is wanted than there is room for. */
export class FullError extends Refusal {
  readonly wanted: number;
  readonly room: number;

  constructor(what: string, wanted: number, room: number) {
    super('full', `${what}: ${wanted} wanted, room for ${room}`);
    this.wanted = wanted;
    this.room = room;
  }
}

/** The right request at the wrong time: too late, too early, or after it was done already. */
export class UntimelyError extends Refusal {
  constructor(message: string) {
    super('untimely', message);
  }
}
