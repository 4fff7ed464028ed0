import { openTypeScriptSession } from '../src/language/typescript/session.ts';

/** A process of its own for `cold-start.ts`: from nothing to the first diagnostics of one file. */
const [root = '', targetFile = ''] = process.argv.slice(2);
const session = await openTypeScriptSession({ root, targetFile });
const { diagnostics } = await session.diagnostics(targetFile);
const { residentBytes } = await session.facts();
const own = process.memoryUsage().rss;
process.stdout.write(`${JSON.stringify({ errors: diagnostics.length, engine: residentBytes, own })}\n`);
await session.close();
