import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCommand } from './split-command.ts';

test('quoting as in a shell, and nothing else of one', () => {
  expect(splitCommand(`run  --a="b c" 'd "e"' f\\ g ""`)).toEqual(['run', '--a=b c', 'd "e"', 'f g', '']);
  expect(splitCommand('run $HOME `x` *.ts | tee; rm -rf /')).toEqual([
    'run',
    '$HOME',
    '`x`',
    '*.ts',
    '|',
    'tee;',
    'rm',
    '-rf',
    '/',
  ]);
  expect(splitCommand('run "a\\"b\\\\c\\d"')).toEqual(['run', 'a"b\\c\\d']);
});

test('an empty command and an open quote are errors', () => {
  expect(() => splitCommand('  ')).toThrow('empty');
  expect(() => splitCommand("a 'b")).toThrow('not closed');
});

test('words quoted one by one come back whole', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (words) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      expect(splitCommand(quoted)).toEqual(words);
    }),
  );
});

test('the same words as a shell makes of plain quoting', () => {
  const line = `printf '%s\\n' one "two three" 'fo'"ur" fi\\'ve`;
  const [, , ...words] = splitCommand(line);
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(words);
});
