import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import { type CaseOptions, forEachCopy, generate, makeTill, runCase, SLOW } from './till.ts';

// Everything here ends before the model is asked: the fake has no answer for it.

let till: Place;
beforeAll(async () => {
  till = await makeTill('request', {
    files: {
      'src/two.ts': 'export class Twice {}\nexport class Twice {}\n',
      'src/legacy.d.ts': 'export declare class Legacy {}\n',
      'src/view.vue': '<script lang="ts"></script>\n',
      'src/view.svelte': '<script lang="ts"></script>\n',
      'ignored/old.ts': 'export {};\n',
      'empty.txt': ' \n',
      'large.txt': 'a'.repeat(1_048_576),
      'node_modules/dep/index.ts': 'export {};\n',
    },
  });
  writeFileSync(join(till.repo, 'latin1.txt'), Buffer.from([0x61, 0xe9, 0x62]));
  symlinkSync(till.home, join(till.repo, 'src/away'));
  symlinkSync(join(till.home, 'cart.ts'), join(till.repo, 'src/dangling.ts'));
  writeFileSync(join(till.home, 'outside.ts'), '');
  symlinkSync(join(till.home, 'outside.ts'), join(till.repo, 'src/linked.ts'));
  writeFileSync(join(till.repo, 'src/locked.ts'), 'export {};\n');
  chmodSync(join(till.repo, 'src/locked.ts'), 0o444);
  mkdirSync(join(till.repo, 'src/closed'));
  chmodSync(join(till.repo, 'src/closed'), 0o555);
});
afterAll(() => till.remove());

interface Refused extends CaseOptions {
  what: string;
  args: string[];
  code: number;
  /** Cause, and what to do next. */
  says: [RegExp, RegExp];
}

const file = (path: string): string[] => generate('--file', path);
const about = (name: string): string[] => ['generate-class', name, '--file', 'src/x.ts', '--describe', 'x'];

const cases: Refused[] = [
  {
    what: 'no identifier',
    args: about('Order-Book'),
    code: 2,
    says: [/"Order-Book" is no identifier/, /name of the class alone/],
  },
  {
    what: 'a reserved word',
    args: about('class'),
    code: 2,
    says: [/"class" is a reserved word/, /another name/],
  },
  {
    what: 'no name',
    args: ['generate-class', '--file', 'src/x.ts', '--describe', 'x'],
    code: 2,
    says: [/no class name/, /generate-class <ClassName>/],
  },
  {
    what: 'no file',
    args: ['generate-class', 'Cart', '--describe', 'x'],
    code: 2,
    says: [/no file/, /--file/],
  },
  {
    what: 'a file outside',
    args: file('../home/cart.ts'),
    code: 2,
    says: [/outside the repository/, /--repo/],
  },
  { what: 'a directory', args: file('src'), code: 2, says: [/src is a directory/, /Name the file/] },
  {
    what: 'a declaration file',
    args: file('src/legacy.d.ts'),
    code: 2,
    says: [/declaration file/, /\.ts file/],
  },
  {
    what: 'a folder that is a link out of the tree',
    args: file('src/away/cart.ts'),
    code: 2,
    says: [/leads out of the repository|outside the repository/, /--repo/],
  },
  {
    what: 'a file that is a link out of the tree',
    args: file('src/linked.ts'),
    code: 2,
    says: [/leads out of the repository|outside the repository/, /--repo/],
  },
  {
    what: 'a link to nothing',
    args: file('src/dangling.ts'),
    code: 2,
    says: [/symbolic link to nothing/, /real path/],
  },
  {
    what: 'in node_modules',
    args: file('node_modules/dep/index.ts'),
    code: 2,
    says: [/node_modules/, /source file/],
  },
  {
    what: 'an ignored file',
    args: file('ignored/old.ts'),
    code: 2,
    says: [/ignored by git/, /git would track/],
  },
  {
    what: 'a new file in an ignored folder',
    args: file('ignored/new.ts'),
    code: 2,
    says: [/ignored by git/, /git would track/],
  },
  { what: 'a read-only file', args: file('src/locked.ts'), code: 3, says: [/read-only/, /writable/] },
  {
    what: 'a new file in a read-only folder',
    args: file('src/closed/cart.ts'),
    code: 3,
    says: [/read-only/, /writable/],
  },
  { what: 'JavaScript', args: file('src/broken.js'), code: 2, says: [/not a TypeScript source/, /limits/] },
  { what: 'Vue', args: file('src/view.vue'), code: 2, says: [/not a TypeScript source/, /limits/] },
  { what: 'Svelte', args: file('src/view.svelte'), code: 2, says: [/not a TypeScript source/, /limits/] },
  {
    what: 'a class that is there',
    args: ['generate-class', 'Label', '--file', 'src/label.ts', '--describe', 'x'],
    code: 2,
    says: [/already declares Label/, /--replace/],
  },
  {
    what: 'two classes of that name',
    args: ['generate-class', 'Twice', '--file', 'src/two.ts', '--describe', 'x'],
    code: 2,
    says: [/2 classes named Twice/, /Rename/],
  },
  {
    what: 'no description',
    args: ['generate-class', 'Cart', '--file', 'src/cart.ts'],
    code: 2,
    says: [/no description/, /--describe/],
  },
  {
    what: 'an empty description',
    args: generate('--describe-file', 'empty.txt'),
    code: 2,
    says: [/empty/, /what the class must do/],
  },
  {
    what: 'a description of 1 MB',
    args: generate('--describe-file', 'large.txt'),
    code: 2,
    says: [/1 MB or more/, /fewer words/],
  },
  {
    what: 'one of 1 MB on standard input',
    args: generate('--describe-file', '-'),
    stdin: 'a'.repeat(1_048_576),
    code: 2,
    says: [/1 MB or more/, /fewer words/],
  },
  {
    what: 'a description that is not UTF-8',
    args: generate('--describe-file', 'latin1.txt'),
    code: 2,
    says: [/not UTF-8/, /Save it as UTF-8/],
  },
  {
    what: 'an unknown flag',
    args: generate('--max-attemps', '3'),
    code: 2,
    says: [/--max-attemps/, /--max-attempts/],
  },
  {
    what: 'a value that is no number',
    args: generate('--max-attempts', 'many'),
    code: 2,
    says: [/--max-attempts: expected a whole number/, /./],
  },
  { what: 'an unknown strategy', args: generate('--strategy', 'magic'), code: 2, says: [/magic/, /rrr/] },
  {
    what: 'an unknown variable',
    args: generate(),
    env: { CLASSWRIGHT_MODLE: 'x' },
    code: 2,
    says: [/CLASSWRIGHT_MODLE/, /CLASSWRIGHT_MODEL/],
  },
  {
    what: 'an unknown session',
    args: ['generate-class', '-r', 'nope'],
    code: 2,
    says: [/no session "nope"/, /./],
  },
  {
    what: 'no key',
    args: generate(),
    env: { ANTHROPIC_API_KEY: '' },
    code: 4,
    says: [/no key/, /ANTHROPIC_API_KEY/],
  },
];

test('what is wrong with a request is said in two lines, before the model is asked', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, args, code, says, ...options }, place) => {
    const { fake, ...ended } = await runCase(place, args, options);
    const where = `${what}: ${ended.stderr}`;
    expect(ended.code, where).toBe(code);
    const lines = ended.stderr.trimEnd().split('\n');
    expect(lines.length, where).toBeLessThanOrEqual(2);
    expect(lines[0], where).toMatch(/^classwright: /);
    expect(lines[0], where).toMatch(says[0]);
    expect(lines.at(-1), where).toMatch(says[1]);
    expect(ended.stdout, where).toBe('');
    expect(fake.requests, where).toEqual([]);
  });
});

test('an unknown key and a project that loosens safety are named with their line', SLOW, async () => {
  const settings: [string, RegExp, RegExp][] = [
    [
      '{\n  "maxAttemps": 3\n}',
      /classwright\.config\.json:2: there is no setting "maxAttemps"/,
      /maxAttempts/,
    ],
    ['{\n  "sandbox": false\n}', /classwright\.config\.json:2: sandbox/, /never loosen/],
    ['{\n  "require": "types"\n}', /classwright\.config\.json:2: require/, /never loosen/],
    ['{\n  "apply": true\n}', /classwright\.config\.json:2: apply/, /never loosen/],
    ['{ "model": "m"\n  "quiet": true }', /classwright\.config\.json:2: not valid JSON/, /./],
  ];
  await forEachCopy(till, settings, async ([text, cause, advice], place) => {
    writeFileSync(join(place.repo, 'classwright.config.json'), text);
    const { code, stderr } = await runCase(place, generate());
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(cause);
    expect(stderr).toMatch(advice);
  });
});
