import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { NotChecked } from '../check/not-checked.ts';
import { CommandEvidence } from '../check/report.ts';
import { usageError } from '../errors.ts';
import type { CoveringTest, RunEvent } from '../loop/events.ts';
import { packageVersion } from '../package-root.ts';
import { hashBytes } from '../sandbox/snapshot.ts';

/**
 * What a run has shown, as an in-toto statement: anybody can read what was judged and by what, sign it with the usual
 * tools, and have it judged again.
 */

const STATEMENT = 'https://in-toto.io/Statement/v1';
const PREDICATE = 'urn:classwright:proof:v1';
/** What this program wrote a predicate of. */
const SCHEMA = 1;

const Digest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const Resource = z.object({ name: z.string(), digest: Digest });

export const Proof = z.object({
  _type: z.literal(STATEMENT),
  /** The target file with the class in it. */
  subject: z.tuple([Resource]),
  predicateType: z.literal(PREDICATE),
  predicate: z.object({
    schemaVersion: z.literal(SCHEMA),
    classwright: z.string(),
    className: z.string(),
    verdict: z.enum(['verified', 'type-checked']),
    require: z.enum(['types', 'tests']),
    /** Covering tests, each with why it covers the class. */
    tests: z.array(Resource.extend({ reason: z.string() })),
    /** Files that depend on the class and were type-checked. */
    dependents: z.array(Resource),
    /** Each command behind the verdict; they are made anew, not repeated from here. */
    commands: z.array(CommandEvidence),
    notChecked: z.array(NotChecked),
    unnoticedMembers: z.array(z.string()),
    /** Errors that the repository had before. */
    baselineErrors: z.number(),
    finishedOn: z.iso.datetime(),
  }),
});
export type Proof = z.infer<typeof Proof>;

/** The proof of a run by its events; undefined where it ended without a success. */
export async function proofOf(events: readonly RunEvent[]): Promise<Proof | undefined> {
  const last = <Type extends RunEvent['type']>(type: Type) =>
    events.findLast((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
  const [understood, proposal, applied, ended, init] = [
    last('understood'),
    last('proposal'),
    last('applied'),
    last('result'),
    last('init'),
  ];
  if (!understood || !proposal || !ended || !init) return undefined;
  const { understanding } = understood;
  const { verdict, file, className, evidence } = ended.result;
  if (verdict !== 'verified' && verdict !== 'type-checked') return undefined;
  const resource = async (name: string) => ({
    name,
    digest: { sha256: hashBytes(await readFile(join(understanding.root, name))) },
  });
  const sha256 = applied?.hash ?? hashBytes(proposal.fileText);
  return {
    _type: STATEMENT,
    subject: [{ name: file, digest: { sha256 } }],
    predicateType: PREDICATE,
    predicate: {
      schemaVersion: SCHEMA,
      classwright: packageVersion,
      className,
      verdict,
      require: init.task.require,
      tests: await Promise.all(
        evidence.coveringTests.map(async ({ file, reason }: CoveringTest) => ({
          ...(await resource(file)),
          reason,
        })),
      ),
      dependents: await Promise.all(understanding.dependents.map(resource)),
      commands: evidence.commands,
      notChecked: evidence.notChecked,
      unnoticedMembers: evidence.unnoticedMembers,
      baselineErrors: understanding.baselineErrors,
      finishedOn: new Date(ended.time).toISOString(),
    },
  };
}

export async function writeProof(path: string, proof: Proof): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(proof, null, 2)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(
      'proof-not-written',
      `The proof could not be written to ${path}: ${why}.`,
      'Name another file with --proof.',
    );
  }
}

const MOST_BYTES = 20_000_000;

/** Reads a proof from a file. Throws a usage error where it is none. */
export async function readProof(path: string): Promise<Proof> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) throw usageError('no-proof', `There is no file ${path}.`, 'Name a file that --proof wrote.');
  const found = bytes.length > MOST_BYTES ? undefined : Proof.safeParse(parsed(bytes.toString('utf8')));
  if (found?.success) return found.data;
  const issue = found?.error.issues[0];
  const why = issue ? `${issue.path.join('.') || 'the whole'}: ${issue.message}` : 'it is too large';
  throw usageError(
    'broken-proof',
    `${path} is no proof that this version can read (${why}).`,
    'Name a file that --proof wrote.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
