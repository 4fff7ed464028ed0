import { describe, expect, it } from 'vitest';
import { knownOptions, testCommands } from './script.ts';

const first = (script: string) => {
  const [command] = testCommands({ test: script });
  return command && [command.env, command.program, ...command.args];
};

describe('testCommands', () => {
  it.each([
    [
      'vitest run --config "vitest unit.config.ts"',
      [{}, 'vitest', 'run', '--config', 'vitest unit.config.ts'],
    ],
    ["TZ=UTC LANG='de DE' jest", [{ TZ: 'UTC', LANG: 'de DE' }, 'jest']],
    [
      'cross-env NODE_ENV=test mocha -r ts-node/register',
      [{ NODE_ENV: 'test' }, 'mocha', '-r', 'ts-node/register'],
    ],
    ['npx --no-install c8 --all vitest', [{}, 'vitest']],
    ['pnpm exec vitest', [{}, 'vitest']],
    ['yarn jest --ci', [{}, 'jest', '--ci']],
    ['npm run lint', [{}, 'npm', 'run', 'lint']],
    ['./node_modules/.bin/jest', [{}, 'jest']],
    [
      'node --experimental-vm-modules node_modules/jest/bin/jest.js -i',
      [{ NODE_OPTIONS: '--experimental-vm-modules' }, 'jest', '-i'],
    ],
    ['node --import tsx --test src/*.test.ts', [{}, 'node', '--import', 'tsx', '--test', 'src/*.test.ts']],
    ['', undefined],
  ])('reads %s', (script, expected) => {
    expect(first(script)).toEqual(expected);
  });

  it('takes every command, those of test first, and no other scripts', () => {
    const scripts = {
      build: 'tsc',
      'test:e2e': 'playwright test',
      test: 'tsc && vitest; echo done',
      'unit-tests': 'jest',
    };
    expect(testCommands(scripts).map(({ script, program }) => `${script} ${program}`)).toEqual([
      'test tsc',
      'test vitest',
      'test echo',
      'unit-tests jest',
      'test:e2e playwright',
    ]);
  });
});

describe('knownOptions', () => {
  it('keeps what the table knows and tells values from words', () => {
    const table = {
      '-c': 'value',
      '--config': 'value',
      '--globals': 'switch',
      '--reporter': 'skip-value',
      '--x-*': 'switch',
    } as const;
    const args = [
      'run',
      '--config=a.ts',
      '-c',
      'b.ts',
      '--globals',
      '--reporter',
      'dot',
      '--watch',
      '--x-y',
      'src',
    ];
    const { options, positionals, value } = knownOptions(args, table);
    expect(options).toEqual(['--config=a.ts', '-c', 'b.ts', '--globals', '--x-y']);
    expect(positionals).toEqual(['run', 'src']);
    expect(value('--config', '-c')).toBe('a.ts');
  });
});
