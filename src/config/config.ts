import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { findGitRoot } from '../repository/git.ts';
import {
  type Environment,
  environmentLayer,
  fileLayer,
  flagLayer,
  type Layer,
  type RawFlags,
  readText,
} from './config-layers.ts';
import {
  type Config,
  DEFAULTS,
  SETTINGS,
  type Setting,
  type SettingKey,
  settingOf,
  variableOf,
} from './settings.ts';
import { splitCommand } from './split-command.ts';

/** What `generate-class` hands to the setup of a run: everything decided, nothing left to look up. */
export interface GenerateOptions extends Config {
  request:
    | {
        kind: 'new';
        className: string;
        /** As the user wrote it, relative to `cwd`. */
        file: string;
        description: string;
        replace: boolean;
      }
    | { kind: 'resume'; session: string };
  /** Absolute folder that `file` is relative to: `--repo`, or where the command was started. */
  cwd: string;
  /** Settings given by a flag: on a resumed run they alone override what the session was started with. */
  explicit: ReadonlySet<SettingKey>;
  /** Somebody at a terminal can answer questions. Without it, and without `commandInput`, `ask` is false. */
  interactive: boolean;
  /** Commands for the run come as JSON lines on standard input. */
  commandInput: boolean;
}

export interface LoadedConfig {
  config: Config;
  /** Folder of the project's file. */
  root: string;
  /** Where a value was set; absent for a default. */
  origins: Partial<Record<SettingKey, string>>;
  explicit: ReadonlySet<SettingKey>;
}

const PROJECT_FILE = 'classwright.config.json';
export function loadConfig(options: { cwd: string; env: Environment; flags: RawFlags }): LoadedConfig {
  const { cwd, env, flags } = options;
  const root = findRoot(cwd);
  const userFile = join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'classwright', 'config.json');
  const fromFlags = flagLayer(flags, cwd);
  const layers = [
    fileLayer(userFile, 'user file', root, false),
    fileLayer(join(root, PROJECT_FILE), 'project file', root, true),
    environmentLayer(env, cwd),
    fromFlags,
  ];
  const config = { ...DEFAULTS };
  const origins: Partial<Record<SettingKey, string>> = {};
  for (const layer of layers) {
    const values = settingsOf(layer, root);
    for (const { key } of SETTINGS.filter((setting) => Object.hasOwn(values, setting.key))) {
      if (layer.isProject) guardProject(layer, settingOf(key), values[key], config[key], origins[key]);
      origins[key] = layer.origin(key);
    }
    Object.assign(config, values);
  }
  return {
    config,
    root,
    origins,
    explicit: new Set(SETTINGS.map(({ key }) => key).filter((key) => key in settingsOf(fromFlags, root))),
  };
}

/** A layer's values in the form of `Config`: paths resolved, `require` taken apart, the test command split. */
function settingsOf(layer: Layer, root: string): Partial<Config> {
  const {
    $schema: _,
    require: required,
    tests,
    context,
    testCommand,
    patch,
    record,
    replayFrom,
    ...rest
  } = layer.values;
  const settings: Partial<Config> = rest;
  if (tests) settings.tests = tests.map((glob) => fromRoot(glob, layer.dir, root));
  if (context) settings.context = context.map((path) => resolve(layer.dir, path));
  if (testCommand)
    settings.testCommand = typeof testCommand === 'string' ? splitCommand(testCommand) : testCommand;
  if (patch) settings.patch = resolve(layer.pathDir, patch);
  if (record) settings.record = resolve(layer.pathDir, record);
  if (replayFrom) settings.replayFrom = resolve(layer.pathDir, replayFrom);
  const requirements = new Set([required ?? []].flat());
  if (requirements.has('types') && requirements.has('tests'))
    throw layer.fail(
      'require',
      'asks for types and for tests at once',
      'Name one of them; lint may stand beside it.',
    );
  if (requirements.has('lint')) settings.requireLint = true;
  for (const level of ['types', 'tests'] as const) if (requirements.has(level)) settings.require = level;
  return settings;
}

function fromRoot(glob: string, dir: string, root: string): string {
  const negated = glob.startsWith('!');
  const bare = negated ? glob.slice(1) : glob;
  const prefix = relative(root, dir).split(sep).join('/');
  const path =
    prefix === '' || isAbsolute(bare) ? bare.replace(/^\.\//, '') : `${prefix}/${bare.replace(/^\.\//, '')}`;
  return negated ? `!${path}` : path;
}

/** The project's file belongs to the repository: it may tighten safety, never loosen it. */
function guardProject(
  layer: Layer,
  setting: Setting,
  value: unknown,
  below: unknown,
  belowOrigin = 'default',
): void {
  const { key, project } = setting;
  const elsewhere = `A project may tighten safety, never loosen it: set it in your own file, with ${variableOf(key)}${
    setting.flag ? ` or with ${setting.flag}` : ''
  }.`;
  if (project === 'never') throw layer.fail(key, 'cannot be set by a project', elsewhere);
  if (project === 'lower' && below !== undefined && Number(value) > Number(below))
    throw layer.fail(key, `is ${value}, above ${below} (${belowOrigin})`, elsewhere);
  const loosened = typeof project === 'object' && value !== project.only && value !== below;
  if (loosened) throw layer.fail(key, `cannot be set to ${JSON.stringify(value)} by a project`, elsewhere);
}

/** As repositories are found everywhere else: git's root, else the workspace's, else the package's, else `cwd`. */
function findRoot(cwd: string): string {
  const gitRoot = findGitRoot(cwd);
  if (gitRoot) return gitRoot;
  const folders: string[] = [];
  for (let dir = cwd; folders.at(-1) !== dir; dir = dirname(dir)) folders.push(dir);
  const packages = folders.filter((dir) => existsSync(join(dir, 'package.json')));
  return packages.find(isWorkspace) ?? packages[0] ?? cwd;
}

function isWorkspace(dir: string): boolean {
  if (existsSync(join(dir, 'pnpm-workspace.yaml'))) return true;
  const manifest = parseTree(readText(join(dir, 'package.json')) ?? '');
  return manifest !== undefined && findNodeAtLocation(manifest, ['workspaces']) !== undefined;
}
