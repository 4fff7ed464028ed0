/** What callers branch on; messages are for people. */
export type FaultCode = 'E-INPUT' | 'E-UNKNOWN' | 'E-TURN' | 'E-SPENT';

/** Base of everything that is thrown on purpose. */
export class Fault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value that nobody should pass; `field` says which. */
export class InputFault extends Fault {
  readonly field: string;

  constructor(field: string, message: string) {
    super('E-INPUT', `${field} ${message}`);
    this.field = field;
  }
}

/** Something was asked for by a name that is not there. */
export class UnknownFault extends Fault {
  readonly wanted: string;

  constructor(wanted: string) {
    super('E-UNKNOWN', `${wanted} is not known here`);
    this.wanted = wanted;
  }
}

/** A fair call at the wrong time: twice, too late, or before what has to come first. */
export class TurnFault extends Fault {
  constructor(message: string) {
    super('E-TURN', message);
  }
}

/** More was taken than there is; amounts in the unit of what was taken. */
export class SpentFault extends Fault {
  readonly wanted: number;
  readonly left: number;

  constructor(what: string, wanted: number, left: number) {
    super('E-SPENT', `${what}: ${wanted} wanted, ${left} left`);
    this.wanted = wanted;
    this.left = left;
  }
}
