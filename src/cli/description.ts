import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { type Flags, textOf } from './flags.ts';

/** A description of this many bytes is no description any more. */
const LIMIT = 1_000_000;

/** What the class must do, from `--describe`, a file, or standard input where `-` asks for it. */
export async function readDescription(flags: Flags, stdin: NodeJS.ReadStream): Promise<string> {
  const [text, file] = [textOf(flags, 'describe'), textOf(flags, 'describeFile')];
  if (text !== undefined && file !== undefined)
    throw usageError(
      'two-descriptions',
      '--describe and --describe-file were both given.',
      'Give one of them.',
    );
  if (text !== undefined) return checked(Buffer.from(text), '--describe');
  if (file === undefined)
    throw usageError(
      'no-description',
      'There is no description.',
      'Say what the class must do with --describe <text> or --describe-file <path|->.',
    );
  if (file !== '-') return checked(await bytesOfFile(resolve(file)), file);
  if (stdin.isTTY) process.stderr.write('Reading the description from standard input; Ctrl-D ends it.\n');
  return checked(await bytesOf(stdin), 'standard input');
}

async function bytesOfFile(path: string): Promise<Buffer> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw usageError(
      'no-description-file',
      `There is no file ${path}.`,
      'Give an existing text file with --describe-file.',
    );
  try {
    return await bytesOf(createReadStream(path));
  } catch (error) {
    throw usageError(
      'no-description-file',
      `${path} cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

/** Reads no further than the limit, so that an endless input ends too. */
async function bytesOf(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= LIMIT) break;
  }
  return Buffer.concat(chunks);
}

function checked(bytes: Buffer, source: string): string {
  if (bytes.length >= LIMIT)
    throw usageError(
      'description-too-long',
      `The description (${source}) is 1 MB or more.`,
      'Say it in fewer words; name files that matter with --context.',
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError(
      'description-not-utf8',
      `The description (${source}) is not UTF-8 text.`,
      'Save it as UTF-8.',
    );
  }
  if (text.includes('\0'))
    throw usageError(
      'description-not-text',
      `The description (${source}) holds NUL bytes: it is no text.`,
      'Give a text file.',
    );
  if (text.trim() === '')
    throw usageError(
      'description-empty',
      `The description (${source}) is empty.`,
      'Say what the class must do.',
    );
  return text.replaceAll('\r\n', '\n').trim();
}
