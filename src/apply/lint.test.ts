import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { createWorkingCopy, sandboxAvailable, type WorkingCopy } from '../sandbox/sandbox.ts';
import { tempFolder, writeFiles } from '../testing/temp.ts';
import { findLintTools, formatInCopy, type LintTool, lintInCopy } from './lint.ts';
import { LINT_KINDS } from './lint-kinds.ts';

let sandbox: WorkingCopy['sandbox'];
beforeAll(async () => {
  sandbox = (await sandboxAvailable()).available ? 'bubblewrap' : 'none';
});

const open = async (files: Record<string, string>): Promise<{ root: string; copy: WorkingCopy }> => {
  const root = tempFolder();
  await writeFiles(root, { 'package.json': '{}', ...files });
  await mkdir(join(root, 'node_modules'), { recursive: true });
  await symlink(join(packageRoot, 'node_modules/@biomejs'), join(root, 'node_modules/@biomejs'));
  const manifest = {
    type: 'module' as const,
    dependencies: {},
    devDependencies: {},
    peerDependencies: {},
    scripts: {},
  };
  const target = { name: undefined, dir: '', manifest };
  const copy = await createWorkingCopy({
    repository: { root, git: undefined, packages: [target], target },
    sandbox,
  });
  onTestFinished(() => copy.dispose());
  return { root, copy };
};

const biomeConfig = JSON.stringify({
  vcs: { enabled: true, clientKind: 'git', useIgnoreFile: true },
  formatter: { indentStyle: 'space' },
  javascript: { formatter: { quoteStyle: 'single' } },
});
const found = async (root: string, file: string): Promise<{ formatter: LintTool; linter: LintTool }> => {
  const { formatter, linter, notes } = await findLintTools({ root }, file);
  expect(notes).toEqual([]);
  if (!formatter || !linter) throw new Error('nothing found');
  return { formatter, linter };
};

test('formats with the repository’s own Biome, in the copy alone', async () => {
  const original = "export const a = 'x';\n";
  const { root, copy } = await open({ 'biome.json': biomeConfig, 'src/a.ts': original });
  const { formatter } = await found(root, 'src/a.ts');
  expect(formatter).toMatchObject({ config: 'biome.json', program: 'node_modules/@biomejs/biome/bin/biome' });
  const text = `${original}export class A { m() { return "y" } }\n`;
  const formatted = await formatInCopy(copy, formatter, { file: 'src/a.ts', text, original });
  expect(formatted).toMatchObject({
    note: undefined,
    text: `${original}export class A {\n  m() {\n    return 'y';\n  }\n}\n`,
  });
  expect(formatted.evidence.map((run) => run.exitStatus)).toEqual([0, 0]);
  expect(await copy.read('src/a.ts')).toBe(formatted.text);
});

test('a configuration of a package applies there', async () => {
  const { root, copy } = await open({ 'packages/a/biome.json': biomeConfig });
  const { formatter, linter } = await found(root, 'packages/a/src/a.ts');
  const change = { file: 'packages/a/src/a.ts', text: "export const a: any = 'x';\n", original: undefined };
  expect((await formatInCopy(copy, formatter, change)).text).toBe(change.text);
  expect((await lintInCopy(copy, linter, change)).findings.length).toBe(1);
});

test('leaves a file alone that its owner keeps in another form, and one that does not parse', async () => {
  const { root, copy } = await open({ 'biome.json': biomeConfig });
  const { formatter } = await found(root, 'src/a.ts');
  const original = 'export const a = "x"\n';
  const text = `${original}export class A { }\n`;
  const kept = await formatInCopy(copy, formatter, { file: 'src/a.ts', text, original });
  expect(kept).toMatchObject({
    text,
    note: 'src/a.ts itself is not formatted by biome: it was left as it is',
  });
  expect(await copy.read('src/a.ts')).toBe(text);
  const broken = await formatInCopy(copy, formatter, {
    file: 'src/b.ts',
    text: 'class {{',
    original: undefined,
  });
  expect(broken.text).toBe('class {{');
  expect(broken.note).toMatch(/^biome could not format it \(exit status 1/);
});

test('reports what the linter says of the new text and did not say of the original', async () => {
  const original = 'export const bad: any = 1;\n';
  const { root, copy } = await open({ 'biome.json': biomeConfig, 'src/a.ts': original });
  const { linter } = await found(root, 'src/a.ts');
  const text = `${original}export const worse: any = 2;\nexport const f = (a: number) => a == 1;\n`;
  const { findings, note, evidence } = await lintInCopy(copy, linter, { file: 'src/a.ts', text, original });
  expect(note).toBe(undefined);
  expect(findings.map(({ code, line, message }) => [code, line, message.split(':')[0]]).sort()).toEqual([
    ['lint', 2, 'lint/suspicious/noExplicitAny'],
    ['lint', 3, 'lint/suspicious/noDoubleEquals'],
  ]);
  expect(evidence.map((run) => run.counts.problems)).toEqual([1, 3]);
  const fresh = await lintInCopy(copy, linter, { file: 'src/b.ts', text: original, original: undefined });
  expect(fresh.findings.length).toBe(1);
});

test('a linter that cannot start, or prints something else, is a note and no finding', async () => {
  const { root, copy } = await open({ 'biome.json': '{ "broken": ' });
  const { linter } = await found(root, 'src/a.ts');
  const { findings, note } = await lintInCopy(copy, linter, {
    file: 'src/a.ts',
    text: 'a;\n',
    original: undefined,
  });
  expect(findings).toEqual([]);
  expect(note).toMatch(/^biome could not check src\/a.ts: /);
});

test('the nearest configuration wins; what is configured but not installed is said; nothing is executed', async () => {
  const { root } = await open({
    'package.json': '{ "prettier": {}, "eslintConfig": {} }',
    'packages/a/eslint.config.mjs': 'throw new Error("executed")',
    'packages/a/node_modules/eslint/package.json':
      '{ "version": "9.1.0", "bin": { "eslint": "./bin/eslint.js" } }',
    'node_modules/prettier/package.json': '{ "version": "3.0.0", "bin": "./bin/prettier.cjs" }',
    '.oxlintrc.json': '{}',
  });
  const nested = await findLintTools({ root }, 'packages/a/src/a.ts');
  expect(nested.linter).toMatchObject({
    config: 'packages/a/eslint.config.mjs',
    program: 'packages/a/node_modules/eslint/bin/eslint.js',
    version: '9.1.0',
  });
  expect(nested.formatter).toMatchObject({
    config: 'package.json',
    program: 'node_modules/prettier/bin/prettier.cjs',
  });
  const above = await findLintTools({ root }, 'src/a.ts');
  expect(above.linter).toBe(undefined);
  expect(above.notes).toEqual([
    'package.json configures eslint, but eslint is not installed: it was not run',
    '.oxlintrc.json configures oxlint, but oxlint is not installed: it was not run',
  ]);
});

test.each([
  [
    'eslint',
    '[{"filePath":"/r/src/a.ts","messages":[{"ruleId":"no-var","severity":2,"message":"Unexpected var.","line":3,"column":23,"fix":{"range":[22,32],"text":"let"}},{"ruleId":null,"severity":1,"message":"File ignored because of a matching ignore pattern."}],"errorCount":1}]',
    [{ rule: 'no-var', message: 'Unexpected var.', line: 3, error: true }],
  ],
  [
    'oxlint',
    '{ "diagnostics": [{"message": "`debugger` statement is not allowed","code": "eslint(no-debugger)","severity": "warning","filename": "src/b.ts","labels": [{"span": {"offset": 21,"length": 9,"line": 2,"column": 22}}]}],\n "number_of_files": 1 }\n',
    [{ rule: 'eslint(no-debugger)', message: '`debugger` statement is not allowed', line: 2, error: false }],
  ],
  [
    'biome',
    '{"summary":{},"diagnostics":[{"category":"lint/style/useConst","severity":"error","description":"Use const.","message":[{"elements":[],"content":"x"}],"location":{"path":{"file":"src/a.ts"},"span":[6,7],"sourceCode":"//é\\nlet a"}}],"command":"lint"}',
    [{ rule: 'lint/style/useConst', message: 'Use const.', line: 2, error: true }],
  ],
] as const)('understands what %s prints, and refuses anything else', (name, stdout, problems) => {
  const parse = LINT_KINDS.find((kind) => kind.name === name)?.lint?.parse;
  expect(parse?.(stdout)).toEqual(problems);
  expect(parse?.('Oops, something went wrong')).toBe(undefined);
  expect(parse?.('{"other":[]}')).toBe(undefined);
});
