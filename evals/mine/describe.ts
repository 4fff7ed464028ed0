import { checksError } from '../../src/errors.ts';
import { findClass, skeletonOf } from '../../src/language/typescript/syntax.ts';
import type { Model } from '../../src/model/model.ts';
import { findReference } from '../task/leaks.ts';
import type { DescriptionKind, EvalTask } from '../task/schema.ts';

export interface Described {
  className: string;
  file: string;
  fileText: string;
}

export type Describe = (given: Described, signal?: AbortSignal) => Promise<EvalTask['descriptions']>;

const MOST_TOKENS = 4_000;

const SYSTEM = `You describe classes in plain words for engineers who will write them without seeing them. Write as you
would tell a colleague: complete sentences, no code, no code blocks, no lists of signatures, nothing quoted from
comments. Names of members, parameters and types may stand in the text. Answer with the description alone.`;

const ASKED: Readonly<Record<DescriptionKind, string>> = {
  detailed: `Describe everything that an engineer must know so that the class behaves the same: what it is for, what its
constructor takes, and for each public member what it takes, does, returns and refuses, the order of effects, limits and
edge cases. Say what, not how. 200 to 600 words.`,
  sketchy: `These are the signatures of a class alone. Say in 30 to 80 words what the class is for and which public members
it has, by name. Do not guess at rules that signatures cannot show.`,
};

/** Drafts both descriptions through a model: `detailed` from the class, `sketchy` from its signatures alone. */
export function describeByModel(model: Model): Describe {
  return async (given, signal = new AbortController().signal) => {
    const by = `drafted by ${model.playedBy ?? model.id}`;
    const shown = {
      detailed: classTextOf(given),
      sketchy: skeletonOf(given.fileText, given.file, given.className),
    };
    const draft = async (kind: DescriptionKind): Promise<string> => {
      const asked = `${ASKED[kind]}\n\n${given.file}\n\n${shown[kind]}`;
      const text = await ask(model, asked, signal);
      if (pastedFrom(given, text) === undefined) return text;
      // Once more is fair: a model that pastes code is told so.
      return ask(model, `${asked}\n\nUse no line of the code itself.`, signal);
    };
    return {
      detailed: { text: await draft('detailed'), by },
      sketchy: { text: await draft('sketchy'), by },
    };
  };
}

async function ask(model: Model, text: string, signal: AbortSignal): Promise<string> {
  const answering = model.answer(
    {
      system: SYSTEM,
      tools: [],
      messages: [{ role: 'user', content: [{ type: 'text', text }] }],
      maxOutputTokens: MOST_TOKENS,
    },
    signal,
  );
  for (;;) {
    const { done, value } = await answering.next();
    if (!done) continue;
    return value.content
      .flatMap((block) => (block.type === 'text' ? [block.text] : []))
      .join('\n')
      .trim();
  }
}

/** Both descriptions without a model: the name in words and the members that the signatures show. */
export const describeBySignatures: Describe = async ({ className, file, fileText }) => {
  const members = findClass(fileText, file, className)?.members ?? [];
  const names = members.flatMap(({ name, visibility }) =>
    visibility === 'public' && name !== 'constructor' ? [name] : [],
  );
  const text = `${className}: ${className.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase()}. Members: ${[...new Set(names)].join(', ')}.`;
  const description = { text, by: 'Classwright, from the signatures alone' };
  return { detailed: description, sketchy: description };
};

const classTextOf = ({ className, file, fileText }: Described): string => {
  const found = findClass(fileText, file, className);
  return found ? fileText.slice(found.start, found.end) : '';
};

/** A line of code so long is no chance. */
const LONG_LINE = 40;
const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** What of the class stands in a text word for word: lines in a row, or one long line of code or comment. */
export function pastedFrom(given: Described, text: string): string | undefined {
  const own = classTextOf(given);
  const window = findReference(own)(text);
  if (window !== undefined) return window;
  const said = squeeze(text);
  return own
    .split('\n')
    .map((line) => squeeze(line.replace(/^\s*(?:\/\/|\/\*+|\*)/, '')))
    .find((line) => line.length >= LONG_LINE && said.includes(line));
}

/** Throws where a description holds code of the class. */
export function checkDescriptions(given: Described, descriptions: EvalTask['descriptions']): void {
  for (const [kind, { text }] of Object.entries(descriptions)) {
    const pasted = pastedFrom(given, text);
    if (pasted !== undefined)
      throw checksError(
        'description-pastes',
        `The ${kind} description of ${given.className} pastes code: ${pasted.replaceAll('\n', ' ⏎ ')}`,
        'Say it in other words.',
      );
    if (text === '')
      throw checksError(
        'no-description',
        `The ${kind} description of ${given.className} is empty.`,
        'Write one.',
      );
  }
}
