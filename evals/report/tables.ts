import { CAUSES } from '../score/causes.ts';
import type { GroupSummary, Slice, Value } from '../score/summary.ts';
import { intervalPlot, stackedBar } from './charts.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { figure, NONE, points, pValue, range } from './numbers.ts';
import { groupsIn, metricsIn, type Report } from './report.ts';

interface Head {
  text: string;
  /** What the column means, shown on hover; the definitions at the end say it too. */
  meaning?: string;
  isText?: boolean;
}

/** A table in a container that scrolls by itself, so that the page never does. */
function table(
  caption: string,
  head: readonly Head[],
  rows: readonly (readonly (Markup | string)[])[],
): Markup {
  const type = head.map(({ isText }, index) => (index === 0 || isText ? 'text' : 'number'));
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head.map(
    ({ text, meaning }, index) =>
      markup`<th scope="col" class="${type[index] ?? 'number'}"${meaning === undefined ? nothing : markup` title="${meaning}"`}>${text}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (cells) =>
      markup`<tr>${cells.map((cell, index) =>
        index === 0
          ? markup`<th scope="row">${cell}</th>`
          : markup`<td class="${type[index] ?? 'number'}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

const RESULTS = ['test-rate', 'compile-rate', 'attempts', 'tokens', 'cost', 'seconds'];

/** The figures that a run is read for. */
export function resultsTable(report: Report): Markup {
  const groups = groupsIn(report);
  const metrics = metricsIn(report);
  const described = (id: string) => metrics.find((metric) => metric.id === id);
  const largest = metrics.filter(({ id }) => id.startsWith('pass@') && id !== 'pass@1').at(-1);
  const shown = [largest?.id, ...RESULTS]
    .flatMap((id) => (id === undefined ? [] : (described(id) ?? [])))
    .filter(({ id }) => groups.some(({ values }) => values[id]?.value !== undefined));
  const anyFromMemory = groups.some(({ notFromMemory }) => notFromMemory !== undefined);
  const unscored = UNSCORED.filter(({ id }) => groups.some(({ counts }) => counts[id] > 0));
  const head: Head[] = [
    { text: 'row' },
    { text: 'pass@1', meaning: described('pass@1')?.definition ?? '' },
    { text: '95 % interval', isText: true },
    ...(anyFromMemory
      ? [{ text: 'not from memory', meaning: 'pass@1 without the tasks that the model solves closed book' }]
      : []),
    ...shown.map(({ name, definition }) => ({ text: name, meaning: definition })),
    ...unscored.map(({ text, meaning }) => ({ text, meaning })),
  ];
  const rows = groups.map(({ label, values, notFromMemory, tasks, counts }) => [
    label,
    markup`<strong>${figure(values['pass@1']?.value, 'share')}</strong> <small>of ${tasks}</small>`,
    markup`<span class="with-range">${intervalPlot(values['pass@1'])}<small>${values['pass@1'] ? range(values['pass@1'], 'share') : ''}</small></span>`,
    ...(anyFromMemory
      ? [
          notFromMemory
            ? markup`${figure(notFromMemory.values['pass@1']?.value, 'share')} <small>of ${notFromMemory.tasks}</small>`
            : NONE,
        ]
      : []),
    ...shown.map(({ id, unit }) => figure(values[id]?.value, unit)),
    ...unscored.map(({ id }) => String(counts[id])),
  ]);
  return table('Results', head, rows);
}

const UNSCORED = [
  {
    id: 'infrastructure',
    text: 'infra failures',
    meaning: 'Cells that the harness, not the model, failed; in no figure.',
  },
  {
    id: 'disqualified',
    text: 'disqualified',
    meaning: 'Cells that broke a rule; never solved, in no figure.',
  },
  { id: 'notRun', text: 'not run', meaning: 'Cells that were not run yet.' },
] as const;

export function comparisonTable({ comparisons }: Report): Markup {
  const head: Head[] = [
    { text: 'a → b' },
    { text: 'a' },
    { text: 'b' },
    { text: 'difference', meaning: 'Percentage points, b less a' },
    { text: '95 %' },
    { text: 'better', meaning: 'Tasks on which b has the higher pass@1' },
    { text: 'worse', meaning: 'Tasks on which b has the lower pass@1' },
    { text: 'tasks', meaning: 'Tasks that both have scored' },
    { text: 'p' },
    { text: 'p (Holm)', meaning: 'Adjusted for the number of comparisons in this table' },
    { text: 'test', isText: true },
  ];
  return table(
    'Paired comparisons of pass@1',
    head,
    comparisons.map((pair) => [
      `${pair.labelA} → ${pair.labelB}`,
      figure(pair.a, 'share'),
      figure(pair.b, 'share'),
      markup`<strong>${points(pair.difference)}</strong>`,
      pair.interval ? `${points(pair.interval.low)} to ${points(pair.interval.high)}` : NONE,
      String(pair.better.length),
      String(pair.worse.length),
      String(pair.tasks),
      pValue(pair.p),
      pValue(pair.adjusted),
      markup`<small>${pair.method}</small>`,
    ]),
  );
}

/** Which tasks went the other way, for two runs. */
export function changedTasks({ comparisons }: Report): Markup {
  return markup`${comparisons.map(
    ({ labelA, labelB, better, worse }) =>
      markup`<h3>${labelA} → ${labelB}</h3><dl class="facts"><div><dt>better</dt><dd>${better.join(', ') || NONE}</dd></div><div><dt>worse</dt><dd>${worse.join(', ') || NONE}</dd></div></dl>`,
  )}`;
}

export function allMetrics(report: Report): Markup {
  const groups = groupsIn(report);
  return table(
    'All metrics',
    [{ text: 'metric' }, ...groups.map(({ label }) => ({ text: label }))],
    metricsIn(report).map(({ id, name, unit, definition }) => [
      markup`<span title="${definition}">${name}</span>`,
      ...groups.map(({ values }) => withRange(values[id], unit)),
    ]),
  );
}

function withRange(value: Value | undefined, unit: Parameters<typeof figure>[1]): Markup | string {
  if (value?.value === undefined) return NONE;
  return markup`${figure(value.value, unit)}<br><small>${range(value, unit)}</small>`;
}

export function roundTable(report: Report): Markup {
  const groups = groupsIn(report);
  const rounds = Math.max(...groups.map((group) => group.rounds.length), 1);
  const head = Array.from({ length: rounds }, (_, index) => ({ text: `round ${index + 1}` }));
  return table(
    'Solved by round; below: fixed, of the samples that had failed before',
    [{ text: 'row' }, ...head],
    groups.map(({ label, rounds: made }) => [
      label,
      ...head.map((_, index) => {
        const round = made[index];
        if (round === undefined) return NONE;
        if (round.fixed === undefined) return figure(round.solved, 'share');
        return markup`${figure(round.solved, 'share')}<br><small>${figure(round.fixed, 'share')} of ${round.made}</small>`;
      }),
    ]),
  );
}

export function slicesTable(
  caption: string,
  report: Report,
  of: (group: GroupSummary) => Slice[],
  more?: { name: string; value: (group: GroupSummary) => number | undefined },
): Markup {
  const groups = groupsIn(report);
  const names = [...new Set(groups.flatMap((group) => of(group).map(({ name }) => name)))];
  return table(
    caption,
    [{ text: 'row' }, ...[...names, ...(more ? [more.name] : [])].map((text) => ({ text }))],
    groups.map((group) => [
      group.label,
      ...names.map((name) => {
        const slice = of(group).find((one) => one.name === name);
        if (slice === undefined) return NONE;
        const passed = slice.values['pass@1'];
        const interval = passed ? range(passed, 'share') : '';
        return markup`${figure(passed?.value, 'share')} <small>of ${slice.tasks}</small>${interval === '' ? nothing : markup`<br><small>${interval}</small>`}`;
      }),
      ...(more ? [figure(more.value(group), 'share')] : []),
    ]),
  );
}

export function failureTable(report: Report): Markup {
  const head: Head[] = [
    { text: 'row' },
    { text: 'samples', isText: true },
    { text: 'solved' },
    ...CAUSES.toReversed().map(({ name, definition }) => ({ text: name, meaning: definition })),
    { text: 'diagnostics of the final classes', isText: true },
  ];
  return table(
    'Failures by cause',
    head,
    groupsIn(report).map(({ label, counts, causes, codes }) => {
      const failed = causes.reduce((sum, { count }) => sum + count, 0);
      const solved = Math.max(0, counts.scored - failed);
      const backwards = causes.toReversed();
      return [
        label,
        stackedBar([
          { className: 'solved', label: 'solved', count: solved },
          ...backwards.map(({ key, count }) => ({
            className: key,
            label: CAUSES.find(({ id }) => id === key)?.name ?? key,
            count,
          })),
        ]),
        String(solved),
        ...backwards.map(({ count }) => String(count)),
        markup`<small>${
          codes
            .slice(0, 5)
            .map(({ key, count }) => `TS${key} × ${count}`)
            .join(', ') || NONE
        }</small>`,
      ];
    }),
  );
}

export function robustnessTable(report: Report): Markup | undefined {
  const tried = groupsIn(report).flatMap(({ label, robustness }) =>
    robustness ? [{ label, robustness }] : [],
  );
  if (tried.length === 0) return undefined;
  return table(
    'Under perturbation, pass@1',
    [
      { text: 'row' },
      { text: 'mean' },
      { text: 'worst of s' },
      { text: 's' },
      { text: 'tasks' },
      { text: 'by variant', isText: true },
    ],
    tried.map(({ label, robustness }) => [
      label,
      figure(robustness.mean, 'share'),
      figure(robustness.worst, 'share'),
      String(robustness.variants),
      String(robustness.tasks),
      markup`<small>${robustness.byVariant.map(({ name, value }) => `${name} ${figure(value, 'share')}`).join(', ')}</small>`,
    ]),
  );
}
