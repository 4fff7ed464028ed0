import { PassThrough } from 'node:stream';
import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import type { RunEvent } from '../loop/events.ts';
import { type Screen, terminalOf } from '../terminal.ts';
import { scriptedEvents } from '../testing/scripted-run.ts';
import { until } from '../testing/wait.ts';
import { App } from './App.tsx';
import { type LiveStreams, openLiveView } from './live.tsx';
import { initialView, reduce, type ViewState } from './state.ts';

const screenOf = (columns: number, env: Record<string, string> = { NO_COLOR: '1' }): Screen =>
  terminalOf({ stdin: {}, stdout: {}, stderr: { isTTY: true, columns } }, env).stderr;

const states = (): ViewState[] => {
  let state = initialView;
  return scriptedEvents().map((body, at) => {
    state = reduce(state, { ...body, seq: at, time: Date.now() } satisfies RunEvent);
    return state;
  });
};

test('finished rows stand above the live area, which goes away at the end', () => {
  const screen = screenOf(100);
  const all = states();
  const half = all[12] ?? initialView;
  const app = render(<App state={half} screen={screen} skip={0} live onInterrupt={undefined} />);
  const frame = app.lastFrame()?.split('\n') ?? [];
  expect(frame[0]).toBe('OrderBook in packages/core/src/order-book.ts');
  expect(frame.at(-3)).toMatch(/^⠋ writing the class · attempt 1\/5/);
  const last = all.at(-1) ?? initialView;
  app.rerender(<App state={last} screen={screen} skip={0} live={false} onInterrupt={undefined} />);
  expect(app.lastFrame()).toContain('attempt 3 passed every check');
  expect(app.lastFrame()).not.toContain('tokens in,');
  app.unmount();
});

test('rows that an earlier mount drew are not drawn again', () => {
  const last = states().at(-1) ?? initialView;
  const app = render(
    <App state={last} screen={screenOf(100)} skip={last.rows.length} live={false} onInterrupt={undefined} />,
  );
  expect(app.lastFrame()).not.toContain('OrderBook');
  app.unmount();
});

test('Ctrl-C as a key interrupts; other keys do nothing', async () => {
  let interrupts = 0;
  const app = render(
    <App state={initialView} screen={screenOf(80)} skip={0} live onInterrupt={() => interrupts++} />,
  );
  app.stdin.write('y\r');
  app.stdin.write('\u0003');
  await until(() => interrupts === 1);
  app.unmount();
});

class FakeTerminal extends PassThrough {
  isTTY = true;
  columns = 40;
  rows = 24;
  text = '';
  constructor() {
    super();
    this.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
  }
}

test('at 40 columns without colour: nothing wider, no colour codes, the screen is never cleared, rows once', async () => {
  const stderr = new FakeTerminal();
  const stdin = Object.assign(new FakeTerminal(), { isTTY: false });
  const streams = { stdin, stderr } as unknown as LiveStreams;
  const view = openLiveView(
    streams,
    () => screenOf(40),
    () => {},
  );
  for (const state of states()) {
    view.update(state);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => stderr.text.includes('preparing the diff'));
  await view.pause();
  view.resume();
  await view.close();
  const text = stderr.text.replaceAll('\u001b', 'ESC');
  expect(text).not.toMatch(/ESC\[[\d;]*m/);
  expect(text).not.toMatch(/ESC\[[23]J|ESCc/);
  for (const line of text.replaceAll(/ESC\[[?\d;]*[A-Za-z]/g, '\n').split(/[\r\n]/))
    expect(line.length).toBeLessThanOrEqual(40);
  expect(stderr.text.split('Attempt 2 of 5')).toHaveLength(2);
});

test('thousands of pieces of an answer cost a few frames, and no row is lost', async () => {
  const stderr = new FakeTerminal();
  const stdin = Object.assign(new FakeTerminal(), { isTTY: false });
  const streams = { stdin, stderr } as unknown as LiveStreams;
  const view = openLiveView(
    streams,
    () => screenOf(80),
    () => {},
  );
  let frames = 0;
  stderr.on('data', () => {
    frames++;
  });
  let state = states()[7] ?? initialView;
  for (let piece = 0; piece < 2000; piece++) {
    state = reduce(state, { type: 'model-delta', call: 1, text: `word${piece} `, seq: piece, time: 0 });
    view.update(state);
  }
  view.update(states().at(-1) ?? state);
  await view.close();
  expect(frames).toBeLessThan(40);
  expect(stderr.text).toContain('attempt 3 passed every check');
});
