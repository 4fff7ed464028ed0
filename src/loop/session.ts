import { createHash, randomBytes } from 'node:crypto';
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { z } from 'zod';
import { checksError, usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { sessionsDir } from '../paths.ts';
import { type RunEvent, RunEventSchema } from './events.ts';

/**
 * A session is the log of a run's events, one JSON line each, in a folder per repository. Nothing else is kept:
 * whatever a run knows is a fold over these lines.
 */
export interface Session {
  id: string;
  /** The log. */
  file: string;
  /** Resolves when the event is on the disk. Those for display alone are left out. */
  append(event: RunEvent): Promise<void>;
  close(): Promise<void>;
}

const ROOT_FILE = 'repository';
const EXTENSION = '.jsonl';

export interface SessionPlace {
  repositoryRoot: string;
  /** Where sessions lie; the user's by default. */
  dir?: string;
}

/** Milliseconds of the last id that this process gave. */
let latest = 0;

/** Starts a log. Its id sorts by time. */
export async function createSession({ repositoryRoot, dir = sessionsDir() }: SessionPlace): Promise<Session> {
  const folder = join(dir, folderOf(repositoryRoot));
  // Two of one millisecond would sort by chance.
  latest = Math.max(Date.now(), latest + 1);
  const now = new Date(latest).toISOString().replace(/[-:]/g, '').replace('T', '-').replace(/\.|Z/g, '');
  const id = `${now}-${randomBytes(3).toString('hex')}`;
  const path = join(folder, id + EXTENSION);
  return await orUnwritable(path, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, ROOT_FILE), `${repositoryRoot}\n`, { mode: 0o600 });
    return sessionOn(id, path, await open(path, 'ax', 0o600));
  });
}

export interface OpenedSession {
  session: Session;
  events: RunEvent[];
  repositoryRoot: string;
}

/** Opens a log to go on with it, after its last whole line: what a crash left of another is cut off. */
export async function openSession(idOrPath: string, { dir = sessionsDir() } = {}): Promise<OpenedSession> {
  const file = await findSession(idOrPath, dir);
  const text = await readFile(file, 'utf8');
  const events = parseLog(text, file);
  const repositoryRoot = await rootOf(file, events);
  const session = await orUnwritable(file, async () => {
    const handle = await open(file, 'r+');
    await handle.truncate(Buffer.byteLength(wholeLines(text)));
    await handle.close();
    return sessionOn(basename(file, EXTENSION), file, await open(file, 'a'));
  });
  return { session, events, repositoryRoot };
}

/** What a log holds and where its repository is, without opening it for more. */
export async function inspectSession(
  idOrPath: string,
  { dir = sessionsDir() } = {},
): Promise<Omit<OpenedSession, 'session'>> {
  const file = await findSession(idOrPath, dir);
  const events = parseLog(await readFile(file, 'utf8'), file);
  return { events, repositoryRoot: await rootOf(file, events) };
}

/** A log that was moved elsewhere still says which repository it found. */
async function rootOf(file: string, events: readonly RunEvent[]): Promise<string> {
  const noted = (await readFile(join(dirname(file), ROOT_FILE), 'utf8').catch(() => '')).trimEnd();
  const root = noted || events.find((event) => event.type === 'understood')?.understanding.root;
  if (root !== undefined) return root;
  throw usageError('bad-session', `${file} does not say which repository it belongs to.`, 'Start a new run.');
}

function sessionOn(id: string, file: string, handle: FileHandle): Session {
  let last: Promise<void> = Promise.resolve();
  return {
    id,
    file,
    append(event) {
      if (event.type === 'model-delta') return last;
      const line = `${JSON.stringify(event)}\n`;
      last = last.then(() =>
        orUnwritable(file, async () => {
          await handle.appendFile(line);
          await handle.datasync();
        }),
      );
      return last;
    },
    async close() {
      await last.catch(() => {});
      await handle.close();
    },
  };
}

async function orUnwritable<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw checksError(
      'session-unwritable',
      `The session log ${path} cannot be written: ${reason}`,
      'Make room or set XDG_STATE_HOME to a writable folder, then go on with --resume.',
    );
  }
}

/**
 * The events of a session, by its id, the beginning of its id, or the path of its log. A last line that a crash
 * tore is left out; any other that is no event is an error that names it.
 */
export async function readSession(idOrPath: string, { dir = sessionsDir() } = {}): Promise<RunEvent[]> {
  const path = await findSession(idOrPath, dir);
  return parseLog(await readFile(path, 'utf8'), path);
}

function parseLog(text: string, path: string): RunEvent[] {
  const lines = wholeLines(text).split('\n').slice(0, -1);
  return lines.map((line, index) => {
    const fail = (reason: string) =>
      usageError(
        'bad-session',
        `${path}:${index + 1}: ${reason}`,
        'This session cannot be read: start a new run.',
      );
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw fail('not JSON.');
    }
    const event = RunEventSchema.safeParse(json);
    if (!event.success) throw fail(z.prettifyError(event.error).split('\n', 2).join(' '));
    return event.data;
  });
}

/** Everything up to the last line's end: an append that was cut off never wrote its own. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);

export interface SessionSummary {
  id: string;
  path: string;
  repositoryRoot: string;
  startedAt: Date | undefined;
  className: string | undefined;
  file: string | undefined;
  /** Undefined where the run did not come to its end. */
  verdict: string | undefined;
  /** Why it cannot be read, where it cannot. */
  problem: string | undefined;
}

/** Sessions of one repository, or of all, newest first. */
export async function listSessions({
  repositoryRoot,
  dir = sessionsDir(),
}: Partial<SessionPlace> = {}): Promise<SessionSummary[]> {
  const folders = repositoryRoot === undefined ? await entries(dir) : [folderOf(repositoryRoot)];
  const found: SessionSummary[] = [];
  for (const folder of folders) {
    const logs = (await entries(join(dir, folder))).filter((name) => name.endsWith(EXTENSION));
    if (logs.length === 0) continue;
    const root = (await readFile(join(dir, folder, ROOT_FILE), 'utf8').catch(() => '')).trimEnd();
    for (const log of logs) found.push(await summarize(join(dir, folder, log), root));
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : -1));
}

async function summarize(path: string, repositoryRoot: string): Promise<SessionSummary> {
  let events: RunEvent[] = [];
  let problem: string | undefined;
  try {
    events = parseLog(await readFile(path, 'utf8'), path);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const init = events.find((event) => event.type === 'init');
  const result = events.findLast((event) => event.type === 'result');
  return {
    id: basename(path, EXTENSION),
    path,
    repositoryRoot,
    startedAt: init === undefined ? undefined : new Date(init.time),
    className: init?.task.className,
    file: init?.task.file,
    verdict: result?.result.verdict,
    problem,
  };
}

export async function deleteSession(id: string, { dir = sessionsDir() } = {}): Promise<void> {
  const path = await findSession(id, dir);
  await rm(path);
  const folder = dirname(path);
  if ((await entries(folder)).some((name) => name !== ROOT_FILE)) return;
  await rm(join(folder, ROOT_FILE), { force: true });
  await rmdir(folder).catch(() => {});
}

async function findSession(idOrPath: string, dir: string): Promise<string> {
  if (idOrPath.includes('/') || idOrPath.includes(sep) || idOrPath.endsWith(EXTENSION)) {
    await access(idOrPath).catch(() => {
      throw usageError('unknown-session', `There is no session log at ${idOrPath}.`, 'Check the path.');
    });
    return idOrPath;
  }
  const paths = new Map<string, string>();
  for (const folder of await entries(dir))
    for (const name of await entries(join(dir, folder)))
      if (name.endsWith(EXTENSION)) paths.set(basename(name, EXTENSION), join(dir, folder, name));
  const matches = [...paths].filter(
    ([id]) => id === idOrPath || (idOrPath !== '' && id.startsWith(idOrPath)),
  );
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only[1];
  if (matches.length > 1)
    throw usageError(
      'ambiguous-session',
      `${matches.length} sessions begin with "${idOrPath}".`,
      'Give more of the id.',
    );
  const near = nearest(idOrPath, paths.keys());
  throw usageError(
    'unknown-session',
    `There is no session "${idOrPath}".`,
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : 'Its id stands at the end of the run that it logs.',
  );
}

const entries = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Readable, and unlike for two repositories of one name. */
function folderOf(repositoryRoot: string): string {
  const name = basename(repositoryRoot)
    .replace(/[^a-zA-Z0-9._-]/g, '_')
    .slice(0, 40);
  return `${name}-${createHash('sha256').update(repositoryRoot).digest('hex').slice(0, 12)}`;
}
