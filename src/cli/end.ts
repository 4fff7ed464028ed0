import { ClasswrightError, EXIT } from '../errors.ts';
import { jsonLine, plainText } from '../sanitize.ts';

type Format = 'text' | 'json' | 'stream-json';

/**
 * The format that an error has to be told in, before anything is parsed: a script that asked for JSON gets JSON
 * for its own usage errors too.
 */
function formatOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Format {
  let format: string | undefined = env.CLASSWRIGHT_OUTPUT_FORMAT;
  for (const [at, word] of argv.entries()) {
    if (word === '--json') format = 'json';
    else if (word === '--output-format') format = argv[at + 1];
    else if (word.startsWith('--output-format=')) format = word.slice('--output-format='.length);
  }
  return format === 'json' || format === 'stream-json' ? format : 'text';
}

/** Tells why a command ended without a result of its own; returns the exit code. */
export async function fail(error: unknown, argv: readonly string[]): Promise<number> {
  const known = error instanceof ClasswrightError;
  const exitCode = known ? error.exitCode : EXIT.checks;
  const message = known
    ? error.message
    : `Internal error: ${error instanceof Error ? error.message : String(error)}`;
  const advice = known
    ? error.advice
    : 'This is a defect of Classwright: CLASSWRIGHT_DEBUG=1 shows where, please report it.';
  const lines = [`classwright: ${plainText(message)}`, ...(advice ? [`  ${plainText(advice)}`] : [])];
  process.stderr.write(`${lines.join('\n')}\n`);
  if (process.env.CLASSWRIGHT_DEBUG === '1' && error instanceof Error)
    process.stderr.write(`${plainText(error.stack ?? '')}\n`);

  const format = formatOf(argv, process.env);
  if (format === 'text') return exitCode;
  if (argv[2] === 'generate-class') {
    const { errorResult, resultEvent } = await import('../report/json.ts');
    const result = errorResult({ exitCode, message, advice });
    const body = format === 'json' ? result : resultEvent(result, 1);
    process.stdout.write(jsonLine(body));
  } else {
    const code = known ? error.code : 'internal';
    process.stdout.write(jsonLine({ exitCode, error: { code, message, ...(advice ? { advice } : {}) } }));
  }
  return exitCode;
}

/** Streams that nobody reads any more are no crash; whatever else escapes is told like any failure. */
export function guardProcess(argv: readonly string[]): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  const onEscaped = async (error: unknown) => end(await fail(error, argv));
  process.on('uncaughtException', onEscaped);
  process.on('unhandledRejection', onEscaped);
}

/** Ends the process once everything written has left it, whatever a library still keeps open. */
export async function end(exitCode: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(exitCode);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((done) => {
    stream.once('close', done);
    stream.write('', () => done());
  });
}
