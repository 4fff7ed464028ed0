import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Project } from 'ts-morph';
import { targetText } from './generated-target.ts';

/** The same questions to ts-morph; `lazy`: without the files that the tsconfig names, so that imports alone are read. */
const [root = '', targetFile = '', edits = '', how = ''] = process.argv.slice(2);
const project = new Project({
  tsConfigFilePath: join(root, 'tsconfig.json'),
  skipAddingFilesFromTsConfig: how === 'lazy',
});
const source = project.addSourceFileAtPath(join(root, targetFile));
const say = (errors: number, edit?: number) => {
  const own = process.memoryUsage().rss;
  process.stdout.write(`${JSON.stringify({ errors, engine: own, own: 0, edit })}\n`);
};
say(source.getPreEmitDiagnostics().length);
for (let revision = 1; revision <= Number(edits); revision++) {
  const start = performance.now();
  source.replaceWithText(targetText({ revision }));
  say(source.getPreEmitDiagnostics().length, (performance.now() - start) / 1000);
}
