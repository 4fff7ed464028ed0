import type { RunCommand } from './events.ts';

/**
 * What readers send into a running loop. Everything is kept in order for the loop to take between two steps; an
 * interrupt is acted on at once through `signal`.
 */
export interface Mailbox {
  readonly signal: AbortSignal;
  /** What has arrived since the last call. */
  take(): RunCommand[];
  /** Resolves when something has arrived, or `closed` when nothing ever will. */
  wait(): Promise<'arrived' | 'closed'>;
  /** Aborts whatever is under way, without a command: a time limit that has run out. */
  abort(): void;
}

export function openMailbox(commands: AsyncIterable<RunCommand>): Mailbox {
  const controller = new AbortController();
  let waiting: RunCommand[] = [];
  let closed = false;
  let wake = () => {};
  const listen = async () => {
    for await (const command of commands) {
      waiting.push(command);
      if (command.type === 'interrupt') controller.abort();
      wake();
    }
  };
  void listen().finally(() => {
    closed = true;
    wake();
  });
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    take() {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    async wait() {
      while (waiting.length === 0 && !closed)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return waiting.length > 0 ? 'arrived' : 'closed';
    },
  };
}

/** A command stream that is written to: what the command line and the chat hold on to. */
export interface CommandChannel {
  commands: AsyncIterable<RunCommand>;
  send(command: RunCommand): void;
  /** Nothing more will come: a loop that waits for an answer stops waiting. */
  end(): void;
}

export function commandChannel(): CommandChannel {
  const { readable, writable } = new TransformStream<RunCommand, RunCommand>(undefined, {
    highWaterMark: Infinity,
  });
  const writer = writable.getWriter();
  const quietly = (done: Promise<void>) => void done.catch(() => undefined);
  return {
    commands: readable,
    send: (command) => quietly(writer.write(command)),
    end: () => quietly(writer.close()),
  };
}
