import { expect, test } from 'vitest';
import { terminalOf } from './terminal.ts';

const tty = { isTTY: true, columns: 100 };
const pipe = {};
const of = (env: Record<string, string>, streams = { stdin: tty, stdout: tty, stderr: tty }) =>
  terminalOf(streams, env);
const colourful = (env: Record<string, string>) => of(env).stderr.colours.red('x') !== 'x';

test('colour: NO_COLOR before FORCE_COLOR before the stream', () => {
  expect(colourful({})).toBe(true);
  expect(colourful({ NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
  expect(colourful({ NO_COLOR: '' })).toBe(true);
  expect(colourful({ TERM: 'dumb' })).toBe(false);
  const piped = { stdin: pipe, stdout: pipe, stderr: pipe };
  expect(terminalOf(piped, { FORCE_COLOR: '1' }).stdout.colours.red('x')).not.toBe('x');
  expect(terminalOf(piped, {}).stdout.colours.red('x')).toBe('x');
});

test('width: a terminal has one, a pipe has none', () => {
  expect(of({}).stdout.columns).toBe(100);
  expect(terminalOf({ stdin: pipe, stdout: pipe, stderr: pipe }, {}).stdout.columns).toBeUndefined();
  expect(
    terminalOf({ stdin: tty, stdout: { isTTY: true, columns: 0 }, stderr: tty }, {}).stdout.columns,
  ).toBe(80);
});

test('asking needs a terminal on both ends; drawing in place needs one that can', () => {
  expect(of({})).toMatchObject({ interactive: true, live: true });
  expect(of({ TERM: 'dumb' })).toMatchObject({ interactive: true, live: false });
  expect(of({ INK_SCREEN_READER: 'true' }).live).toBe(false);
  expect(terminalOf({ stdin: pipe, stdout: tty, stderr: tty }, {})).toMatchObject({
    interactive: false,
    live: true,
  });
  expect(terminalOf({ stdin: tty, stdout: tty, stderr: pipe }, {})).toMatchObject({
    interactive: false,
    live: false,
  });
});

test('a locale without UTF-8 gets plain symbols', () => {
  expect(of({ LANG: 'de_DE.ISO-8859-1' }).stderr.symbols.ok).toBe('+');
  expect(of({ LANG: 'C', LC_ALL: 'C.UTF-8' }).stderr.symbols.ok).toBe('✓');
  expect(of({}).stderr.symbols.ok).toBe('✓');
});
