import { gzipSync } from 'node:zlib';
import { showHidden } from '../../src/sanitize.ts';
import type { Cell, Outcome } from '../run/schema.ts';
import type { Story } from './story.ts';

/** What the page's script opens for one sample. */
export interface CellStory {
  cell: Cell;
  outcome?: Outcome;
  story?: Story;
}

/**
 * The stories as the page carries them: each compressed on its own, long texts that stories share stored once. A long
 * text stands in a story as `{ "$text": index }`.
 */
export interface PageData {
  stories: string[];
  texts: string[];
}

const LONG = 400;

export function pageDataBuilder(): { add(story: CellStory): number; data(): PageData } {
  const stories: string[] = [];
  const texts: string[] = [];
  const known = new Map<string, number>();
  const place = (text: string): { $text: number } => {
    let index = known.get(text);
    if (index === undefined) {
      index = texts.push(packed(showHidden(text))) - 1;
      known.set(text, index);
    }
    return { $text: index };
  };
  return {
    add(story) {
      const json = JSON.stringify(story, (_, value: unknown) => {
        if (typeof value !== 'string') return value;
        return value.length > LONG ? place(value) : showHidden(value);
      });
      return stories.push(packed(json)) - 1;
    },
    data: () => ({ stories, texts }),
  };
}

const packed = (text: string): string => gzipSync(text).toString('base64');
