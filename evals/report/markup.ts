import { showHidden } from '../../src/sanitize.ts';

/** Text that is HTML already. Only `markup` makes it, and it escapes whatever is put in. */
export interface Markup {
  readonly html: string;
}

type Value = Markup | string | number | readonly Markup[];

/** Template tag: what is interpolated is text unless it was made here; usable in element content and quoted attributes. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup => ({
  html: strings.reduce(
    (html, part, index) => html + part + (index < values.length ? inside(values[index] ?? '') : ''),
    '',
  ),
});

export const nothing: Markup = { html: '' };

function inside(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map(({ html }) => html).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names may hold anything: markup becomes text, and what hides or turns the text becomes visible. */
const escaped = (text: string): string =>
  showHidden(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
