import { performance } from 'node:perf_hooks';
import { keepCompiledCode } from '../src/compile-cache.ts';

/**
 * A process of its own for `cold-start.ts`: from nothing to the first diagnostics of one file, then to those of some
 * other texts of it. One JSON line each time.
 */
// As the program starts: the cache first, then what it holds.
keepCompiledCode();
const { openTypeScriptSession } = await import('../src/language/typescript/session.ts');
const { targetText } = await import('./generated-target.ts');

const [root = '', targetFile = '', edits = ''] = process.argv.slice(2);
const session = await openTypeScriptSession({ root, targetFile });
const say = async (errors: number, edit?: number) => {
  const { residentBytes: engine } = await session.facts();
  process.stdout.write(`${JSON.stringify({ errors, engine, own: process.memoryUsage().rss, edit })}\n`);
};
await say((await session.diagnostics(targetFile)).diagnostics.length);
for (let revision = 1; revision <= Number(edits); revision++) {
  const start = performance.now();
  await session.setCandidate(targetText({ revision }));
  const { diagnostics } = await session.diagnostics(targetFile);
  await say(diagnostics.length, (performance.now() - start) / 1000);
}
await session.close();
