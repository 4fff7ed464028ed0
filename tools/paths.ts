import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { isInside } from '../src/paths.ts';
import { ignoredPaths } from '../src/repository/git.ts';
import { isSecretFile } from '../src/repository/secrets.ts';
import type { ToolContext } from './tool.ts';

/** Secrets by their name, and git's own folder, whose configuration may hold a token. */
export const isSecret = (file: string): boolean =>
  isSecretFile(file, true) || file.split('/').includes('.git');

/** Code that git ignores may be generated sources; any other ignored file may hold what nobody wants shown. */
const CODE = /\.([cm]?[jt]sx?|graphql|gql|prisma|proto)$/;

/** Longest file that is read at all, in bytes. */
const MOST_BYTES = 4_000_000;

export type Opened = { file: string; text: string } | { problem: string };

/**
 * Reads a file of the repository or of its installed dependencies, the candidate in place of the target.
 * `path` is repository-relative, or absolute below the repository; links are followed and judged by where they end.
 */
export async function openFile(context: ToolContext, path: string): Promise<Opened> {
  const { root } = context.repository;
  const absolute = isAbsolute(path) ? path : join(root, path);
  const file = relative(root, absolute).split(sep).join(posix.sep);
  if (path.includes('\0') || file === '' || file.startsWith('../') || isAbsolute(file))
    return { problem: `\`${path}\` lies outside the repository.` };
  if (file === context.targetFile) return { file, text: context.targetText() };
  // The same words for what is withheld and what does not exist: the difference would tell of it.
  const missing = { problem: `There is no file \`${file}\`, or it is not shown.` };
  if (context.isWithheld(file) || isSecret(file)) return missing;

  const real = await realpath(absolute).catch(() => undefined);
  if (real === undefined) return missing;
  if (isInside(root, real)) {
    const realFile = relative(root, real).split(sep).join(posix.sep);
    if (context.isWithheld(realFile) || isSecret(realFile)) return missing;
    if (realFile === context.targetFile) return { file, text: context.targetText() };
    const installed = realFile.split('/').includes('node_modules');
    if (!installed && !CODE.test(realFile) && (await isIgnored(context, realFile))) return missing;
  } else if (!linkedDependency(file, real)) return { problem: `\`${file}\` leads out of the repository.` };

  const facts = await stat(real);
  if (facts.isDirectory()) return { problem: `\`${file}\` is a folder: list it with list-files.` };
  if (!facts.isFile()) return missing;
  if (facts.size > MOST_BYTES) return { problem: `\`${file}\` is too large to read (${facts.size} bytes).` };
  const bytes = await readFile(real);
  if (bytes.includes(0)) return { problem: `\`${file}\` is no text file.` };
  return { file, text: bytes.toString('utf8').replaceAll('\r\n', '\n') };
}

async function isIgnored({ repository, search }: ToolContext, file: string): Promise<boolean> {
  if (repository.git) return (await ignoredPaths(repository.root, [file])).has(file);
  if (file.startsWith('.') || file.includes('/.')) return false;
  const { files } = await search.files(`/${file.replace(/[\\*?[\]{}!()]/g, '\\$&')}`);
  return files.length === 0;
}

/** A package linked from a store outside the repository, as pnpm and content-addressed caches have them. */
function linkedDependency(file: string, real: string): boolean {
  return (
    file.split('/').includes('node_modules') && real.split(sep).includes('node_modules') && !isSecret(real)
  );
}
