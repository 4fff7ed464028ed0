import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLine, oneLine, plainText, showHidden } from './sanitize.ts';

test('control characters become readable, tab and newline stay', () => {
  expect(showHidden('a\u001b[2Jb\u0007\u009b1m\tc\n d')).toBe('a\\x1b[2Jb\\x07\\x9b1m\tc\n d');
});

test('bidi overrides and zero-width characters show where they hide code', () => {
  expect(showHidden('if (admin\u202e\u2066)')).toBe('if (admin\\u202e\\u2066)');
  expect(showHidden('pass\u200bword \u{e0041} \ufe01')).toBe('pass\\u200bword \\u{e0041} \\ufe01');
});

test('line ends: CRLF is a line end, a lone carriage return is shown', () => {
  expect(showHidden('a\r\nb\rc')).toBe('a\nb\\x0dc');
});

test('emoji keep their joiners, other text does not', () => {
  const family = '👩‍👧 ❤️';
  expect(showHidden(family)).toBe(family);
  expect(showHidden('a\u200db')).toBe('a\\u200db');
});

test('messages lose colours and stay on one line', () => {
  expect(plainText('\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe('red link');
  expect(oneLine(' a \n\n\tb\u001b[1A ')).toBe('a b');
});

test('no text that comes out can move the cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(showHidden(text)).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

test('JSON says the same with nothing in it that drives a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = jsonLine({ text });
      expect(JSON.parse(line)).toEqual({ text });
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});
