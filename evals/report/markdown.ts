import { oneLine } from '../../src/sanitize.ts';
import { CAUSES } from '../score/causes.ts';
import type { GroupSummary, Slice, Value } from '../score/summary.ts';
import { definitionList } from './definitions.ts';
import { figure, NONE, points, pValue, range } from './numbers.ts';
import { cautions, definitions, facts, groupsIn, metricsIn, type Report } from './report.ts';

/** The report as Markdown tables, for a repository or an issue. */
export function markdown(report: Report): string {
  const groups = groupsIn(report);
  const metrics = metricsIn(report);
  const repositories = new Set(groups.flatMap((group) => group.repositories.map(({ name }) => name)));
  return [
    `# ${text(report.title)}`,
    ...report.runs.map(({ name, summary }) =>
      facts(summary)
        .map(([fact, value]) => `- ${name ? `${name} ` : ''}${fact}: ${text(value)}`)
        .join('\n'),
    ),
    cautions(report)
      .map((caution) => `> ${text(caution)}`)
      .join('\n>\n'),
    '## Results',
    table(
      [
        'row',
        'tasks',
        'pass@1',
        '95 %',
        'not from memory',
        'test rate',
        'compiles',
        'attempts',
        'tokens',
        'unscored',
      ],
      groups.map(headline),
    ),
    ...comparisonSection(report),
    '## All metrics',
    table(
      ['metric', ...groups.map(({ label }) => label)],
      metrics.map(({ id, name, unit }) => [name, ...groups.map(({ values }) => withRange(values[id], unit))]),
    ),
    '## By dependency level',
    slices(groups, ({ levels }) => levels),
    ...(repositories.size > 1
      ? ['## By repository', slices(groups, (group) => [...group.repositories, macro(group)])]
      : []),
    '## Solved by round',
    table(
      ['row', ...(groups[0]?.rounds ?? []).map(({ round }) => `round ${round}`)],
      groups.map(({ label, rounds }) => [
        label,
        ...rounds.map(({ solved, fixed, made }) =>
          fixed === undefined
            ? figure(solved, 'share')
            : `${figure(solved, 'share')} (fixed ${figure(fixed, 'share')} of ${made})`,
        ),
      ]),
    ),
    '## Failures by cause',
    table(
      ['row', ...CAUSES.map(({ name }) => name), 'diagnostics'],
      groups.map(({ label, causes, codes }) => [
        label,
        ...causes.map(({ count }) => String(count)),
        codes
          .slice(0, 6)
          .map(({ key, count }) => `TS${key} × ${count}`)
          .join(', ') || NONE,
      ]),
    ),
    ...robustnessSection(groups),
    '## What the figures mean',
    definitionList(definitions(report)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const headline = ({ label, tasks, values, notFromMemory, counts }: GroupSummary): string[] => [
  label,
  String(tasks),
  figure(values['pass@1']?.value, 'share'),
  values['pass@1'] ? range(values['pass@1'], 'share') || NONE : NONE,
  notFromMemory === undefined
    ? NONE
    : `${figure(notFromMemory.values['pass@1']?.value, 'share')} (${notFromMemory.tasks})`,
  figure(values['test-rate']?.value, 'share'),
  figure(values['compile-rate']?.value, 'share'),
  figure(values.attempts?.value, 'number'),
  figure(values.tokens?.value, 'tokens'),
  String(counts.infrastructure + counts.disqualified + counts.notRun),
];

function comparisonSection({ comparisons }: Report): string[] {
  if (comparisons.length === 0) return [];
  return [
    '## Paired comparisons, pass@1',
    table(
      ['a', 'b', 'tasks', 'of a', 'of b', 'difference', '95 %', 'better', 'worse', 'p', 'p (Holm)', 'method'],
      comparisons.map((pair) => [
        pair.labelA,
        pair.labelB,
        String(pair.tasks),
        figure(pair.a, 'share'),
        figure(pair.b, 'share'),
        points(pair.difference),
        pair.interval ? `${points(pair.interval.low)} to ${points(pair.interval.high)}` : NONE,
        String(pair.better.length),
        String(pair.worse.length),
        pValue(pair.p),
        pValue(pair.adjusted),
        pair.method,
      ]),
    ),
  ];
}

function slices(groups: readonly GroupSummary[], of: (group: GroupSummary) => Slice[]): string {
  const names = [...new Set(groups.flatMap((group) => of(group).map(({ name }) => name)))];
  return table(
    ['row', ...names],
    groups.map((group) => [
      group.label,
      ...names.map((name) => {
        const slice = of(group).find((one) => one.name === name);
        if (slice === undefined) return NONE;
        const passed = figure(slice.values['pass@1']?.value, 'share');
        return slice.tasks === 0 ? passed : `${passed} (${slice.tasks})`;
      }),
    ]),
  );
}

const macro = (group: GroupSummary): Slice => ({
  name: 'macro mean',
  tasks: 0,
  values: {
    'pass@1': { value: group.macro['pass@1'], interval: undefined, tasks: group.repositories.length },
  },
});

function robustnessSection(groups: readonly GroupSummary[]): string[] {
  const tried = groups.filter(({ robustness }) => robustness !== undefined);
  if (tried.length === 0) return [];
  return [
    '## Under perturbation',
    table(
      ['row', 'tasks', 'mean', 'worst of s', 'variants'],
      tried.map(({ label, robustness }) => [
        label,
        String(robustness?.tasks ?? 0),
        figure(robustness?.mean, 'share'),
        `${figure(robustness?.worst, 'share')} (s = ${robustness?.variants ?? 0})`,
        (robustness?.byVariant ?? [])
          .map(({ name, value }) => `${name} ${figure(value, 'share')}`)
          .join(', '),
      ]),
    ),
  ];
}

const withRange = (value: Value | undefined, unit: Parameters<typeof figure>[1]): string => {
  if (value?.value === undefined) return NONE;
  const interval = range(value, unit);
  return interval === '' ? figure(value.value, unit) : `${figure(value.value, unit)} (${interval})`;
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`;
  return [
    line(head),
    `|${head.map((_, index) => (index === 0 ? ' --- |' : ' ---: |')).join('')}`,
    ...rows.map(line),
  ].join('\n');
}

/** Names may hold anything: nothing of it may end a table's cell or become markup. */
const text = (raw: string): string =>
  oneLine(raw).replaceAll(/[\\|`<>*_[\]]/g, (mark) => (mark === '<' ? '&lt;' : `\\${mark}`));
