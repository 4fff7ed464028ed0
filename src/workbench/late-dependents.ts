import { type NotChecked, unseen } from '../check/not-checked.ts';
import type { Diagnostic } from '../check/report.ts';
import { newDiagnostics } from '../check/verdict.ts';
import { ClasswrightError } from '../errors.ts';
import type { LateDependent } from '../language/language.ts';
import type { TypeScriptSession } from '../language/typescript/session.ts';
import { partBaseline, tolerated } from './goals.ts';
import type { Ground } from './ground.ts';

type Scene = Pick<Ground, 'task' | 'original' | 'language' | 'late' | 'isDependent' | 'openAnother'>;

interface Judged {
  dependent: LateDependent;
  /** Errors that the class brings. */
  added: Diagnostic[];
  /** Why it could not be judged. */
  failure?: string;
  /** Nothing changes in it when the class is taken away. */
  isBlind: boolean;
}

/** A target file that declares nothing. */
const NOTHING = 'export {};\n';

/**
 * Checks the dependents that no attempt is checked with, in as many language servers as their projects take, one
 * after the other. Errors that the class brings fail it where nothing else can have caused them, and otherwise are
 * told as not checked (rule: not-checked.ts).
 */
export async function checkLate(
  scene: Scene,
  text: string,
  signal: AbortSignal,
): Promise<{ diagnostics: Diagnostic[]; notChecked: NotChecked[] }> {
  const judged: Judged[] = [];
  let round = await judgeIn(scene.language, scene, scene.late, text, signal);
  judged.push(...round.judged);
  while (round.left.length > 0) {
    const { left } = round;
    const language = await scene.openAnother();
    try {
      round = await judgeIn(language, scene, left, text, signal);
    } finally {
      await language.close();
    }
    judged.push(...round.judged);
    if (round.left.length < left.length) continue;
    for (const dependent of left)
      judged.push({ dependent, added: [], isBlind: true, failure: 'its project could not be loaded' });
    break;
  }
  const sound = judged.filter(({ dependent, failure }) => dependent.lacks === undefined && !failure);
  return {
    diagnostics: sound.flatMap(({ added }) => added),
    notChecked: judged.flatMap((one) => told(one) ?? []),
  };
}

function told({ dependent, added, failure, isBlind }: Judged): NotChecked | undefined {
  const { file, isDirect, lacks } = dependent;
  if (failure !== undefined) return unseen(file, [lacks, failure].filter(Boolean).join('; '), isDirect);
  if (lacks === undefined) return undefined;
  const [first] = added;
  if (first)
    return unseen(
      file,
      `${lacks}; with the class it has TS${first.code} ${first.message.split('\n')[0]}`,
      true,
    );
  if (isDirect && isBlind) return unseen(file, `${lacks}; the compiler cannot follow its imports`, true);
  return unseen(file, `${lacks}; checked with what is there`, false);
}

/** Judges those whose projects this server can hold; the rest is `left`. */
async function judgeIn(
  language: TypeScriptSession,
  { task, original, isDependent }: Scene,
  dependents: readonly LateDependent[],
  text: string,
  signal: AbortSignal,
): Promise<{ judged: Judged[]; left: LateDependent[] }> {
  const left: LateDependent[] = [];
  const errorsWith = async (target: string | undefined, asked: readonly LateDependent[]) => {
    await language.setCandidate(target);
    const found = new Map<LateDependent, Diagnostic[] | string>();
    for (const dependent of asked) {
      try {
        found.set(dependent, (await language.diagnostics(dependent.file, signal)).diagnostics);
      } catch (error) {
        signal.throwIfAborted();
        const isKnown = error instanceof ClasswrightError;
        if (isKnown && error.code === 'too-many-projects') left.push(dependent);
        else if (isKnown && dependent.lacks !== undefined) found.set(dependent, error.message);
        else throw error;
      }
    }
    return found;
  };
  try {
    const now = await errorsWith(text, dependents);
    const errorsOf = (found: typeof now, dependent: LateDependent): Diagnostic[] => {
      const errors = found.get(dependent);
      return typeof errors === 'object' ? errors : [];
    };
    const wrong = [...now.keys()].filter((dependent) => errorsOf(now, dependent).length > 0);
    const before = wrong.length > 0 ? await errorsWith(original, wrong) : new Map();
    const lacking = [...now.keys()].filter(({ isDirect, lacks }) => isDirect && lacks !== undefined);
    const without = lacking.length > 0 ? await errorsWith(NOTHING, lacking) : new Map();
    const judged = [...now].map(([dependent, found]): Judged => {
      const standing = tolerated(partBaseline(errorsOf(before, dependent), task, original), isDependent);
      const errors = errorsOf(now, dependent);
      const taken = errorsOf(without, dependent);
      return {
        dependent,
        added: newDiagnostics(standing, errors, task.file),
        isBlind: newDiagnostics(errors, taken).length === 0,
        ...(typeof found === 'string' ? { failure: found } : {}),
      };
    });
    return { judged, left };
  } finally {
    await language.setCandidate(text);
  }
}
