import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importedNames } from '../src/language/typescript/declaration-index.ts';
import { openModuleGraph } from '../src/language/typescript/module-graph.ts';
import { findClasses } from '../src/language/typescript/syntax.ts';
import { listFiles, openRepository } from '../src/repository/repository.ts';

/**
 * Draws classes of a repository by the written rule of evals/results/first-runs.md: exported classes outside tests
 * with at least 5 members, 3 repository dependencies and a covering test, in an order that the seed alone decides.
 *
 *   node evals/draw.ts --repo DIR --package packages/core --seed 1 --count 2
 */

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    package: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '2' },
  },
});
if (!values.repo) throw new Error('--repo DIR is missing');

const TEST = /(^|\/)(tests?|__tests__)\/|\.(test|spec|test-d)\.[cm]?tsx?$/;

/** Names that the class takes from the repository: imported from it, or declared beside it in its file. */
function dependenciesOf(text: string, body: string, own: ReadonlySet<string>): string[] {
  const used = new Set(body.match(/[A-Za-z_$][\w$]*/g) ?? []);
  const imported = importedNames(text).filter(({ module }) => module.startsWith('.') || own.has(module));
  return [...new Set(imported.map(({ name }) => name))].filter((name) => used.has(name));
}

/** Mulberry32: the same order on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
  }
  return result;
}

const cwd = resolve(values.repo);
const repository = await openRepository({ cwd, targetFile: join(cwd, values.package, 'package.json') });
const files = await listFiles(repository);
const prefix = values.package === '' ? '' : `${values.package}/`;
const tests = files.filter(
  (file) => file.startsWith(prefix) && TEST.test(file) && /\.[cm]?[jt]sx?$/.test(file),
);
const workspace = new Set(repository.packages.flatMap((p) => (p.name === undefined ? [] : [p.name])));

interface Drawn {
  className: string;
  file: string;
  members: number;
  dependencies: string[];
  tests: string[];
}

const eligible: Drawn[] = [];
for (const file of files) {
  if (!file.startsWith(prefix) || TEST.test(file) || !/\.[cm]?tsx?$/.test(file) || file.endsWith('.d.ts'))
    continue;
  const text = readFileSync(join(repository.root, file), 'utf8');
  if (!/\bclass\b/.test(text)) continue;
  for (const found of findClasses(text, file)) {
    const dependencies = dependenciesOf(text, text.slice(found.start, found.end), workspace);
    if (!found.exported || found.members.length < 5 || dependencies.length < 3) continue;
    const target = { file, className: found.name };
    const graph = await openModuleGraph({
      root: repository.root,
      packages: repository.packages,
      files,
      target,
    });
    const covering = tests.filter((test) => graph.reach(test).kind === 'covers');
    if (covering.length === 0) continue;
    eligible.push({
      className: found.name,
      file,
      members: found.members.length,
      dependencies,
      tests: covering,
    });
  }
}
eligible.sort((a, b) => (`${a.file} ${a.className}` < `${b.file} ${b.className}` ? -1 : 1));
const drawn = shuffled(eligible, random(Number(values.seed))).slice(0, Number(values.count));
console.log(
  JSON.stringify(
    {
      head: repository.git?.head,
      seed: Number(values.seed),
      eligible: eligible.map((c) => `${c.className} ${c.file}`),
      drawn,
    },
    null,
    2,
  ),
);
