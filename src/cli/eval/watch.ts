import { setTimeout as sleep } from 'node:timers/promises';
import { runFolder } from '../../../evals/run/folders.ts';
import { openStore } from '../../../evals/run/store.ts';
import { openWatch } from '../../../evals/run/watch.ts';
import { EXIT } from '../../errors.ts';
import { terminalOf } from '../../terminal.ts';
import type { Flags } from '../flags.ts';

const EVERY_MS = 500;

/** `classwright eval watch`: redraws the run's table until nothing is left to do; plain lines where no screen is. */
export async function evalWatch(run: string, _flags: Flags): Promise<number> {
  const store = await openStore(runFolder(run), { readOnly: true });
  const { stdout } = process;
  const isLive = terminalOf(process, process.env).live && stdout.isTTY;
  let stopped = false;
  process.on('SIGINT', () => {
    stopped = true;
  });
  try {
    const watch = openWatch(store);
    let drawn = 0;
    for (;;) {
      const { lines, over } = await watch.look(stdout.columns ?? 100, stdout.rows ?? 40);
      if (isLive) {
        if (drawn > 0) stdout.write(`\u001b[${drawn}A\u001b[J`);
        stdout.write(`${lines.join('\n')}\n`);
        drawn = lines.length;
      }
      if (over || stopped || !isLive) {
        if (!isLive) stdout.write(`${lines.join('\n')}\n`);
        return stopped ? EXIT.sigint : EXIT.verified;
      }
      await sleep(EVERY_MS);
    }
  } finally {
    store.close();
  }
}
