import { existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isInside } from '../paths.ts';
import { runProcess } from '../process.ts';
import {
  insideTemp,
  type Mounts,
  programPath,
  runnerCaches,
  sandboxArgs,
  sandboxFailure,
  systemPath,
  viteTempPreload,
} from './bubblewrap.ts';
import { refuseLinkedPath } from './confined-files.ts';
import { nodeModulesAbove, outsideLinks } from './dependencies.ts';
import { type CopyParts, DEFAULT_OUTPUT_BYTES, environment, type Place } from './place.ts';

/** A copy that bubblewrap mounts at the repository's own path. */
export async function openSandboxed(parts: CopyParts): Promise<Place> {
  const { root, copy, temp, folder, plan } = parts;
  const { nodeModules, caches } = makeMountPoints(parts);
  const preload = '/tmp/classwright-vite-temp.cjs';
  const usesVite = plan.nodeModules.some((path) => existsSync(join(root, path, 'vite')));
  const files: [string, string][] = usesVite ? [[join(folder, 'vite-temp.cjs'), preload]] : [];
  if (usesVite) writeFileSync(join(folder, 'vite-temp.cjs'), viteTempPreload);
  const mounts: Mounts = {
    root,
    copy,
    temp,
    nodeModules,
    outside: await outsideLinks(root, plan.nodeModules),
    above: nodeModulesAbove(root),
    caches,
    files,
    hidden: parts.hidden,
    readOnly: [],
  };
  const path = programPath(true);

  return {
    insideRoot: root,
    insideTemp,
    mapBack: (text) => text,
    async start(argv, options, signal) {
      // A program that ran before may have put a link where a mount would follow it.
      const readOnly = options.readOnly ?? [];
      for (const path of [...nodeModules, ...readOnly]) await refuseLinkedPath(copy, path);
      const env = environment(path, insideTemp, options.env);
      if (usesVite) {
        env.NODE_OPTIONS = [`--require=${preload}`, options.env?.NODE_OPTIONS ?? ''].join(' ').trim();
      }
      const readable = (options.readable ?? []).filter((file) => !isInside(root, file));
      const result = await runProcess(
        [
          'bwrap',
          ...sandboxArgs({
            ...mounts,
            files: [...files, ...readable.map((file) => [file, file] as const)],
            readOnly,
          }),
          ...Object.entries(env).flatMap(([key, value]) => ['--setenv', key, value]),
          ...['--chdir', join(root, options.cwd), '--', ...argv],
        ],
        {
          cwd: '/',
          env: { PATH: systemPath() },
          timeoutMs: options.timeoutMs,
          maxOutputBytes: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
          signal,
        },
      );
      const failure = sandboxFailure(result);
      return failure === undefined
        ? result
        : { ...result, exitCode: undefined, stderr: '', spawnError: failure };
    },
  };
}

/** Folders in the copy for its dependencies to be mounted on; a node_modules that is a link stays one. */
function makeMountPoints({ root, copy, folder, plan }: CopyParts): Pick<Mounts, 'nodeModules' | 'caches'> {
  const nodeModules: string[] = [];
  const caches: [string, string][] = [];
  for (const path of plan.nodeModules) {
    const original = join(root, path);
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    if (lstatSync(original).isSymbolicLink()) {
      symlinkSync(readlinkSync(original), join(copy, path));
      continue;
    }
    mkdirSync(join(copy, path), { recursive: true });
    nodeModules.push(path);
    for (const cache of runnerCaches) {
      if (!existsSync(join(original, cache))) continue;
      const own = join(folder, 'caches', String(caches.length));
      mkdirSync(own, { recursive: true });
      caches.push([own, join(original, cache)]);
    }
  }
  return { nodeModules, caches };
}
