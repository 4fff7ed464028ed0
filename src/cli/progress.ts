import type { RunEvent } from '../loop/events.ts';
import { rowLines } from '../report/text.ts';
import type { Terminal } from '../terminal.ts';
import type { LiveView } from '../ui/live.tsx';
import { initialView, reduce, type ViewState } from '../ui/state.ts';

/** How a run is followed on standard error: redrawn in place, line by line, or not at all. */
export interface Progress {
  readonly state: ViewState;
  event(event: RunEvent): void;
  /** Takes an event into the state without showing it: what an earlier process has shown. */
  remember(event: RunEvent): void;
  /** Says at once that an interrupt has been heard. */
  stopping(): void;
  /** Leaves the screen to somebody else until `resume`. */
  pause(): Promise<void>;
  resume(): void;
}

export interface ProgressOptions {
  kind: 'live' | 'lines' | 'none';
  terminal: () => Terminal;
  stdin: NodeJS.ReadStream;
  stderr: NodeJS.WriteStream;
  onInterrupt: () => void;
}

export async function openProgress(options: ProgressOptions): Promise<Progress> {
  const { kind, terminal, stderr } = options;
  let state = initialView;
  let view: LiveView | undefined;
  if (kind === 'live') {
    // Loaded only where it is drawn: Ink and React cost a quarter of a second.
    const { openLiveView } = await import('../ui/live.tsx');
    view = openLiveView({ stdin: options.stdin, stderr }, () => terminal().stderr, options.onInterrupt);
  }
  return {
    get state() {
      return state;
    },
    remember(event) {
      const { report, submission, limits, usage } = reduce(state, event);
      state = { ...initialView, report, submission, limits, usage };
    },
    event(event) {
      const before = state.rows.length;
      state = reduce(state, event);
      if (view) view.update(state);
      else if (kind === 'lines')
        for (const row of state.rows.slice(before))
          stderr.write(`${rowLines(row, terminal().stderr).join('\n')}\n`);
    },
    stopping() {
      const text = 'stopping and cleaning up; a second time ends at once';
      state = { ...state, activity: text, said: '' };
      if (view) view.update(state);
      else if (kind === 'lines') stderr.write(`${text}\n`);
    },
    pause: async () => view?.pause(),
    resume: () => view?.resume(),
  };
}
