import { type PlaceForm, placeClass } from '../language/typescript/syntax.ts';

export interface Case {
  original?: string;
  file?: string;
  form?: PlaceForm;
  imports?: string[];
  class: string;
  helpers?: string;
  siblings?: string[];
}

export function place(c: Case) {
  return placeClass({
    original: c.original,
    fileName: c.file ?? 'src/x.ts',
    className: 'X',
    form: c.form ?? (c.original === undefined ? 'new-file' : 'skeleton'),
    submission: { imports: c.imports ?? [], class: c.class, helpers: c.helpers },
    siblings: (c.siblings ?? []).map((text) => ({ text, fileName: 'src/sibling.ts' })),
  });
}

export const textOf = (c: Case): string => {
  const placed = place(c);
  return 'text' in placed ? placed.text : `PROBLEMS ${placed.problems.join('\n')}`;
};

export const BODY = '{\n  go(): number {\n    return 1;\n  }\n}';
