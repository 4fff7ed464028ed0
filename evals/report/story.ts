import { unifiedDiff } from '../../src/apply/diff.ts';
import type { RunEvent } from '../../src/loop/events.ts';
import { initialState, reduce } from '../../src/loop/state.ts';
import {
  answerStep,
  asides,
  checkStep,
  note,
  pieceStep,
  reflectionStep,
  requestSteps,
  resultSteps,
  type Step,
  step,
  submissionStep,
  toolSteps,
} from './story-steps.ts';

/** The whole story of one sample, in sections that follow its attempts; plain data for a page to lay out. */
export interface Story {
  sections: Section[];
}

export interface Section {
  title: string;
  /** Set for the section of an attempt. */
  attempt?: number;
  steps: Step[];
}

/**
 * One story of all conversations of a sample: independent ones follow each other, their attempts counted on, as the
 * outcome counts them.
 */
export function storyOfLogs(logs: readonly (readonly RunEvent[])[]): Story {
  let before = 0;
  const sections = logs.flatMap((events, index) => {
    const counted = storyOf(events).sections.map((section) => ({
      ...section,
      ...(logs.length > 1 ? { title: `Conversation ${index + 1} · ${section.title}` } : {}),
      ...(section.attempt === undefined ? {} : { attempt: section.attempt + before }),
    }));
    before += events.reduce(reduce, initialState()).attempts.length;
    return counted;
  });
  return { sections };
}

/** What stands in place of a story whose log cannot be read. */
export const unreadableStory = (reason: string): Story => ({
  sections: [{ title: 'The session log cannot be read', steps: [note('Reason', reason)] }],
});

/** Reads a session log. After a report, the next request to the model begins the next attempt. */
export function storyOf(events: readonly RunEvent[]): Story {
  const first: Section = { title: 'First prompt', steps: [] };
  const sections = [first];
  let section = first;
  let file = '';
  let fileText: string | undefined;
  const tools = new Map<string, { name: string; input: unknown }>();
  let attempt = 0;
  let judged = false;
  const begin = (number: number) => {
    section = { title: `Attempt ${number}`, attempt: number, steps: [] };
    sections.push(section);
  };
  for (const event of events) {
    switch (event.type) {
      case 'init':
        file = event.task.file;
        break;
      case 'context':
        first.steps.push(...event.pieces.map(pieceStep));
        if (event.leftOut > 0) first.steps.push(note(`${event.leftOut} more pieces did not fit the budget`));
        break;
      case 'model-request': {
        if (judged) begin(attempt + 1);
        judged = false;
        section.steps.push(...requestSteps(event));
        if (section === first) begin(1);
        break;
      }
      case 'model-answer':
        section.steps.push(answerStep(event));
        break;
      case 'tool-start':
        tools.set(event.id, event);
        break;
      case 'tool-end':
        section.steps.push(...toolSteps(event, tools.get(event.id)?.input));
        break;
      case 'submission':
        attempt = event.attempt;
        if (section.attempt !== attempt) begin(attempt);
        section.steps.push(submissionStep(event.submission));
        break;
      case 'report': {
        section.steps.push(checkStep(event.report));
        const diff = fileText === undefined ? '' : unifiedDiff(file, fileText, event.fileText);
        if (diff !== '')
          section.steps.push(
            step('diff', 'Changes since the last attempt', [], [{ label: '', text: diff, isDiff: true }]),
          );
        fileText = event.fileText;
        judged = true;
        break;
      }
      case 'reflection':
        section.steps.push(reflectionStep(event.reflection));
        break;
      case 'result':
        sections.push({ title: 'End', steps: resultSteps(event.result) });
        break;
      default:
        section.steps.push(...asides(event));
    }
  }
  return { sections: named(sections) };
}

/** Sections that hold something; those that came to no submission say so by their title. */
function named(sections: readonly Section[]): Section[] {
  return sections
    .filter(({ steps }) => steps.length > 0)
    .map((section) => {
      const submitted = section.steps.some(({ kind }) => kind === 'class');
      if (section.attempt === undefined) return section;
      if (submitted) return section;
      const { attempt: _, ...rest } = section;
      return {
        ...rest,
        title: section.attempt === 1 ? 'Before the first attempt' : 'After the last attempt',
      };
    });
}
