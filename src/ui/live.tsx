import { type Instance, render } from 'ink';
import type { Screen } from '../terminal.ts';
import { App } from './App.tsx';
import type { ViewState } from './state.ts';

export interface LiveView {
  update(state: ViewState): void;
  /** Takes the live area away and gives the terminal back; rows that were finished stay. `resume` goes on. */
  pause(): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

const FRAME_MS = 80;

export interface LiveStreams {
  stdin: NodeJS.ReadStream;
  stderr: NodeJS.WriteStream;
}

/** The live view on standard error. `onInterrupt` is called for Ctrl-C, which raw mode turns into a key. */
export function openLiveView(streams: LiveStreams, screen: () => Screen, onInterrupt: () => void): LiveView {
  let instance: Instance | undefined;
  let state: ViewState | undefined;
  // A model's answer comes in thousands of pieces: what a person cannot see is not drawn.
  let lastDrawn = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  /** Rows that an earlier mount has drawn already. */
  let drawn = 0;

  const element = (shown: ViewState, live: boolean) => (
    <App
      state={shown}
      screen={screen()}
      skip={drawn}
      live={live}
      onInterrupt={streams.stdin.isTTY ? onInterrupt : undefined}
    />
  );
  const draw = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!state) return;
    lastDrawn = performance.now();
    if (instance) return instance.rerender(element(state, true));
    instance = render(element(state, true), {
      stdout: streams.stderr,
      stderr: streams.stderr,
      stdin: streams.stdin,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      maxFps: 12,
      incrementalRendering: true,
    });
  };
  const pause = async () => {
    // Rows that have not been drawn yet must not be lost.
    if (timer !== undefined) draw();
    if (!instance || !state) return;
    const closing = instance;
    instance = undefined;
    closing.rerender(element(state, false));
    closing.unmount();
    await closing.waitUntilExit();
    drawn = state.rows.length;
  };
  return {
    update(next) {
      state = next;
      const wait = lastDrawn + FRAME_MS - performance.now();
      if (wait <= 0) draw();
      else timer ??= setTimeout(draw, wait);
    },
    pause,
    resume: draw,
    close: pause,
  };
}
