import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import {
  type CaseOptions,
  forEachCopy,
  GOOD,
  good,
  makeTill,
  resultOf,
  runCase,
  SLOW,
  TARGET,
  types,
} from './till.ts';

let till: Place;
beforeAll(async () => {
  till = await makeTill('repository');
});
afterAll(() => till.remove());

interface Case extends CaseOptions {
  what: string;
  /** What is done to the repository first. */
  given: (repo: string) => void;
  args?: string[];
  code: number;
  says: RegExp[];
}

const edit = (repo: string, file: string, change: (text: string) => string): void =>
  writeFileSync(join(repo, file), change(readFileSync(join(repo, file), 'utf8')));

/** 500 errors that have nothing to do with the class. */
const LEGACY = [...Array.from({ length: 500 }, (_, at) => `export const x${at}: number = '';`), ''].join(
  '\n',
);

const cases: Case[] = [
  {
    what: 'a broken tsconfig',
    given: (repo) => edit(repo, 'tsconfig.json', (text) => text.replace('"strict": true,', '"strict": true')),
    code: 3,
    says: [/tsconfig\.json:3:\d+: comma expected/, /Mend that line/],
  },
  {
    what: 'a tsconfig with a value of the wrong kind',
    given: (repo) => edit(repo, 'tsconfig.json', (text) => text.replace('["src"]', '"src"')),
    code: 3,
    says: [/tsconfig\.json:6:\d+: include has a value of the wrong kind/, /Mend that line/],
  },
  {
    what: 'a broken package.json',
    given: (repo) =>
      edit(repo, 'package.json', (text) => text.replace('"private": true,', '"private": true')),
    code: 3,
    says: [/package\.json:4:\d+ is not valid JSON/, /Mend that line/],
  },
  {
    what: 'no tsconfig at all',
    given: (repo) => rmSync(join(repo, 'tsconfig.json')),
    code: 3,
    says: [/tsconfig/, /./],
  },
  {
    what: 'no tsconfig that covers the file',
    given: (repo) => edit(repo, 'tsconfig.json', (text) => text.replace('["src"]', '["lib"]')),
    code: 3,
    says: [/No tsconfig covers src\/cart\.ts/, /include/],
  },
  {
    what: 'dependencies that are not installed',
    given: (repo) => rmSync(join(repo, 'node_modules'), { recursive: true }),
    code: 3,
    says: [/not installed: typescript/, /npm install/],
  },
  {
    what: 'no git repository',
    given: (repo) => rmSync(join(repo, '.git'), { recursive: true }),
    script: [good],
    code: 0,
    says: [/Not a git repository/, /type-checked/],
  },
  {
    what: '500 errors from before',
    given: (repo) => writeFileSync(join(repo, 'src/legacy.ts'), LEGACY),
    script: [good],
    code: 0,
    says: [/type-checked/],
  },
  {
    what: 'an error of its own among 500 from before',
    given: (repo) => {
      writeFileSync(join(repo, 'src/legacy.ts'), LEGACY);
      writeFileSync(
        join(repo, 'src/desk.ts'),
        "import { Cart } from './cart.ts';\nnew Cart().remove('x');\n",
      );
    },
    script: [good],
    args: types('--max-attempts', '1'),
    code: 1,
    says: [/'remove' does not exist/],
  },
  {
    what: 'no compiler of its own',
    given: (repo) => {
      edit(repo, 'package.json', (text) => text.replace(/,\n.*devDependencies.*\n/, '\n'));
      rmSync(join(repo, 'node_modules/typescript'));
    },
    code: 3,
    says: [/TypeScript/i, /install/i],
  },
];

test('a repository that is broken, and one that is only untidy', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, given, args = types(), code, says, ...options }, place) => {
    given(place.repo);
    const ended = await runCase(place, args, options);
    const where = `${what}: ${ended.stdout}\n${ended.stderr}`;
    expect(ended.code, where).toBe(code);
    for (const wanted of says) expect(`${ended.stderr}${ended.stdout}`, where).toMatch(wanted);
    if (code === 3) expect(ended.fake.requests, where).toEqual([]);
  });
});

test('a file that changes meanwhile is left alone, and the patch is kept', SLOW, async () => {
  const theirs = `${GOOD.replace('Cart', 'Theirs')}\n`;
  const meant = [
    { what: 'made by somebody else', file: TARGET, writes: [TARGET] },
    { what: 'read-only from now on', file: 'src/label.ts', writes: ['src/label.ts'] },
  ];
  await forEachCopy(till, meant, async ({ what, file, writes }, place) => {
    const isNew = file === TARGET;
    const args = isNew ? types('--json', '--apply') : types('--json', '--apply', '--file', file);
    const { code, ...ended } = await runCase(place, args, {
      script: () => {
        if (isNew) writeFileSync(join(place.repo, file), theirs);
        else execFileSync('chmod', ['a-w', join(place.repo, file)]);
        return good;
      },
      writes,
    });
    const result = resultOf(ended as never);
    const where = `${what}: ${JSON.stringify(result, null, 1)}`;
    expect(code, where).toBe(3);
    expect(result, where).toMatchObject({ verdict: 'error', exitCode: 3, applied: false });
    expect(result.message, where).toMatch(isNew ? /src\/cart\.ts was made by somebody else/ : /read-only/);
    expect(result.advice, where).toMatch(/git apply/);
    expect(readFileSync(result.patch ?? '', 'utf8'), where).toContain('+export class Cart');
    if (isNew) expect(readFileSync(join(place.repo, file), 'utf8')).toBe(theirs);
  });
});

/** Runs the program where `folder` is a disk of this size; says what is left in it afterwards. */
const onSmallDisk = (folder: string, size: string, left: string): string[] => {
  const script = `mount -t tmpfs -o size=${size} tmpfs "$0" && { "$@"; code=$?; find "$0" -path '*/copies/*' > '${left}'; exit $code; }`;
  return [
    'unshare',
    '--mount',
    ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
    'sh',
    '-c',
    script,
    folder,
  ];
};

const canMount = (() => {
  try {
    const [file = '', ...args] = onSmallDisk('/mnt', '4k', '/dev/null');
    execFileSync(file, [...args, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!canMount)(
  'a full disk, wherever it is (skipped where no disk can be mounted)',
  SLOW,
  async () => {
    const disks = [
      {
        what: 'for working copies',
        folder: 'home/cache',
        size: '64k',
        code: 5,
        says: /ENOSPC|no space|disk is full/i,
      },
      {
        what: 'for the session',
        folder: 'home/state',
        size: '16k',
        code: 5,
        says: /session log .* cannot be written/,
      },
      { what: 'for the class', folder: 'repo/src/full', size: '4k', code: 3, says: /disk is full/i },
    ];
    await forEachCopy(till, disks, async ({ what, folder, size, code, says }, place) => {
      const disk = join(place.base, folder);
      mkdirSync(disk, { recursive: true });
      // More than a small disk holds, and more than an answer of this size leaves room for in the log.
      writeFileSync(join(place.repo, 'large.bin'), Buffer.alloc(200_000));
      const left = join(place.base, 'left');
      const inClass = folder.endsWith('full');
      const args = inClass ? types('--apply', '--file', 'src/full/cart.ts') : types();
      const more = inClass ? { imports: ["import type { Line } from '../line.ts';"] } : {};
      const filler = '  // a long way\n'.repeat(500);
      const { ...answer } = good;
      const script = [
        {
          ...answer,
          content: [
            {
              type: 'tool_use' as const,
              name: 'submit_class',
              input: {
                imports: ["import type { Line } from './line.ts';"],
                class: GOOD.replace('{\n', `{\n${filler}`),
                assumptions: [],
                ...more,
              },
            },
          ],
        },
      ];
      const ended = await runCase(place, args, {
        script: script as never,
        launcher: onSmallDisk(disk, size, left),
      });
      const where = `${what}: ${ended.stdout}\n${ended.stderr}`;
      expect(ended.code, where).toBe(code);
      expect(ended.stderr, where).toMatch(says);
      expect(readFileSync(left, 'utf8'), where).toBe('');
    });
  },
);
