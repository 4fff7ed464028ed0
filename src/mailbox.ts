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
export function commandChannel(): {
  commands: AsyncIterable<RunCommand>;
  send(command: RunCommand): void;
  end(): void;
} {
  const stream = new ReadableStream<RunCommand>({ start: (c) => void (controller = c) });
  let controller: ReadableStreamDefaultController<RunCommand>;
  let open = true;
  return {
    commands: stream,
    send: (command) => {
      if (open) controller.enqueue(command);
    },
    end: () => {
      if (open) controller.close();
      open = false;
    },
  };
}
