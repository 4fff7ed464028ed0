import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockTarget } from '../../src/apply/target-lock.ts';
import { ClasswrightError } from '../../src/errors.ts';
import { AttemptRequest } from './attempt-request.ts';
import { workOn } from './converse.ts';

/** A process that was killed may need a moment to be gone. */
const LOCK_MS = 20_000;
/** After being asked to stop; whoever waits kills us later. */
const STOP_MS = 4_000;

/**
 * One cell in a process of its own: the request comes as the first line of standard input, which stays open as a
 * lifeline. When it closes, whoever started us is gone and nothing more may be asked of the model.
 */
async function main(): Promise<void> {
  const stop = new AbortController();
  const lines = createInterface({ input: process.stdin });
  const first = new Promise<string>((resolve) => lines.once('line', resolve));
  const onStop = () => {
    stop.abort();
    setTimeout(() => process.exit(1), STOP_MS).unref();
  };
  lines.once('close', onStop);
  process.once('SIGTERM', onStop);
  const request = AttemptRequest.parse(JSON.parse(await first));
  const lock = await lockCell(request.folder);
  try {
    const end = await workOn(request, stop.signal);
    process.stdout.write(`${JSON.stringify(end)}\n`);
  } finally {
    await lock.release();
  }
}

/** Two processes on one log would ask twice: the one before must have ended. */
async function lockCell(folder: string) {
  await mkdir(folder, { recursive: true });
  const until = performance.now() + LOCK_MS;
  for (;;) {
    try {
      return await lockTarget(folder, 'cell', join(folder, 'lock'));
    } catch (error) {
      const isBusy = error instanceof ClasswrightError && error.code === 'busy';
      if (!isBusy || performance.now() > until) throw error;
      await sleep(50);
    }
  }
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    const reason =
      error instanceof ClasswrightError
        ? error.message
        : error instanceof Error
          ? error.stack
          : String(error);
    process.stdout.write(`${JSON.stringify({ status: 'infrastructure', reason })}\n`, () => process.exit(0));
  },
);
