export interface RunOptions {
  cwd: string;
  /** The whole environment of the child; nothing is inherited. */
  env: Record<string, string>;
  timeoutMs: number;
  /** Bytes kept of stdout and of stderr each; more kills the process group. */
  maxOutputBytes: number;
  signal?: AbortSignal;
  input?: string;
}

/** One shape for success and failure: a child's end is data, not an exception. */
export interface RunResult {
  argv: readonly string[];
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** The first cause of its death, where it did not end by itself. */
  killedBy: 'timeout' | 'output-limit' | 'abort' | 'signal' | undefined;
  /** Set where the program could not be started at all. */
  spawnError: string | undefined;
  seconds: number;
}

/**
 * Runs a program with an argument array in a process group of its own, which dies as a whole: on a limit, on
 * abort, when the program itself ends, and when this process ends. Never throws.
 */
export async function runProcess(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const [file = '', ...args] = argv;
  const failed = (spawnError: string): RunResult => ({
    argv,
    exitCode: undefined,
    stdout: '',
    stderr: '',
    killedBy: undefined,
    spawnError,
    seconds: (performance.now() - started) / 1000,
  });
  if (options.signal?.aborted) return { ...failed(''), killedBy: 'abort', spawnError: undefined };
  try {
    // A hundred modules, needed once a program is run: what starts meanwhile need not wait for them.
    const { execa } = await import('execa');
    const child = execa(file, args, {
      cwd: options.cwd,
      env: options.env,
      extendEnv: false,
      timeout: Math.max(1, Math.min(Math.ceil(options.timeoutMs), 2 ** 31 - 1)),
      maxBuffer: options.maxOutputBytes,
      // Bytes, so that the limit counts bytes too.
      encoding: 'buffer',
      stripFinalNewline: false,
      killDescendants: true,
      killSignal: 'SIGKILL',
      reject: false,
      ...(options.signal ? { cancelSignal: options.signal } : {}),
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    });
    // What it left running in the background would hold its output open, and outlive the run.
    child.nodeChildProcess.once('exit', () => child.kill('SIGKILL'));
    const result = await child;
    if (child.pid === undefined)
      return failed(result.originalMessage ?? result.shortMessage ?? 'unknown error');
    return {
      argv,
      exitCode: result.exitCode,
      stdout: text(result.stdout),
      stderr: text(result.stderr),
      killedBy: result.timedOut
        ? 'timeout'
        : result.isMaxBuffer
          ? 'output-limit'
          : result.isCanceled
            ? 'abort'
            : result.isTerminated
              ? 'signal'
              : undefined,
      spawnError: undefined,
      seconds: result.durationMs / 1000,
    };
  } catch (error) {
    // Arguments that no program can take (a NUL byte, say) are refused before anything starts.
    return failed(error instanceof Error ? error.message : String(error));
  }
}

const text = (bytes: Uint8Array | undefined) => (bytes ? Buffer.from(bytes).toString('utf8') : '');
