import { dirname, relative, sep } from 'node:path';

export const toPosix = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'));

/** `path` seen from `root` as a posix path, '' for `root` itself; undefined where it lies outside. */
export function within(root: string, path: string): string | undefined {
  const inside = toPosix(relative(root, path));
  return inside === '..' || inside.startsWith('../') || /^[A-Za-z]:/.test(inside) ? undefined : inside;
}

/** `dir` and every folder above it. */
export function* upwards(dir: string): Generator<string> {
  for (let at = dir; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}
