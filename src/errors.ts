/** What ended a run or a command, as the process reports it. The last state decides. */
export const EXIT = {
  verified: 0,
  notVerified: 1,
  usage: 2,
  repository: 3,
  model: 4,
  checks: 5,
  sigint: 130,
  sigterm: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type ErrorKind = 'usage' | 'repository' | 'model' | 'checks';

/**
 * An error a user can act on: `message` names the cause, `advice` the next step. Printed plainly, one line
 * each, without a stack. Anything else that is thrown is a defect of Classwright and keeps its stack.
 */
export class ClasswrightError extends Error {
  override readonly name = 'ClasswrightError';
  readonly kind: ErrorKind;
  /** Stable identifier such as `no-tsconfig`, for scripts and tests. */
  readonly code: string;
  readonly advice: string | undefined;

  constructor(kind: ErrorKind, code: string, message: string, advice?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.advice = advice;
  }

  get exitCode(): ExitCode {
    return EXIT[this.kind];
  }
}

export const usageError = (code: string, message: string, advice?: string) =>
  new ClasswrightError('usage', code, message, advice);
export const repositoryError = (code: string, message: string, advice?: string) =>
  new ClasswrightError('repository', code, message, advice);
export const modelError = (code: string, message: string, advice?: string) =>
  new ClasswrightError('model', code, message, advice);
export const checksError = (code: string, message: string, advice?: string) =>
  new ClasswrightError('checks', code, message, advice);
