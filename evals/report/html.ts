import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import type { Cell, Outcome } from '../run/schema.ts';
import type { RunData } from '../score/run-data.ts';
import { legend, roundChart, type Series, tokenChart } from './charts.ts';
import { grid, gridLegend } from './grid.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { pageDataBuilder } from './page-data.ts';
import { cautions, definitions, facts, groupsIn, type Report } from './report.ts';
import type { Story } from './story.ts';
import {
  allMetrics,
  changedTasks,
  comparisonTable,
  failureTable,
  resultsTable,
  robustnessTable,
  roundTable,
  slicesTable,
} from './tables.ts';

/** Gives the story of a sample, or undefined where there is none to show. */
export type ReadStory = (run: RunData, outcome: Outcome) => Promise<Story | undefined>;

/**
 * One HTML file that needs nothing else: styles, script and data are inside, and its content security policy lets
 * nothing be fetched and no other script run. `runs` in the order of the report's.
 */
export async function htmlPage(
  report: Report,
  runs: readonly RunData[],
  readStory: ReadStory,
): Promise<string> {
  const builder = pageDataBuilder();
  const numbers = new Map<string, number>();
  for (const [at, run] of runs.entries()) {
    const outcomes = new Map(run.outcomes.map((outcome) => [outcome.cell, outcome]));
    for (const cell of run.cells) {
      const outcome = outcomes.get(cell.id);
      const story = outcome === undefined ? undefined : await readStory(run, outcome);
      const added = { cell, ...(outcome ? { outcome } : {}), ...(story ? { story } : {}) };
      numbers.set(`${at} ${cell.id}`, builder.add(added));
    }
  }
  const numberOf = (run: number, cell: Cell) => numbers.get(`${run} ${cell.id}`) ?? 0;
  const style = STYLES.map(asset).join('');
  const script = asset('page.js');
  const policy = [
    "default-src 'none'",
    `style-src '${sourceHash(style)}'`,
    `script-src '${sourceHash(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const body = bodyOf(
    report,
    grid(
      runs.map((run, at) => ({ name: report.runs[at]?.name ?? '', run })),
      numberOf,
    ),
  );
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    markup`<meta http-equiv="Content-Security-Policy" content="${policy}">`.html,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    markup`<title>${report.title}: Classwright evals</title>`.html,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    body.html,
    // Base64 throughout: nothing in it can end the element.
    `<script type="application/json" id="data">${JSON.stringify(builder.data())}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}

/** In the order in which they hold. */
const STYLES = ['base.css', 'tables.css', 'charts.css', 'story.css', 'narrow.css'];

const asset = (name: string): string => readFileSync(join(packageRoot, 'evals/report/page', name), 'utf8');

const sourceHash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function bodyOf(report: Report, samples: Markup): Markup {
  const groups = groupsIn(report);
  const series = seriesOf(report);
  const isPair = report.runs.length > 1;
  const repositories = new Set(groups.flatMap((group) => group.repositories.map(({ name }) => name)));
  const robustness = robustnessTable(report);
  return markup`
<header>
<p class="kicker">Classwright evals</p>
<h1>${report.title}</h1>
${report.runs.map(
  ({ name, summary }) =>
    markup`${isPair ? markup`<h2 class="run-name">${name}: ${summary.plan.id}</h2>` : nothing}<dl class="facts">${facts(summary).map(([fact, value]) => markup`<div><dt>${fact}</dt><dd>${value}</dd></div>`)}</dl>`,
)}
${cautions(report).length > 0 ? markup`<ul class="cautions">${cautions(report).map((caution) => markup`<li>${caution}</li>`)}</ul>` : nothing}
</header>
<main>
${isPair && report.comparisons.length > 0 ? section('comparison', 'Comparison', markup`${comparisonTable(report)}<details><summary>Tasks that changed</summary>${changedTasks(report)}</details>`) : nothing}
${section('results', 'Results', resultsTable(report))}
${section(
  'curves',
  'Solved by round and by tokens',
  markup`${legend(series)}<div class="charts"><figure>${roundChart(series)}<figcaption>Samples solved, had the loop ended after this round</figcaption></figure><figure>${tokenChart(series)}<figcaption>Samples solved within so many tokens</figcaption></figure></div><details><summary>Figures by round</summary>${roundTable(report)}</details>`,
)}
${section('failures', 'Failures by cause', failureTable(report))}
${section('samples', 'Every task and sample', markup`${gridLegend()}${samples}<noscript><p>The stories of the samples need JavaScript; everything else is here without it.</p></noscript>`)}
${!isPair && report.comparisons.length > 0 ? section('comparisons', 'Rows compared', comparisonTable(report)) : nothing}
${section(
  'slices',
  'By level and repository',
  markup`${slicesTable('pass@1 by dependency level', report, ({ levels }) => levels)}${
    repositories.size > 1
      ? slicesTable('pass@1 by repository', report, (group) => group.repositories, {
          name: 'macro mean',
          value: (group) => group.macro['pass@1'],
        })
      : nothing
  }`,
)}
${robustness ? section('robustness', 'Under perturbation', robustness) : nothing}
${section('metrics', 'All metrics', allMetrics(report))}
${section(
  'definitions',
  'What the figures mean',
  markup`<dl class="definitions">${definitions(report).map(({ name, definition }) => markup`<div><dt>${name}</dt><dd>${definition}</dd></div>`)}</dl>`,
)}
</main>
<dialog id="story" aria-labelledby="story-title">
<form method="dialog" class="bar-top"><h2 id="story-title" tabindex="-1"></h2><span class="buttons"><button type="button" id="previous">Previous</button><button type="button" id="next">Next</button><button value="close">Close</button></span></form>
<div id="story-body"></div>
</dialog>`;
}

/** Rows of two runs share colours by their place, the second run's lines are dashed. */
const seriesOf = (report: Report): Series[] =>
  report.runs.flatMap(({ summary }, run) => {
    const before = report.runs.slice(0, run).reduce((sum, one) => sum + one.summary.groups.length, 0);
    return summary.groups.map((group, place) => ({
      ...group,
      label: groupsIn(report)[before + place]?.label ?? group.label,
      place,
      run,
    }));
  });

const section = (id: string, title: string, content: Markup): Markup =>
  markup`<section id="${id}"><h2>${title}</h2>${content}</section>`;
