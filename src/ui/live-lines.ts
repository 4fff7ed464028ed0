import { LEVEL_NAMES } from '../check/report.ts';
import type { Phase } from '../loop/events.ts';
import { cut, duration, plural, tokens } from '../report/format.ts';
import { oneLine } from '../sanitize.ts';
import type { Screen } from '../terminal.ts';
import type { ViewState } from './state.ts';

const PHASES: Readonly<Record<Phase, string>> = {
  understand: 'reading the repository',
  retrieve: 'looking up what the class needs',
  generate: 'writing the class',
  check: 'checking',
  tools: 'looking up',
  reflect: 'reflecting',
  revise: 'revising',
  verdict: 'final verdict',
  accept: 'preparing the diff',
};

/** The live area: three lines, so that nothing below or above it moves. `now` in milliseconds. */
export function liveLines(state: ViewState, screen: Screen, now: number, frame: number): string[] {
  const { colours, symbols } = screen;
  const width = (screen.columns ?? 80) - 1;
  const spinner = symbols.spinner[frame % symbols.spinner.length] ?? '';
  const attempt =
    state.attempt === undefined
      ? []
      : [`attempt ${state.attempt}${state.limits ? `/${state.limits.attempts}` : ''}`];
  const elapsed = duration(Math.floor((now - (state.startedAt ?? now)) / 1000)).replace('.0', '');
  const head = [state.phase ? PHASES[state.phase] : 'starting', ...attempt, elapsed].join(` ${symbols.dot} `);
  const { usage } = state;
  const counts = [
    `${tokens(usage.input)} tokens in, ${tokens(usage.output)} out`,
    plural(usage.modelCalls, 'model call'),
    plural(usage.toolCalls, 'look-up'),
  ].join(` ${symbols.dot} `);
  return [
    `${colours.cyan(spinner)} ${colours.bold(cut(head, width - 2, symbols.ellipsis))}`,
    `  ${cut(activityOf(state, width - 2), width - 2, symbols.ellipsis)}`,
    colours.dim(`  ${cut(counts, width - 2, symbols.ellipsis)}`),
  ];
}

function activityOf(state: ViewState, width: number): string {
  const level = Object.entries(LEVEL_NAMES).find(([key]) => key === state.activity)?.[1];
  const said = oneLine(state.said);
  const doing = level ?? state.activity ?? '';
  if (doing === '') return said.length > width ? said.slice(-width) : said;
  return oneLine(said === '' ? doing : `${doing}: ${said}`);
}
