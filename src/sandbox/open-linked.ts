import { join } from 'node:path';
import { runProcess } from '../process.ts';
import { programPath } from './bubblewrap.ts';
import { linkDependencies } from './dependencies.ts';
import { type CopyParts, DEFAULT_OUTPUT_BYTES, environment, type Place } from './place.ts';

/** A copy that is used where it lies, for `--no-sandbox`: programs in it can do what the user can. */
export async function openLinked({ root, copy, temp, plan }: CopyParts): Promise<Place> {
  await linkDependencies(root, copy, plan.nodeModules);
  const path = programPath(false);
  return {
    insideRoot: copy,
    insideTemp: temp,
    mapBack: (text) => text.replaceAll(copy, root),
    start: (argv, options, signal) =>
      runProcess(argv, {
        cwd: join(copy, options.cwd),
        env: environment(path, temp, options.env),
        timeoutMs: options.timeoutMs,
        maxOutputBytes: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
        signal,
      }),
  };
}
