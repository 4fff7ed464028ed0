import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { repositoryError } from '../../src/errors.ts';
import { type RunResult, runProcess } from '../../src/process.ts';
import { failure } from '../../src/repository/git.ts';
import { openRepository, type Repository } from '../../src/repository/repository.ts';
import { environment } from './checkout.ts';
import { walk } from './leaks.ts';

export interface InstallOptions {
  /** For messages. */
  name: string;
  /** Absolute folder of the repository. */
  sources: string;
  /** Absolute folder for manifests, lockfile and node_modules. */
  to: string;
  /** Repository-relative folders of the packages that tasks are in. */
  packageDirs: readonly string[];
  signal?: AbortSignal | undefined;
}

/** What package managers read; nothing of it is a program that runs without install scripts. */
const MANIFEST =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|\.npmrc|\.yarnrc(?:\.yml)?)$|\.patch$/;
const MARKER = '.classwright-installed.json';
const Marker = z.object({ packageDirs: z.array(z.string()) });

/** The network, the registry and the user's own settings; no secret that a repository's `.npmrc` could name. */
const PASSED =
  /^(?:HOME|XDG_.*|TMPDIR|LANG|LC_.*|(?:https?|no|all)_proxy|npm_config_(?!.*(?:auth|token|password)).*|pnpm_(?:home|config_.*)|COREPACK_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*)$/i;

/** Whether `to` holds the dependencies of these packages already. */
export function isInstalled(to: string, packageDirs: readonly string[]): boolean {
  const path = join(to, MARKER);
  if (!existsSync(path)) return false;
  const marker = Marker.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return marker.success && packageDirs.every((dir) => marker.data.packageDirs.includes(dir));
}

/**
 * Installs the dependencies of a repository from its lockfile into a folder that holds no sources, by its own package
 * manager, without install scripts. Throws `ClasswrightError` (repository) where that does not work.
 */
export async function installDependencies(options: InstallOptions): Promise<void> {
  const { name, sources, to, packageDirs, signal } = options;
  rmSync(to, { recursive: true, force: true });
  for (const file of walk(sources)) {
    if (!MANIFEST.test(basename(file))) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(sources, file), join(to, file));
  }
  const repository = await openRepository({ cwd: sources, targetFile: join(sources, 'package.json') });
  const [command, ...args] = argumentsFor(repository, packageDirs, name);
  const { dir } = repository.packageManager;
  const program = await findProgram(command, repository, name);
  const result = await runProcess([...program, ...args], {
    cwd: join(to, dir),
    env: {
      ...environment(PASSED),
      PATH: path().join(delimiter),
      CI: '1',
      COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
      COREPACK_ENABLE_STRICT: '0',
      YARN_IGNORE_PATH: '1',
      YARN_ENABLE_SCRIPTS: '0',
      npm_config_ignore_scripts: 'true',
      // The version that is here reads the lockfile too; pnpm would load another one and run it.
      npm_config_manage_package_manager_versions: 'false',
      pnpm_config_pm_on_fail: 'ignore',
    },
    timeoutMs: 30 * 60_000,
    maxOutputBytes: 16 * 1024 * 1024,
    ...(signal ? { signal } : {}),
  });
  signal?.throwIfAborted();
  if (result.exitCode !== 0)
    throw repositoryError(
      'not-installed',
      `${name}: \`${[command, ...args].join(' ')}\` failed: ${lastLine(result)}`,
      `Run it in ${join(to, dir)} to see why.`,
    );
  writeFileSync(join(to, MARKER), JSON.stringify({ packageDirs }));
}

/** This process's Node first: package managers are scripts that take the first they find. */
const path = (): string[] => [
  dirname(process.execPath),
  ...(process.env.PATH ?? '').split(delimiter).filter((dir) => isAbsolute(dir)),
];

function argumentsFor({ packageManager }: Repository, packageDirs: readonly string[], name: string) {
  const { name: manager, version, lockfile } = packageManager;
  if (lockfile === undefined)
    throw repositoryError(
      'no-lockfile',
      `${name} has no lockfile: what would be installed is not what its commit means.`,
      'Choose another repository, or a commit with a lockfile.',
    );
  switch (manager) {
    case 'npm':
      return ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'] as const;
    case 'pnpm': {
      const filters = packageDirs.flatMap((dir) => (dir === '' ? [] : ['--filter', `{./${dir}}...`]));
      const root = filters.length > 0 ? ['--include-workspace-root'] : [];
      const safe = ['--frozen-lockfile', '--ignore-scripts', '--ignore-pnpmfile'];
      return ['pnpm', ...filters, ...root, 'install', ...safe] as const;
    }
    case 'yarn':
      return /^[01]\./.test(version ?? '1.')
        ? (['yarn', 'install', '--frozen-lockfile', '--ignore-scripts'] as const)
        : (['yarn', 'install', '--immutable', '--mode=skip-build'] as const);
  }
}

/** The package manager as it is installed; by Corepack where that is another major version than the repository's. */
async function findProgram(
  command: 'npm' | 'pnpm' | 'yarn',
  { packageManager: { version } }: Repository,
  name: string,
): Promise<string[]> {
  const has = (program: string) => path().some((dir) => existsSync(join(dir, program)));
  const wanted = version?.split('.')[0];
  const installed = has(command) ? await versionOf(command) : undefined;
  const fits = installed !== undefined && (wanted === undefined || installed.split('.')[0] === wanted);
  // Every npm since 7 reads the lockfiles of the others.
  if (fits || (installed !== undefined && command === 'npm')) return [command];
  const exact = version === undefined ? command : `${command}@${version}`;
  if (has('corepack')) return ['corepack', exact];
  throw repositoryError(
    'no-package-manager',
    `${name} is installed by ${exact}; ${installed === undefined ? 'there is none' : `there is ${installed}`} on this machine.`,
    `Run \`npm install --global ${exact}\`.`,
  );
}

async function versionOf(command: string): Promise<string | undefined> {
  const { exitCode, stdout } = await runProcess([command, '--version'], {
    cwd: homedir(),
    env: { ...environment(PASSED), PATH: path().join(delimiter) },
    timeoutMs: 60_000,
    maxOutputBytes: 100_000,
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}

const lastLine = (result: RunResult): string =>
  `${result.stdout}\n${result.stderr}`
    .split('\n')
    .findLast((line) => /\b(?:ERR\w*|error)\b/i.test(line))
    ?.trim() ?? failure(result);
