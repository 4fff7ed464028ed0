import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AttemptEnd, type AttemptRequest } from './attempt-request.ts';

const CHILD = fileURLToPath(new URL(`./attempt-child${extname(import.meta.url)}`, import.meta.url));
/** From asking a process to stop until it is killed. */
const GRACE_MS = 6_000;
const MOST_OUTPUT = 100_000;

/**
 * Works on one cell in a process group of its own. A process that runs out of time, crashes or says nothing is a
 * failure of the harness; aborting asks it to stop and resolves once it is gone. Never rejects.
 */
export function attempt(
  request: AttemptRequest,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<AttemptEnd> {
  if (signal.aborted) return Promise.resolve({ status: 'interrupted' });
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD], { stdio: 'pipe', detached: true });
    const kill = () => {
      try {
        // The whole group: language server, sandbox and what runs in it.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    let timedOut = false;
    let killer: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGTERM');
      killer ??= setTimeout(kill, GRACE_MS);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    process.once('exit', kill);

    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout = (said.stdout + text).slice(-MOST_OUTPUT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr = (said.stderr + text).slice(-MOST_OUTPUT);
    });
    // A process that died before it read its request says so by its end.
    child.stdin.on('error', () => {});
    child.stdin.write(`${JSON.stringify(request)}\n`);

    const done = (end: AttemptEnd) => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
      process.off('exit', kill);
      kill();
      resolve(end);
    };
    child.once('error', (error) => done({ status: 'infrastructure', reason: error.message }));
    child.once('close', (code, killedBy) => {
      if (timedOut)
        return done({
          status: 'infrastructure',
          reason: `The cell was not done after ${Math.round(timeoutMs / 1000)} s.`,
        });
      if (signal.aborted) return done({ status: 'interrupted' });
      done(endOf(said) ?? { status: 'infrastructure', reason: deathOf(code, killedBy, said.stderr) });
    });
  });
}

function endOf({ stdout }: { stdout: string }): AttemptEnd | undefined {
  try {
    return AttemptEnd.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  } catch {
    return undefined;
  }
}

const deathOf = (code: number | null, signal: NodeJS.Signals | null, stderr: string) =>
  `The process of the cell ended with ${signal ?? `code ${code}`}. ${stderr.trim().slice(-600)}`.trim();
