import type { GroupSummary, Value } from '../score/summary.ts';
import { type Markup, markup } from './markup.ts';
import { figure, range } from './numbers.ts';

/** Inline SVG without styles of its own: colours come from the page's classes, so both colour schemes hold. */

/** Colours and marks repeat after so many series; the dash tells the next ones apart. */
const SERIES = 8;

/** A group as a line: its place among the groups of its run, which colour and mark follow, and the run's place. */
export interface Series extends Pick<GroupSummary, 'label' | 'rounds' | 'tokenCurve'> {
  place: number;
  run: number;
}

const WIDTH = 460;
const HEIGHT = 270;
const LEFT = 44;
const BOTTOM = 34;
const TOP = 12;
const RIGHT = 24;

interface Line {
  series: Series;
  points: { x: number; y: number }[];
}

interface Axis {
  title: string;
  max: number;
  ticks: { at: number; label: string }[];
}

const horizontal = (x: number, max: number) => LEFT + (x / Math.max(max, 1e-9)) * (WIDTH - LEFT - RIGHT);
const vertical = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);

/** Solved tasks after each round. */
export function roundChart(groups: readonly Series[]): Markup {
  const rounds = Math.max(...groups.map((group) => group.rounds.length), 1);
  const lines = groups.map((series) => ({
    series,
    points: series.rounds.map(({ round, solved }) => ({ x: rounds === 1 ? 1 : round - 1, y: solved })),
  }));
  const ticks = Array.from({ length: rounds }, (_, index) => ({
    at: rounds === 1 ? 1 : index,
    label: String(index + 1),
  }));
  const title = 'Share of samples solved after each round';
  return chart(title, lines, { title: 'round', max: Math.max(1, rounds - 1), ticks }, true);
}

/** Solved tasks within so many tokens. */
export function tokenChart(groups: readonly Series[]): Markup {
  const most = Math.max(...groups.flatMap((group) => group.tokenCurve.map(({ tokens }) => tokens)), 1);
  const unit = niceStep(most / 4);
  const max = Math.ceil(most / unit) * unit;
  const lines = groups.map((series) => {
    const { tokenCurve } = series;
    const steps = tokenCurve.flatMap(({ tokens, solved }, at) => {
      const before = tokenCurve[at - 1]?.solved ?? 0;
      return [
        { x: tokens, y: before },
        { x: tokens, y: solved },
      ];
    });
    return { series, points: [...steps, { x: max, y: steps.at(-1)?.y ?? 0 }] };
  });
  const ticks = Array.from({ length: Math.round(max / unit) + 1 }, (_, index) => ({
    at: index * unit,
    label: figure(index * unit, 'tokens').replace(/\.0(?=[kM]$)/, ''),
  }));
  return chart(
    'Share of samples solved within so many tokens',
    lines,
    { title: 'tokens', max, ticks },
    false,
  );
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? 10 * power;
}

function chart(title: string, lines: readonly Line[], axis: Axis, marked: boolean): Markup {
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(vertical(share))}" y2="${fixed(vertical(share))}"/><text class="tick" text-anchor="end" x="${LEFT - 7}" y="${fixed(vertical(share) + 4)}">${share * 100} %</text>`,
  );
  const ticks = axis.ticks.map(
    ({ at, label }) =>
      markup`<text class="tick" text-anchor="middle" x="${fixed(horizontal(at, axis.max))}" y="${HEIGHT - BOTTOM + 17}">${label}</text>`,
  );
  const drawn = lines.map(({ series, points }) => {
    const placed = points.map(({ x, y }) => ({ x: horizontal(x, axis.max), y: vertical(y) }));
    const path = placed.map(({ x, y }) => `${fixed(x)},${fixed(y)}`).join(' ');
    const marks = marked ? placed : placed.slice(-1);
    return markup`<g class="${seriesClass(series)}"><title>${series.label}</title><polyline points="${path}"/>${marks.map(({ x, y }) => mark(series.place, x, y))}</g>`;
  });
  return markup`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}; the table of rounds has the figures">${grid}${ticks}<text class="axis" text-anchor="end" x="${WIDTH - RIGHT}" y="${HEIGHT - 3}">${axis.title}</text>${drawn}</svg>`;
}

const seriesClass = ({ place, run }: Series): string =>
  `series s${place % SERIES}${run > 0 || place >= SERIES ? ' dashed' : ''}`;

const fixed = (value: number): string => value.toFixed(1);

/** A shape per series, so that colour is not all that tells them apart. */
function mark(index: number, x: number, y: number): Markup {
  const at = (dx: number, dy: number) => `${fixed(x + dx)},${fixed(y + dy)}`;
  switch (index % 4) {
    case 0:
      return markup`<circle class="mark" cx="${fixed(x)}" cy="${fixed(y)}" r="3.6"/>`;
    case 1:
      return markup`<rect class="mark" x="${fixed(x - 3.3)}" y="${fixed(y - 3.3)}" width="6.6" height="6.6"/>`;
    case 2:
      return markup`<polygon class="mark" points="${at(0, -4.4)} ${at(4.2, 3.2)} ${at(-4.2, 3.2)}"/>`;
    default:
      return markup`<polygon class="mark" points="${at(0, -4.8)} ${at(4.8, 0)} ${at(0, 4.8)} ${at(-4.8, 0)}"/>`;
  }
}

/** Which line is which. */
export const legend = (groups: readonly Series[]): Markup =>
  markup`<ul class="legend">${groups.map(
    (series) =>
      markup`<li><svg width="28" height="12" viewBox="0 0 28 12" aria-hidden="true"><g class="${seriesClass(series)}"><polyline points="1,6 27,6"/>${mark(series.place, 14, 6)}</g></svg>${series.label}</li>`,
  )}</ul>`;

/** A share with its interval on a line from 0 to 100 %. */
export function intervalPlot(value: Value | undefined): Markup {
  if (value?.value === undefined) return markup``;
  const x = (share: number) => fixed(4 + share * 112);
  const { interval } = value;
  const bar = interval
    ? markup`<line class="span" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="8" y2="8"/>`
    : markup``;
  return markup`<svg class="interval" width="120" height="16" viewBox="0 0 120 16" role="img" aria-label="${range(value, 'share')} %"><line class="rail" x1="4" x2="116" y1="8" y2="8"/>${[0, 0.5, 1].map((share) => markup`<line class="rail" x1="${x(share)}" x2="${x(share)}" y1="5" y2="11"/>`)}${bar}<circle class="dot" cx="${x(value.value)}" cy="8" r="3.6"/></svg>`;
}

/** Parts of a whole beside each other; a part's class decides its colour. */
export function stackedBar(parts: readonly { className: string; label: string; count: number }[]): Markup {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  let from = 0;
  const drawn = parts
    .filter(({ count }) => count > 0)
    .map(({ className, label, count }) => {
      const width = (count / total) * 200;
      const rect = markup`<rect class="${className}" x="${fixed(from)}" y="0" width="${fixed(Math.max(0, width - 0.8))}" height="14"><title>${label}: ${count}</title></rect>`;
      from += width;
      return rect;
    });
  return markup`<svg class="bar" viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">${drawn}</svg>`;
}
