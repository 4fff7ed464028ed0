/** Machine-readable reason of a {@link ShopError}; callers branch on it, never on the message. */
export type ErrorCode =
  'invalid-argument' | 'not-found' | 'conflict' | 'limit-exceeded' | 'currency-mismatch' | 'closed';

/** Base of every error that the shop throws on purpose. */
export class ShopError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value that no caller should have passed: negative weights, empty names, reversed windows. */
export class InvalidArgumentError extends ShopError {
  constructor(message: string) {
    super('invalid-argument', message);
  }
}

/** Something was looked up by an identifier that nobody registered. */
export class NotFoundError extends ShopError {
  readonly kind: string;
  readonly id: string;

  constructor(kind: string, id: string) {
    super('not-found', `There is no ${kind} ${id}`);
    this.kind = kind;
    this.id = id;
  }
}

/** The request is well formed but contradicts what has happened already. */
export class ConflictError extends ShopError {
  constructor(message: string) {
    super('conflict', message);
  }
}

/** More was asked for than is left; both amounts are kept as text for messages and logs. */
export class LimitExceededError extends ShopError {
  readonly asked: string;
  readonly left: string;

  constructor(what: string, asked: string, left: string) {
    super('limit-exceeded', `${what}: asked for ${asked}, ${left} left`);
    this.asked = asked;
    this.left = left;
  }
}

/** An auction, a market or a period that takes nothing any more. */
export class ClosedError extends ShopError {
  constructor(what: string) {
    super('closed', `${what} is closed`);
  }
}
