#!/usr/bin/env node
// Old syntax alone: this file has to load where the rest cannot, to say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    'classwright: Node 22.12 or newer is needed; this is Node ' +
      process.versions.node +
      '.\n  Install a newer Node (https://nodejs.org) and run the same command again.\n',
  );
  process.exitCode = 2;
} else {
  import('../compile-cache.ts')
    .then((cache) => cache.keepCompiledCode())
    .then(() => import('./main.ts'))
    .then((program) => program.main(process.argv));
}
