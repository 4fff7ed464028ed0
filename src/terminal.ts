import picocolors from 'picocolors';

/** What is known about the three standard streams; nothing else asks them. */
export interface Terminal {
  stdout: Screen;
  stderr: Screen;
  /** A person can be asked: standard input and standard error are both a terminal. */
  interactive: boolean;
  /** Progress may be redrawn in place on standard error. */
  live: boolean;
}

export interface Screen {
  isTTY: boolean;
  /** Columns; undefined where text is not to be wrapped (a pipe, a file). */
  columns: number | undefined;
  colours: Colours;
  symbols: Symbols;
}

type Colours = ReturnType<typeof picocolors.createColors>;

const UNICODE = {
  ok: '✓',
  bad: '✗',
  warn: '!',
  info: '·',
  arrow: '→',
  dot: '·',
  ellipsis: '…',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};
const ASCII = {
  ok: '+',
  bad: 'x',
  warn: '!',
  info: '-',
  arrow: '->',
  dot: '-',
  ellipsis: '...',
  spinner: ['|', '/', '-', '\\'],
};
type Symbols = typeof UNICODE;

type Stream = { isTTY?: boolean | undefined; columns?: number | undefined };
type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR (any text) turns colour off, FORCE_COLOR (but `0`) turns it on, otherwise the stream decides. */
function hasColour(stream: Stream, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** A locale that names another character set than UTF-8 gets ASCII; no locale at all is the usual container. */
function hasUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return env.TERM !== 'linux' && (locale === '' || /utf-?8/i.test(locale));
}

function screen(stream: Stream, env: Environment): Screen {
  const isTTY = stream.isTTY === true;
  return {
    isTTY,
    columns: isTTY ? stream.columns || 80 : undefined,
    colours: picocolors.createColors(hasColour(stream, env)),
    symbols: hasUnicode(env) ? UNICODE : ASCII,
  };
}

export function terminalOf(
  streams: { stdin: Stream; stdout: Stream; stderr: Stream },
  env: Environment,
): Terminal {
  const stderr = screen(streams.stderr, env);
  return {
    stdout: screen(streams.stdout, env),
    stderr,
    interactive: streams.stdin.isTTY === true && stderr.isTTY,
    // A screen reader reads a line once; redrawing would make it repeat itself.
    live: stderr.isTTY && env.TERM !== 'dumb' && env.INK_SCREEN_READER !== 'true',
  };
}
