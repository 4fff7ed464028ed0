// Opens the story of one sample. All text goes in as text nodes: nothing of a story is ever read as markup.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const dialog = document.getElementById('story');
  const title = document.getElementById('story-title');
  const body = document.getElementById('story-body');
  const cells = [...document.querySelectorAll('button[data-cell]')];
  let shown = -1;

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== undefined && child !== ''));
    return made;
  };

  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(stream).text();
  }

  /** Long texts stand elsewhere, once for all stories. */
  async function filled(value) {
    if (Array.isArray(value)) return await Promise.all(value.map(filled));
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$text === 'number') return await unpack(data.texts[value.$text]);
    const entries = Object.entries(value).map(async ([key, inner]) => [key, await filled(inner)]);
    return Object.fromEntries(await Promise.all(entries));
  }

  const LINE_CLASSES = { '+': 'added', '-': 'removed', '@': 'hunk' };

  const PROSE = new Set(['prompt', 'answer', 'reflection', 'note']);

  function textBlock(part, kind) {
    const block = element('pre', PROSE.has(kind) ? 'prose' : '');
    block.tabIndex = 0;
    let inHunk = false;
    if (part.isDiff)
      for (const line of part.text.replace(/\n$/, '').split('\n')) {
        inHunk ||= line.startsWith('@@');
        block.append(element('span', inHunk ? (LINE_CLASSES[line[0]] ?? '') : 'hunk', `${line}\n`));
      }
    else block.append(part.text);
    return part.label ? [element('p', 'label', part.label), block] : [block];
  }

  function stepElement(step) {
    const facts = step.facts.map((fact) => element('span', 'fact', fact));
    const heading = [
      element('span', `kind ${step.kind}`, step.kind),
      element('span', 'name', step.title),
      ...facts,
    ];
    if (step.parts.length === 0) return element('p', step.isBad ? 'step bad' : 'step', ...heading);
    const made = element('details', step.isBad ? 'step bad' : 'step', element('summary', '', ...heading));
    made.addEventListener('toggle', () => {
      if (made.childElementCount === 1)
        made.append(...step.parts.flatMap((part) => textBlock(part, step.kind)));
    });
    return made;
  }

  const count = ({ passed, total }) => `${passed} of ${total}`;

  function attemptFacts(attempt) {
    if (!attempt) return [];
    return [
      attempt.solved ? 'solved' : '',
      attempt.compiles ? 'compiles' : 'does not compile',
      attempt.visible ? `visible tests ${count(attempt.visible)}` : '',
      `held-out tests ${count(attempt.heldOut)}`,
      `${attempt.tokens.toLocaleString('en')} tokens so far`,
    ].filter(Boolean);
  }

  function sectionElement(section, outcome) {
    const attempt = outcome?.attempts.find((one) => one.attempt === section.attempt);
    const facts = attemptFacts(attempt).map((fact) => element('span', 'fact', fact));
    const summary = element('summary', '', element('span', 'name', section.title), ...facts);
    const made = element('details', attempt?.solved ? 'section good' : 'section', summary);
    made.addEventListener('toggle', () => {
      if (made.childElementCount > 1) return;
      made.append(...section.steps.map(stepElement));
      if (attempt && attempt.heldOut.failed.length > 0) made.append(stepElement(failedTests(attempt)));
    });
    return made;
  }

  const failedTests = ({ heldOut }) => ({
    kind: 'score',
    title: 'Held-out tests that failed',
    facts: [String(heldOut.failed.length), 'never shown to the model'],
    isBad: true,
    parts: [{ label: '', text: heldOut.failed.join('\n') }],
  });

  function factList(cell, outcome) {
    const { usage } = outcome ?? {};
    const pairs = [
      ['row', cell.row],
      ['model', cell.model],
      ['description', cell.description],
      ['perturbation', cell.perturbation ? `${cell.perturbation.kind}, seed ${cell.perturbation.seed}` : ''],
      ['sample', String(cell.sample)],
      ['status', outcome ? [outcome.status, outcome.reason].filter(Boolean).join(': ') : 'not run'],
      ['the loop said', outcome?.verdict ?? ''],
      ['held-out tests', outcome?.final ? count(outcome.final.heldOut) : ''],
      ['attempts', outcome ? String(outcome.attempts.length) : ''],
      ['calls', usage ? `${usage.modelCalls} model, ${usage.toolCalls} tool` : ''],
      ['time', outcome ? `${Math.round(outcome.seconds)} s` : ''],
    ].filter(([, value]) => value !== '');
    const list = element('dl', 'facts');
    for (const [name, value] of pairs)
      list.append(element('div', '', element('dt', '', name), element('dd', '', value)));
    return list;
  }

  /** Without a story the attempts still have their facts. */
  const sectionsOf = ({ story, outcome }) =>
    story?.sections ??
    (outcome?.attempts ?? []).map(({ attempt, level, codes }) => ({
      title: `Attempt ${attempt}`,
      attempt,
      steps: [
        { kind: 'check', title: `Came to: ${level}`, facts: codes.map((code) => `TS${code}`), parts: [] },
      ],
    }));

  async function open(number) {
    if (!data.stories[number]) return;
    shown = number;
    const story = await filled(JSON.parse(await unpack(data.stories[number])));
    if (shown !== number) return;
    title.textContent = story.cell.task;
    const parts = sectionsOf(story);
    const sections = parts.map((section) => sectionElement(section, story.outcome));
    const last = sections.findLast((_, index) => parts[index].attempt !== undefined);
    if (last) last.open = true;
    body.replaceChildren(factList(story.cell, story.outcome), ...sections);
    if (sections.length === 0) body.append(element('p', 'empty', 'Nothing was recorded for this sample.'));
    body.scrollTop = 0;
    if (!dialog.open) dialog.showModal();
    title.focus();
    history.replaceState(null, '', `#sample-${number}`);
  }

  function move(by) {
    const at = cells.findIndex((cell) => Number(cell.dataset.cell) === shown);
    const to = cells[at + by];
    if (to) open(Number(to.dataset.cell));
  }

  document.getElementById('previous').addEventListener('click', () => move(-1));
  document.getElementById('next').addEventListener('click', () => move(1));
  dialog.addEventListener('close', () => {
    history.replaceState(null, '', '#samples');
    focusOn(cells.find((cell) => Number(cell.dataset.cell) === shown));
  });

  // One stop of the tab key for the whole grid; the arrow keys move inside it.
  let current = cells[0];
  for (const cell of cells) cell.tabIndex = cell === current ? 0 : -1;
  function focusOn(cell) {
    if (!cell) return;
    current.tabIndex = -1;
    current = cell;
    cell.tabIndex = 0;
    cell.focus();
  }
  const beside = (cell, step) => cells[cells.indexOf(cell) + step];
  function below(cell, step) {
    const row = cell.closest('tr');
    const at = [...row.querySelectorAll('button[data-cell]')].indexOf(cell);
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    const there = next ? [...next.querySelectorAll('button[data-cell]')] : [];
    return there[Math.min(at, there.length - 1)];
  }
  const KEYS = {
    ArrowRight: (cell) => beside(cell, 1),
    ArrowLeft: (cell) => beside(cell, -1),
    ArrowDown: (cell) => below(cell, 1),
    ArrowUp: (cell) => below(cell, -1),
  };
  document.addEventListener('keydown', (event) => {
    const cell = event.target.closest?.('button[data-cell]');
    const to = cell && KEYS[event.key]?.(cell);
    if (!to) return;
    event.preventDefault();
    focusOn(to);
  });
  document.addEventListener('click', (event) => {
    const cell = event.target.closest?.('button[data-cell]');
    if (!cell) return;
    focusOn(cell);
    open(Number(cell.dataset.cell));
  });

  const asked = /^#sample-(\d+)$/.exec(location.hash);
  if (asked) open(Number(asked[1]));
})();
