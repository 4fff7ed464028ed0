import { Box, Static, Text, useInput } from 'ink';
import { useEffect, useState } from 'react';
import { rowLines } from '../report/text.ts';
import type { Screen } from '../terminal.ts';
import { liveLines } from './live-lines.ts';
import type { Row } from './rows.ts';
import type { ViewState } from './state.ts';

export interface AppProps {
  state: ViewState;
  screen: Screen;
  /** Rows that are on the screen already. */
  skip: number;
  /** Draw the live area; without it only finished rows are left behind. */
  live: boolean;
  /** Called for Ctrl-C, which a terminal that reads single keys sends as a key; absent where there are no keys. */
  onInterrupt: (() => void) | undefined;
}

/** Finished rows go above and are never drawn again; below them one live area of always the same height. */
export function App({ state, screen, skip, live, onInterrupt }: AppProps) {
  return (
    <>
      <Static items={state.rows.slice(skip)}>
        {(row, index) => <FinishedRow key={skip + index} row={row} screen={screen} />}
      </Static>
      {live ? <Live state={state} screen={screen} /> : null}
      {onInterrupt ? <Keys onInterrupt={onInterrupt} /> : null}
    </>
  );
}

/** Keys are swallowed while the run goes on, so that nothing typed ahead can answer the question at its end. */
function Keys({ onInterrupt }: { onInterrupt: () => void }) {
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onInterrupt();
  });
  return null;
}

function FinishedRow({ row, screen }: { row: Row; screen: Screen }) {
  return <Text>{rowLines(row, screen).join('\n')}</Text>;
}

const FRAME_MS = 120;

function Live({ state, screen }: { state: ViewState; screen: Screen }) {
  const [frame, setFrame] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setFrame((before) => before + 1), FRAME_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Box flexDirection="column">
      {liveLines(state, screen, Date.now(), frame).map((line, index) => (
        <Text key={index} wrap="truncate">
          {line}
        </Text>
      ))}
    </Box>
  );
}
