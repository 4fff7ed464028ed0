import { checksError } from '../../../src/errors.ts';
import type { Model } from '../../../src/model/model.ts';
import type { EvalTask } from '../../task/schema.ts';

const SYSTEM = `You say specifications of TypeScript classes in other words. Keep every fact, number, condition, name and signature exactly; add nothing, leave nothing out, give no code. Change sentence structure, order within a paragraph and choice of words. Answer with the new text alone.`;
const MAX_OUTPUT_TOKENS = 8_000;

/** A text in other words, checked: it names the same things and is about as long. Throws where it does not. */
export async function reword(text: string, model: Model, seed: number, signal: AbortSignal): Promise<string> {
  const content = [
    { type: 'text' as const, text: `Variant ${seed}.\n\n<description>\n${text}\n</description>` },
  ];
  const answers = model.answer(
    { system: SYSTEM, tools: [], messages: [{ role: 'user', content }], maxOutputTokens: MAX_OUTPUT_TOKENS },
    signal,
  );
  let step = await answers.next();
  while (!step.done) step = await answers.next();
  const said = step.value.content
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('')
    .trim();
  const problem = lossIn(text, said);
  if (problem === undefined) return said;
  throw checksError(
    'reword-refused',
    `The reworded description cannot be used: ${problem}.`,
    'Take another seed, or leave reword out.',
  );
}

/** What a reworded text lost or made up, as far as names and numbers show. */
export function lossIn(before: string, after: string): string | undefined {
  const facts = (text: string) => new Set(text.match(FACT) ?? []);
  const [old, now] = [facts(before), facts(after)];
  const lost = [...old].filter((fact) => !now.has(fact));
  const added = [...now].filter((fact) => !old.has(fact));
  if (lost.length > 0) return `it no longer says ${lost.slice(0, 3).join(', ')}`;
  if (added.length > 0) return `it says ${added.slice(0, 3).join(', ')}, which the other did not`;
  if (after === before) return 'it is the same text';
  const ratio = after.length / Math.max(1, before.length);
  return ratio < 0.5 || ratio > 2 ? `it is ${Math.round(ratio * 100)} % as long` : undefined;
}

/** Code in backticks, numbers, and words that only names of a program look like. */
const FACT = /`[^`]+`|\b\d+(?:\.\d+)?\b|\b[A-Za-z_$]\w*[a-z0-9_$][A-Z]\w*\b|\b\w+_\w+\b/g;

export const rewordTask = async (
  { descriptions: { detailed, sketchy } }: EvalTask,
  model: Model,
  seed: number,
  signal: AbortSignal,
): Promise<EvalTask['descriptions']> => ({
  detailed: {
    text: await reword(detailed.text, model, seed, signal),
    by: `${detailed.by}, reworded by ${model.id}`,
  },
  sketchy: {
    text: await reword(sketchy.text, model, seed, signal),
    by: `${sketchy.by}, reworded by ${model.id}`,
  },
});
