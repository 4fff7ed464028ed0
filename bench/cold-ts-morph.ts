import { join } from 'node:path';
import { Project } from 'ts-morph';

/** The same question to ts-morph; `lazy`: without the files that the tsconfig names, so that imports alone are read. */
const [root = '', targetFile = '', how = ''] = process.argv.slice(2);
const project = new Project({
  tsConfigFilePath: join(root, 'tsconfig.json'),
  skipAddingFilesFromTsConfig: how === 'lazy',
});
const source = project.addSourceFileAtPath(join(root, targetFile));
const errors = source.getPreEmitDiagnostics().length;
const own = process.memoryUsage().rss;
process.stdout.write(`${JSON.stringify({ errors, engine: own, own })}\n`);
