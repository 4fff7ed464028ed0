import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { kernel } from './generated-kernel.ts';
import { countLines, entityName, type ModulePlan, moduleFiles } from './generated-module.ts';
import { targetFiles } from './generated-target.ts';
import { seeded } from './random.ts';

export interface RepositorySize {
  /** Of TypeScript, to within one module of about a thousand. */
  lines: number;
  /** Lines of one entity file; the number of files follows. */
  linesPerFile?: number;
  seed?: number;
}

export interface GeneratedRepository {
  files: number;
  lines: number;
}

const ENTITIES_PER_MODULE = 7;

/**
 * Writes a repository that TypeScript 5.9 accepts: hierarchies of classes, generics, barrels, modules that import each
 * other in a circle. The same size and seed give the same bytes. `folder` has to be empty or missing.
 */
export function generateRepository(folder: string, size: RepositorySize): GeneratedRepository {
  const files = repositoryFiles(size);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(ownCompiler(), join(folder, 'node_modules/typescript'), 'dir');
  // As in a real one, git is asked which files there are.
  spawnSync('git', ['init', '--quiet'], { cwd: folder });
  const sources = Object.entries(files).filter(([file]) => file.endsWith('.ts'));
  return { files: sources.length, lines: sources.reduce((sum, [, text]) => sum + countLines(text), 0) };
}

/** The TypeScript that a repository of today has installed. */
export const ownCompiler = (): string =>
  dirname(createRequire(import.meta.url).resolve('typescript-5.9/package.json'));

/** Text of every file by its path. */
export function repositoryFiles({
  lines,
  linesPerFile = 140,
  seed = 1,
}: RepositorySize): Record<string, string> {
  const random = seeded(seed);
  const files: Record<string, string> = { ...kernel, ...targetFiles() };
  const written = Object.values(files).reduce((sum, text) => sum + countLines(text), 0);
  const count = Math.max(2, Math.ceil((lines - written) / averageModule(linesPerFile)));
  const plans = Array.from({ length: count }, (_, i) => modulePlan(i, count, linesPerFile));
  for (const plan of plans) Object.assign(files, moduleFiles(plan, random));
  files['src/index.ts'] = ['kernel', 'target', ...plans.map(({ name }) => name)]
    .map((name) => `export * as ${name} from './${name}/index';\n`)
    .join('');
  files['package.json'] = `${JSON.stringify(MANIFEST, null, 2)}\n`;
  files['tsconfig.json'] = `${JSON.stringify(TSCONFIG, null, 2)}\n`;
  files['.gitignore'] = 'node_modules/\n';
  return files;
}

/** Entity files, which end within a method, and some 80 lines of contracts, service and barrel. */
const averageModule = (linesPerFile: number) => ENTITIES_PER_MODULE * (linesPerFile + 4) + 83;

const moduleName = (index: number) => `m${String(index).padStart(3, '0')}`;

function modulePlan(index: number, count: number, linesPerFile: number): ModulePlan {
  const neighbour = (index + 1) % count;
  const [base, ...rest] = Array.from({ length: ENTITIES_PER_MODULE }, (_, i) => entityName(index, i));
  return {
    name: moduleName(index),
    entities: [base ?? '', ...rest],
    linesPerFile,
    neighbour: { name: moduleName(neighbour), entity: entityName(neighbour, 0) },
  };
}

const MANIFEST = {
  name: 'generated',
  version: '1.0.0',
  private: true,
  type: 'module',
  devDependencies: { typescript: '5.9.3' },
};

/** Options that both TypeScript 5.9 and 7 know. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022'],
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noEmit: true,
  },
  include: ['src'],
};
