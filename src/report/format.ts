/** Seconds as a person reads them: `0.2 s`, `12 s`, `3m 05s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}

/** Tokens in three figures: `950`, `12.3k`, `1.2M`. */
export function tokens(count: number): string {
  if (count < 1000) return String(count);
  const [value, unit] = count < 999_950 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)}${unit}`;
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Cut at `length` characters, the cut marked. */
export const cut = (text: string, length: number, mark = '…'): string =>
  text.length <= length ? text : `${[...text].slice(0, Math.max(0, length - mark.length)).join('')}${mark}`;

/** Lines no longer than `width` where words allow it, the second and later ones indented. */
export function wrap(text: string, width: number | undefined, indent = ''): string[] {
  if (width === undefined) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => chunks(long, width - indent.length))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const chunks = (word: string, length: number): string[] =>
  word.length <= length ? [word] : (word.match(new RegExp(`.{1,${Math.max(1, length)}}`, 'gu')) ?? [word]);
