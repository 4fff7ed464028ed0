import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ClasswrightError } from '../errors.ts';
import { gitVersion } from './git.ts';
import {
  inspectRepository,
  installCommand,
  listFiles,
  missingDependencies,
  type Repository,
  realTarget,
  within,
} from './repository.ts';

/** One fact about the machine or the repository. Data only: others print it. */
export interface DoctorCheck {
  name: string;
  /** `warning`: works with a limit that `detail` names; `missing`: a run would fail. */
  state: 'ok' | 'warning' | 'missing';
  detail: string;
  /** How to mend it; set unless `ok`. */
  mend?: string;
}

const MIN_NODE = [22, 12] as const;

const ok = (name: string, detail: string): DoctorCheck => ({ name, state: 'ok', detail });
const warning = (name: string, detail: string, mend: string): DoctorCheck => ({
  name,
  state: 'warning',
  detail,
  mend,
});
const missing = (name: string, detail: string, mend: string): DoctorCheck => ({
  name,
  state: 'missing',
  detail,
  mend,
});

/** A check that may throw what the user would meet in a run. */
async function check(
  name: string,
  ask: () => DoctorCheck | DoctorCheck[] | Promise<DoctorCheck | DoctorCheck[]>,
) {
  try {
    return [await ask()].flat();
  } catch (error) {
    if (!(error instanceof ClasswrightError)) throw error;
    return [missing(name, error.message, error.advice ?? 'Mend what it names.')];
  }
}

function nodeCheck(): DoctorCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  return fits
    ? ok('Node.js', process.versions.node)
    : missing(
        'Node.js',
        `${process.versions.node} is too old`,
        `Install Node.js ${MIN_NODE.join('.')} or newer.`,
      );
}

async function gitCheck(): Promise<DoctorCheck> {
  const version = await gitVersion();
  return version === undefined
    ? warning('git', 'not installed: ignore rules are unknown', 'Install git.')
    : ok('git', version);
}

async function sandboxCheck(): Promise<DoctorCheck> {
  const { sandboxAvailable } = await import('../sandbox/sandbox.ts');
  const { available, reason, version } = await sandboxAvailable();
  return available
    ? ok('sandbox', `bubblewrap ${version ?? ''}`.trim())
    : missing(
        'sandbox',
        reason ?? 'bubblewrap does not work here',
        'Install bubblewrap, or pass --no-sandbox.',
      );
}

function dependencyCheck(repository: Repository): DoctorCheck {
  const absent = missingDependencies(repository);
  if (absent.length === 0) return ok('dependencies', 'installed');
  const names = [...new Set(absent.map(({ name }) => name))];
  const { command, dir } = installCommand(repository);
  return missing(
    'dependencies',
    `not installed: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
    `Run \`${command}\` in ${dir === '' ? repository.root : join(repository.root, dir)}.`,
  );
}

function managerCheck({ packageManager }: Repository): DoctorCheck {
  const { name, version, lockfile, pnp } = packageManager;
  if (pnp) {
    return missing(
      'package manager',
      "Yarn with Plug'n'Play, which TypeScript's native server cannot read",
      'Set `nodeLinker: node-modules` in .yarnrc.yml and run `yarn install`.',
    );
  }
  return ok(
    'package manager',
    [`${name}${version === undefined ? '' : ` ${version}`}`, lockfile]
      .filter((part) => part !== undefined)
      .join(', '),
  );
}

/** The compiler that gives the verdict: the one a program in the target's package would load. */
function compilerCheck(repository: Repository): DoctorCheck {
  for (let dir = join(repository.root, repository.target.dir); ; dir = dirname(dir)) {
    const manifest = join(dir, 'node_modules/typescript/package.json');
    if (existsSync(manifest)) {
      const version = /"version":\s*"([^"]+)"/.exec(readFileSync(manifest, 'utf8'))?.[1];
      return ok('TypeScript', `${version ?? 'of unknown version'} of the repository`);
    }
    if (dirname(dir) === dir) break;
  }
  return missing(
    'TypeScript',
    'the repository has none installed',
    'Install it: the verdict comes from its own `tsc`.',
  );
}

async function coverageCheck(repository: Repository, file: string): Promise<DoctorCheck> {
  const { findCoverage } = await import('../language/typescript/tsconfig.ts');
  const { covering, also, others } = findCoverage(repository.root, file);
  const show = (path: string) => within(repository.root, path) ?? path;
  if (covering === undefined) {
    const near = others.map(({ path }) => show(path)).join(', ');
    return missing(
      'tsconfig',
      `none names ${show(file)}${near === '' ? '' : ` (looked at ${near}, whose programs may still import it)`}`,
      'Add the file or its folder to the `include` of a tsconfig.json.',
    );
  }
  const more = also.length === 0 ? '' : `; it is also in ${also.map(({ path }) => show(path)).join(', ')}`;
  return ok('tsconfig', `${show(covering.path)} covers ${show(file)}${more}`);
}

/** Packages whose runners are told one by one. */
const MOST_LISTED = 12;

async function runnerChecks(repository: Repository): Promise<DoctorCheck[]> {
  const { findRunner } = await import('../language/typescript/runners/index.ts');
  const checks: DoctorCheck[] = [];
  const others = new Map<string, number>();
  const isLarge = repository.packages.length > MOST_LISTED;
  for (const { dir, name } of repository.packages) {
    const isTarget = dir === repository.target.dir;
    const label = `test runner of ${name ?? (dir === '' ? 'the root' : dir)}`;
    const found = await findRunner(repository, dir);
    if (isLarge && !isTarget) {
      if (!found) continue;
      const runner = `${found.kind.name} ${found.version}`;
      others.set(runner, (others.get(runner) ?? 0) + 1);
    } else if (found?.version === 'not installed') {
      checks.push(
        missing(label, `${found.kind.name} (${found.why}) is not installed`, 'Install the dependencies.'),
      );
    } else if (found !== undefined)
      checks.push(ok(label, `${found.kind.name} ${found.version} (${found.why})`));
    else if (isTarget) {
      checks.push(missing(label, 'none found', 'Use --test-command with JUnit output, or --require types.'));
    }
  }
  if (others.size > 0) {
    const counts = [...others].map(([runner, packages]) => `${runner} in ${packages}`);
    checks.push(ok('test runners of the other packages', counts.join(', ')));
  }
  return checks;
}

/**
 * What a run would find here and what it would lack. Nothing of the repository is executed and nothing is
 * written. `cwd` is absolute; `file` is the target in mind, relative to it.
 */
export async function diagnose(options: { cwd: string; file?: string | undefined }): Promise<DoctorCheck[]> {
  const { cwd, file } = options;
  const checks = [nodeCheck(), await gitCheck(), await sandboxCheck()];
  let repository: Repository | undefined;
  checks.push(
    ...(await check('repository', async () => {
      repository = await inspectRepository({ cwd, targetFile: file ?? '.' });
      return [
        ok('repository', repository.root),
        ...repository.notes.map((note) => warning('note', note, 'It works all the same.')),
      ];
    })),
  );
  if (repository === undefined) return checks;
  const found = repository;
  const { packages, target } = found;
  checks.push(managerCheck(found));
  const members = packages.filter(({ dir }) => dir !== '');
  checks.push(
    ok(
      'workspaces',
      members.length === 0
        ? 'one package'
        : `${packages.length} packages, ${target.name ?? (target.dir || 'the root')} in mind (${target.manifest.type})`,
    ),
    ...(await check('dependencies', () => dependencyCheck(found))),
    ...(await check('TypeScript', () => compilerCheck(found))),
    ...(await check('tsconfig', async () => {
      if (file !== undefined) return coverageCheck(found, realTarget(resolve(cwd, file)));
      // Without a target in mind, a source of this package stands for it.
      const inPackage = (path: string) => target.dir === '' || path.startsWith(`${target.dir}/`);
      const sources = (await listFiles(found)).filter(
        (path) => /(?<!\.d)\.[cm]?tsx?$/.test(path) && inPackage(path),
      );
      const source = sources.find((path) => /\bsrc\//.test(path) && !/test|spec/.test(path)) ?? sources[0];
      return source === undefined
        ? warning('tsconfig', 'no TypeScript source found to ask for', 'Give the target with --file <path>.')
        : coverageCheck(found, join(found.root, source));
    })),
    ...(await check('test runner', () => runnerChecks(found))),
  );
  return checks;
}
