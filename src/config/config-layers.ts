import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type ClasswrightError, usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { ConfigLayer } from './config-schema.ts';
import { SETTINGS, type Setting, type SettingKey, settingOf, variableOf } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
/** Flags as the command line gives them: text, a list of texts, or a switch. */
export type RawFlags = Partial<Record<SettingKey, string | string[] | boolean>>;

/** One source of settings, parsed. */
export interface Layer {
  values: ConfigLayer;
  /** Where a value came from, by its key. */
  origin(key: SettingKey): string;
  /** Folders that globs and context files, and that files to write or replay start from. */
  dir: string;
  pathDir: string;
  isProject: boolean;
  fail(key: SettingKey, problem: string, advice?: string): ClasswrightError;
}

/** Variables that are no settings. */
const OTHER_VARIABLES = ['CLASSWRIGHT_DEBUG'];

/** Reads one configuration file; a missing one sets nothing, a broken one fails with its line. */
export function fileLayer(file: string, what: string, root: string, isProject: boolean): Layer {
  const text = readText(file);
  const errors: ParseError[] = [];
  const tree = text === undefined ? undefined : parseTree(text, errors, { allowTrailingComma: true });
  const lineAt = (offset: number) => (text ?? '').slice(0, offset).split('\n').length;
  const error = errors[0];
  if (error) {
    const problem = printParseErrorCode(error.error)
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase();
    throw usageError(
      'bad-config',
      `${file}:${lineAt(error.offset)}: not valid JSON: ${problem}`,
      'Mend that line.',
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node =
      tree &&
      findNodeAtLocation(
        tree,
        path.map((part) => (typeof part === 'symbol' ? '' : part)),
      );
    return lineAt((node?.parent?.type === 'property' ? node.parent.offset : node?.offset) ?? 0);
  };
  const at = (path: readonly PropertyKey[]) => `${file}:${lineOf(path)}:`;
  if (tree) rejectDuplicates(tree, (offset) => `${file}:${lineAt(offset)}:`);
  return {
    values: parseLayer(tree ? getNodeValue(tree) : {}, at),
    origin: () => `${what} ${file}`,
    dir: root,
    pathDir: dirname(file),
    isProject,
    fail: (key, problem, advice) =>
      usageError('bad-config', `${at([key === 'requireLint' ? 'require' : key])} ${key} ${problem}.`, advice),
  };
}

function rejectDuplicates(tree: Node, at: (offset: number) => string): void {
  const seen = new Set<unknown>();
  for (const property of tree.type === 'object' ? (tree.children ?? []) : []) {
    const key = property.children?.[0]?.value;
    if (seen.has(key))
      throw usageError('bad-config', `${at(property.offset)} ${key} is set twice.`, 'Keep one of them.');
    seen.add(key);
  }
}

export function readText(file: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw usageError(
      'bad-config',
      `${file} cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

export function environmentLayer(env: Environment, cwd: string): Layer {
  const keys = new Map(
    SETTINGS.filter(({ key }) => key !== 'requireLint').map(({ key }) => [variableOf(key), key]),
  );
  const raw: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (
      !name.startsWith('CLASSWRIGHT_') ||
      OTHER_VARIABLES.includes(name) ||
      text === undefined ||
      text === ''
    )
      continue;
    const key = keys.get(name);
    if (!key)
      throw usageError(
        'unknown-setting',
        `The environment variable ${name} is not known.`,
        didYouMean(name, keys.keys()),
      );
    raw[key] = fromText(settingOf(key), text);
  }
  return textLayer(raw, (key) => variableOf(key), cwd);
}

const flagName = (key: SettingKey) =>
  settingOf(key)
    .flag?.replace(/^-\w, /, '')
    .replace(/ .*$/, '') ?? key;

export function flagLayer(flags: RawFlags, cwd: string): Layer {
  const raw = Object.fromEntries(
    Object.entries(flags).map(([key, value]) => [
      key,
      typeof value === 'string' ? fromText(settingOf(key as SettingKey), value) : value,
    ]),
  );
  return textLayer(raw, (key) => flagName(key), cwd);
}

function textLayer(raw: Record<string, unknown>, nameOf: (key: SettingKey) => string, dir: string): Layer {
  const origin = (key: SettingKey) => nameOf(key === 'requireLint' ? 'require' : key);
  return {
    values: parseLayer(raw, ([key]) => `${nameOf(String(key) as SettingKey)}:`, true),
    origin,
    dir,
    // Files that a person names on the command line lie where the shell is, whatever --repo says.
    pathDir: process.cwd(),
    isProject: false,
    fail: (key, problem, advice) => usageError('bad-setting', `${origin(key)} ${problem}.`, advice),
  };
}

/** One value as text. A list is one entry, or a JSON array where it starts with a bracket. */
function fromText(setting: Setting, text: string): unknown {
  const json = /^[[{]/.test(text.trim()) ? readJson(text) : undefined;
  switch (setting.kind) {
    case 'integer':
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return { true: true, 1: true, false: false, 0: false }[text.trim().toLowerCase()] ?? text;
    case 'list':
      return json ?? [text];
    case 'prices':
      return json ?? text;
    default:
      return text;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** These belong to one run and have no place in a file. */
const RUN_FLAGS: Readonly<Record<string, string>> = {
  file: '--file',
  describe: '--describe',
  describeFile: '--describe-file',
  repo: '--repo',
  cwd: '--repo',
  replace: '--replace',
  resume: '--resume',
};

function parseLayer(
  raw: unknown,
  at: (path: readonly PropertyKey[]) => string,
  fromTexts = false,
): ConfigLayer {
  const parsed = ConfigLayer.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const runFlag = path.length === 0 ? RUN_FLAGS[key] : undefined;
    const known =
      path.length === 0
        ? SETTINGS.map((one) => one.key).filter((one) => one !== 'requireLint')
        : ['input', 'output', 'cacheRead', 'cacheWrite', 'currency'];
    throw usageError(
      'unknown-setting',
      `${at([...path, key])} there is no setting "${key}".`,
      runFlag ? `It belongs to one run: give it as ${runFlag}.` : didYouMean(key, known),
    );
  }
  const setting = SETTINGS.find((one) => one.key === path[0]);
  const where = fromTexts || path.length === 0 ? at(path) : `${at(path)} ${path.join('.')}:`;
  throw usageError(
    'bad-setting',
    `${where} ${problemOf(setting, path, issue?.message ?? 'not valid', valueAt(raw, path))}.`,
  );
}

function problemOf(
  setting: Setting | undefined,
  path: readonly PropertyKey[],
  message: string,
  value: unknown,
): string {
  const wrong = [value].flat().find((one) => !setting?.choices?.includes(String(one))) ?? value;
  const got = value === undefined ? '' : `, not ${JSON.stringify(setting?.choices ? wrong : value)}`;
  if (setting?.choices) {
    const near = typeof wrong === 'string' ? nearest(wrong, setting.choices, 1)[0] : undefined;
    return `expected ${setting.choices.join(', ')}${got}${near ? ` (did you mean ${near}?)` : ''}`;
  }
  if (path.length === 1 && setting?.kind === 'integer')
    return `expected a whole number ${setting.key === 'maxToolCalls' ? 'of 0 or more' : 'above 0'}${got}`;
  if (path.length === 1 && setting?.kind === 'number') return `expected a number above 0${got}`;
  if (path.length === 1 && setting?.kind === 'boolean') return `expected true or false${got}`;
  return message.replace(/^Invalid input: /, '');
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  );
}

function didYouMean(name: string, known: Iterable<string>): string {
  const names = [...known];
  const near = nearest(name, names);
  return near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known are: ${names.join(', ')}.`;
}
