import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { RunData } from '../score/run-data.ts';
import { anAttempt, aRow, aRun, largeRun } from '../score/testing/synthetic.ts';
import { htmlPage } from './html.ts';
import { cautions, comparisonOf, reportOf } from './report.ts';
import type { Story } from './story.ts';
import { readPage } from './testing/read-page.ts';

const noStory = async () => undefined;

const HOSTILE =
  '</script><script>document.title="pwned"</script><img src=x onerror="document.title=\'pwned\'">\u202egnp.exe';

const hostileRun = (): RunData =>
  aRun(
    {
      [`shop/${HOSTILE}`]: [[anAttempt(1, { heldOut: { passed: 0, total: 10, failed: [HOSTILE] } })]],
      'shop/Fine': [{ status: 'infrastructure', reason: HOSTILE }],
    },
    {
      id: HOSTILE,
      suite: HOSTILE,
      models: [HOSTILE],
      playedBy: HOSTILE,
      versions: { [HOSTILE]: HOSTILE },
      rows: [aRow(HOSTILE)],
    },
  );

const hostileStory: Story = {
  sections: [
    {
      title: `Attempt 1 ${HOSTILE}`,
      attempt: 1,
      steps: [
        {
          kind: 'tool',
          title: HOSTILE,
          facts: [HOSTILE],
          parts: [{ label: HOSTILE, text: HOSTILE.repeat(20) }],
        },
        {
          kind: 'diff',
          title: HOSTILE,
          facts: [],
          parts: [{ label: '', text: `+${HOSTILE}`, isDiff: true }],
        },
      ],
    },
  ],
};

/** Elements as a browser's parser would see them begin: script contents are skipped, as it does. */
function elementsOf(html: string): { name: string; attributes: string }[] {
  const bare = html.replaceAll(/(<(script|style)\b[^>]*>).*?(<\/\2>)/gs, '$1$3');
  return [...bare.matchAll(/<([a-z][a-z0-9-]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ([, name = '', attributes = '']) => ({ name, attributes }),
  );
}

test('nothing in the page comes from elsewhere, and its policy lets only its own style and script be used', async () => {
  const run = largeRun({ tasks: 4 });
  const html = await htmlPage(reportOf(run), [run], noStory);
  for (const { name, attributes } of elementsOf(html)) {
    expect(['link', 'iframe', 'img', 'object', 'embed', 'base', 'video', 'audio']).not.toContain(name);
    expect(attributes).not.toMatch(/\s(src|href|srcset|action|style|on[a-z]+)=/);
  }
  expect(html).not.toMatch(/@import|url\(|https?:\/\//);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
  const script = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  expect(policy).toContain('default-src &#39;none&#39;');
  expect(policy).toContain(`style-src &#39;${hash(style)}&#39;`);
  expect(policy).toContain(`script-src &#39;${hash(script)}&#39;`);
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/);
});

test('hostile names and texts become text', async () => {
  const run = hostileRun();
  const html = await htmlPage(reportOf(run), [run], async () => hostileStory);
  const names = elementsOf(html).map(({ name }) => name);
  expect(names.filter((name) => name === 'script')).toHaveLength(2);
  expect(names).not.toContain('img');
  expect(html).not.toContain('\u202e');
  expect(html).toContain('\\u202egnp.exe');
  expect(html).toContain('&lt;/script&gt;&lt;script&gt;');
  const { stories, texts } = readPage(html);
  expect(JSON.stringify([stories, texts])).toContain('\\\\u202egnp.exe');
  expect(JSON.stringify([stories, texts])).not.toContain('\u202e');
});

test('the pieces of a page: every group, metric, task and sample, and long texts once', async () => {
  const run = largeRun({ tasks: 6, samples: 2 });
  const long = 'shared '.repeat(500);
  const html = await htmlPage(reportOf(run), [run], async () => ({
    sections: [
      {
        title: 'First prompt',
        steps: [{ kind: 'prompt', title: 'System', facts: [], parts: [{ label: '', text: long }] }],
      },
    ],
  }));
  for (const { name } of run.plan.rows) expect(html).toContain(`>${name}<`);
  for (const { id } of run.tasks)
    expect(html).toContain(`>${id.split('/')[1]}<br><small>${id.split('/')[0]} · `);
  for (const name of ['pass@1', 'pass@2', 'dependency invocation rate', 'p (Holm)', 'worst of s'])
    expect(html).toContain(`<dt>${name}</dt>`);
  expect(html.match(/<button type="button" class="cell /g)).toHaveLength(run.cells.length);
  const { stories, texts } = readPage(html);
  expect(stories).toHaveLength(run.cells.length);
  expect(texts).toEqual([long]);
});

test('two runs side by side say which tasks changed', async () => {
  const wrong = [anAttempt(1)];
  const right = [anAttempt(1, { solved: true })];
  const a = aRun({ 'shop/X': [wrong], 'shop/Y': [right] }, { id: 'before' });
  const b = aRun({ 'shop/X': [right], 'shop/Y': [right] }, { id: 'after' });
  const html = await htmlPage(comparisonOf(a, b), [a, b], noStory);
  expect(html).toContain('A rrr → B rrr');
  expect(html).toContain('<dt>better</dt><dd>shop/X</dd>');
  expect(html).toContain('exact McNemar');
});

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

test.skipIf(chromium === undefined)(
  'in a browser a hostile story opens as text and runs nothing',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'classwright-page-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const run = hostileRun();
    const file = join(folder, 'report.html');
    writeFileSync(file, await htmlPage(reportOf(run), [run], async () => hostileStory));
    const { stdout } = spawnSync(
      chromium ?? '',
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`],
        ...['--virtual-time-budget=5000', '--dump-dom', `${pathToFileURL(file)}#sample-0`],
      ],
      { encoding: 'utf8', timeout: 40_000 },
    );
    const opened = /<dialog [^>]*\bopen=.*<\/dialog>/s.exec(stdout)?.[0] ?? '';
    expect(opened).toContain('Attempt 1 &lt;/script&gt;');
    expect(opened).toContain('Held-out tests that failed');
    expect(opened).not.toMatch(/<(img|script)\b/);
    expect(stdout).not.toContain('<title>pwned');
  },
);

test('runs are compared row by row, by model where both have it and across models where they differ', () => {
  const of = (models: string[], rows: string[]) =>
    aRun({ 'shop/X': [[anAttempt(1)]] }, { models, rows: rows.map((name) => aRow(name)) });
  const labels = (a: RunData, b: RunData) =>
    comparisonOf(a, b).comparisons.map(({ labelA, labelB }) => `${labelA} → ${labelB}`);
  expect(labels(of(['m'], ['rrr']), of(['n'], ['basic']))).toEqual(['A rrr → B basic']);
  const [a, b] = [
    largeRun({ tasks: 2, samples: 1 }),
    largeRun({ tasks: 2, samples: 1, models: ['m1', 'm2'] }),
  ];
  expect(labels(a, b).slice(0, 2)).toEqual([
    'A closed book → B closed book · m1',
    'A closed book → B closed book · m2',
  ]);
  expect(labels(b, b).slice(0, 2)).toEqual([
    'A closed book · m1 → B closed book · m1',
    'A closed book · m2 → B closed book · m2',
  ]);
  const strangers = { ...a, cells: a.cells.filter(({ row }) => row === 'basic' || row === 'rrr') };
  const others = { ...a, cells: a.cells.filter(({ row }) => row === 'reflexion' || row === 'repocoder') };
  expect(cautions(comparisonOf(strangers, others)).join()).toContain('no row in common');
});
