import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { toPosix } from '../../posix-paths.ts';

/**
 * The server looks up no file in a folder that is not on disk, not even one that is open as a document. Where the
 * target's folder is still to be made, imports of the target are given other names, which `paths` lead to it.
 */

export const isInMissingFolder = (file: string): boolean => !existsSync(dirname(file));

const RELATIVE = /(['"])(\.{1,2}\/[^'"\n]*)\1/g;
const stemOf = (path: string): string => path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');

const leadsTo = (file: string, specifier: string, target: string): boolean => {
  const stem = stemOf(resolve(dirname(file), specifier));
  return stem === stemOf(target) || (basename(stemOf(target)) === 'index' && stem === dirname(target));
};

/** A bare name of the same length, so that positions in the text stay what they are. */
const standIn = (specifier: string): string => '~'.repeat(specifier.length);

/** The text with stand-ins for relative imports of the target; the same text where it has none. */
export const withStandIns = (text: string, file: string, target: string): string =>
  text.replace(RELATIVE, (whole, quote: string, specifier: string) =>
    leadsTo(file, specifier, target) ? quote + standIn(specifier) + quote : whole,
  );

const LONGEST = 160;

/** `paths` that lead every stand-in, and what the tsconfig's own `paths` would lead there, to the target. */
export function standInPaths(own: Record<string, string[]>, target: string): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (let length = './x'.length; length <= LONGEST; length++) paths['~'.repeat(length)] = [target];
  const stem = toPosix(stemOf(target));
  for (const [pattern, targets] of Object.entries(own)) {
    for (const place of targets) {
      const [head = '', tail] = toPosix(place).split('*');
      if (tail === undefined || !stem.startsWith(head)) continue;
      const star = stem.slice(head.length);
      const end = stemOf(tail);
      if (star.endsWith(end)) paths[pattern.replace('*', star.slice(0, star.length - end.length))] = [target];
    }
  }
  return paths;
}
