import { type Covering, type CoveringOptions, findCoveringTests } from '../check/covering.ts';
import { type Dependent, type ModuleGraph, openModuleGraph } from '../language/typescript/module-graph.ts';
import { inspectRepository, listFiles } from '../repository/repository.ts';
import { tempFolder, writeFiles } from './temp.ts';

export const json = (value: unknown): string => JSON.stringify(value, null, 2);
export const BOOK = 'export class OrderBook { size(): number { return 0; } }\nexport const LIMIT = 5;\n';

interface Analysis {
  graph: ModuleGraph;
  covering: Covering;
  /** `file: reason` of the tests that judge the class, and of those that do not although they touch it. */
  tests: string[];
  excluded: string[];
  dependents: Dependent[];
}

/** Writes the files, takes every `*.test.*` file as listed by a runner, and asks for OrderBook in `targetFile`. */
export async function analyse(
  targetFile: string,
  files: Record<string, string>,
  options: Partial<CoveringOptions> = {},
): Promise<Analysis> {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{}', ...files });
  const repository = await inspectRepository({ cwd: root, targetFile });
  const listed = await listFiles(repository);
  const className = 'OrderBook';
  const graph = await openModuleGraph({
    root,
    packages: repository.packages,
    files: listed,
    target: { file: targetFile, className },
  });
  const runnerFiles = listed.filter((file) => /\.test\.[cm]?[jt]sx?$/.test(file));
  const covering = findCoveringTests({
    ...{ repository, graph, className, targetFile, testGlobs: [], runnerFiles, files: listed },
    ...options,
  });
  const show = ({ file, reason }: { file: string; reason: string }) => `${file}: ${reason}`;
  return {
    graph,
    covering,
    tests: covering.tests.map(show),
    excluded: covering.excluded.map(show),
    dependents: graph.dependents(),
  };
}
