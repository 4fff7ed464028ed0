import { createInterface } from 'node:readline';

/**
 * Asks one question on standard error and reads one line. Undefined where nobody answers: the input ended, or
 * the question was called off. Ctrl-C calls `onInterrupt`.
 */
export function askLine(
  streams: { stdin: NodeJS.ReadStream; stderr: NodeJS.WritableStream },
  question: string,
  signal: AbortSignal,
  onInterrupt: () => void,
): Promise<string | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((done) => {
    // The live view leaves the input without a hold on the process: while a person thinks, nothing else has one.
    streams.stdin.ref();
    const line = createInterface({
      input: streams.stdin,
      output: streams.stderr,
      terminal: true,
      historySize: 0,
    });
    const finish = (answer: string | undefined) => {
      signal.removeEventListener('abort', callOff);
      line.removeAllListeners();
      line.close();
      streams.stdin.unref();
      if (answer === undefined) streams.stderr.write('\n');
      done(answer);
    };
    const callOff = () => finish(undefined);
    signal.addEventListener('abort', callOff, { once: true });
    line.once('SIGINT', () => {
      onInterrupt();
      finish(undefined);
    });
    line.once('close', () => finish(undefined));
    line.question(question, finish);
  });
}
