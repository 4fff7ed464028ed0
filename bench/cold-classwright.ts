import { performance } from 'node:perf_hooks';
import { openTypeScriptSession } from '../src/language/typescript/session.ts';
import { targetText } from './generated-target.ts';

/**
 * A process of its own for `cold-start.ts`: from nothing to the first diagnostics of one file, then to those of some
 * other texts of it. One JSON line each time.
 */
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
