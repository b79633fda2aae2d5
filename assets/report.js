// The chart and the findings of a report. Everything from the log reaches the page by textContent.
(() => {
  const { strings, rows } = JSON.parse(document.getElementById('data').textContent);
  const SEVERITIES = ['critical', 'warning', 'info'];
  const PAGE = 50;
  const DAY = 86_400_000;
  const by = (id) => document.getElementById(id);

  const findings = rows.map(
    (
      [
        time,
        severity,
        rule,
        summary,
        actor,
        peer,
        zones,
        object,
        stream,
        outcome,
        verified,
        count,
        state,
        id,
        evidence,
      ],
      index,
    ) => ({
      index,
      time,
      severity: SEVERITIES[severity],
      rule: strings[rule],
      summary: strings[summary],
      actor: strings[actor],
      peer: strings[peer],
      zones: strings[zones],
      object: strings[object],
      stream: strings[stream],
      outcome: strings[outcome],
      verified: verified === 1,
      count,
      state,
      id,
      evidence,
    }),
  );
  const textOf = (finding) =>
    [
      finding.rule,
      finding.summary,
      finding.actor,
      finding.peer,
      finding.zones,
      finding.object,
      finding.stream,
      finding.outcome,
      finding.id,
    ]
      .concat(finding.evidence.map(([, file, line, text]) => `${strings[file]}:${line} ${strings[text]}`))
      .join('\n')
      .toLowerCase();
  let texts;
  const searchText = (finding) => {
    texts ??= findings.map(textOf);
    return texts[finding.index];
  };

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className !== undefined) made.className = className;
    return made;
  };
  const stamp = (ms) => (ms === null ? 'no time' : new Date(ms).toISOString().slice(0, 19).replace('T', ' '));
  const parse = (text) => {
    const [, day, clock = '00:00'] =
      /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?/.exec(text.trim()) ?? [];
    const time = day === undefined ? Number.NaN : Date.parse(`${day}T${clock}Z`);
    return Number.isNaN(time) ? undefined : time;
  };

  // ── Findings ────────────────────────────────────────────────────────────────
  let shown = findings;
  let page = 0;

  const fact = (list, name, value) => {
    if (value === '') return;
    list.append(element('dt', name), element('dd', value));
  };
  const fill = (details, finding) => {
    const facts = element('dl');
    fact(facts, 'Actor', finding.actor);
    fact(facts, 'Address', finding.peer === '' ? '' : `${finding.peer} (${finding.zones || 'in no zone'})`);
    fact(facts, 'Object', finding.object);
    fact(facts, 'Outcome', finding.outcome);
    fact(facts, 'Stream', finding.stream);
    fact(facts, 'Events', String(finding.count));
    fact(facts, 'Alert', ['opened by this finding', 'raised by this finding', 'joined'][finding.state]);
    if (!finding.verified) fact(facts, 'Verified', 'no: the log does not hold what would be needed');
    fact(facts, 'Id', finding.id);
    details.append(facts);
    for (const [time, file, line, text] of finding.evidence) {
      details.append(element('pre', `${time ?? 'no time'}  ${strings[file]}:${line}\n${strings[text]}`));
    }
  };
  const rowOf = (finding) => {
    const row = element('tr');
    const when = element('th', stamp(finding.time));
    when.scope = 'row';
    const severity = element('td');
    severity.append(element('span', finding.severity, `badge ${finding.severity}`));
    const what = element('td');
    const details = element('details');
    details.append(element('summary', finding.summary));
    details.addEventListener('toggle', () => details.childElementCount === 1 && fill(details, finding), {
      once: true,
    });
    what.append(details);
    row.append(when, severity, element('td', finding.rule), what);
    return row;
  };
  const number = (value) => value.toLocaleString('en-US');
  const draw = () => {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(Math.max(0, page), pages - 1);
    const body = document.querySelector('#list tbody');
    body.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(rowOf));
    by('result').textContent = `${number(shown.length)} of ${number(findings.length)} findings`;
    by('page').textContent = `Page ${number(page + 1)} of ${number(pages)}`;
    by('previous').disabled = page === 0;
    by('next').disabled = page === pages - 1;
    by('pages').hidden = pages === 1;
  };
  const wanted = () => {
    const words = by('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(
      [...document.querySelectorAll('[name=severity]:checked')].map(({ value }) => value),
    );
    return {
      words,
      severities,
      rule: by('rule').value,
      from: parse(by('from').value),
      to: parse(by('to').value),
    };
  };
  const filter = () => {
    const { words, severities, rule, from, to } = wanted();
    shown = findings.filter(
      (finding) =>
        severities.has(finding.severity) &&
        (rule === '' || finding.rule === rule) &&
        (from === undefined || (finding.time !== null && finding.time >= from)) &&
        (to === undefined || (finding.time !== null && finding.time < to)) &&
        words.every((word) => searchText(finding).includes(word)),
    );
    page = 0;
    draw();
  };
  let waiting;
  by('filter').hidden = false;
  by('filter').addEventListener('submit', (event) => event.preventDefault());
  by('filter').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  // A reset empties the fields after the event.
  by('filter').addEventListener('reset', () => setTimeout(filter));
  const turn = (step) => {
    page += step;
    draw();
    document.querySelector('#list .scroll').scrollIntoView({ block: 'start' });
  };
  by('previous').addEventListener('click', () => turn(-1));
  by('next').addEventListener('click', () => turn(1));
  filter();

  const ask = (fields) => {
    by('filter').reset();
    for (const [id, value] of Object.entries(fields)) by(id).value = value;
    filter();
    by('findings').scrollIntoView();
    by('search').focus({ preventScroll: true });
  };
  for (const found of document.querySelectorAll('.find')) {
    const { find, rule } = found.dataset;
    const button = element('button', found.textContent, 'find');
    button.type = 'button';
    button.title = 'Show the findings';
    button.addEventListener('click', () => ask(rule === undefined ? { search: find } : { rule }));
    found.replaceWith(button);
  }

  // ── Timeline ────────────────────────────────────────────────────────────────
  const STEPS = [60_000, 300_000, 900_000, 3_600_000, 6 * 3_600_000, DAY, 7 * DAY];
  const alerts = findings.filter(({ state, time }) => state === 0 && time !== null);
  const binned = () => {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { time } of findings) {
      if (time === null) continue;
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    const step =
      STEPS.find((each) => (last - first) / each <= 120) ?? Math.ceil((last - first) / 120 / DAY) * DAY;
    const start = Math.floor(first / step) * step;
    const slots = Math.floor((last - start) / step) + 1;
    const counts = SEVERITIES.map(() => new Array(slots).fill(0));
    for (const { time, severity } of alerts)
      counts[SEVERITIES.indexOf(severity)][Math.floor((time - start) / step)]++;
    const times = Array.from({ length: slots }, (_, at) => (start + at * step) / 1000);
    return { step, times, counts };
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let chart;
  const plot = () => {
    const box = by('chart');
    chart?.destroy();
    if (alerts.length === 0) {
      box.textContent = 'No alert has a time.';
      return;
    }
    const { step, times, counts } = binned();
    const [critical, warning, info] = counts;
    // Stacked: the highest is drawn first, the others over it.
    const two = critical.map((value, at) => value + warning[at]);
    const all = two.map((value, at) => value + info[at]);
    const pad = step / 1000;
    const bars = uPlot.paths.bars({ size: [0.86, 48, 2] });
    const series = (label, name) => ({
      label,
      fill: colour(name),
      stroke: colour(name),
      width: 0,
      paths: bars,
      points: { show: false },
    });
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    chart = new uPlot(
      {
        width: box.clientWidth,
        height: 220,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
        scales: {
          x: { range: [times[0] - pad, times[times.length - 1] + pad] },
          y: { range: (_, _low, high) => [0, Math.max(1, high * 1.08)] },
        },
        axes: [
          {
            ...axis,
            values: (_, ticks) =>
              ticks.map((seconds, at) => {
                const [day, clock] = stamp(seconds * 1000).split(' ');
                const before = at === 0 ? '' : stamp(ticks[at - 1] * 1000).slice(0, 10);
                const time = step >= DAY ? '' : clock.slice(0, 5);
                return day === before ? time : [day.slice(5), time].filter(Boolean).join(' ');
              }),
          },
          { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
        ],
        series: [
          {},
          series('all', '--info-fill'),
          series('two', '--warning-fill'),
          series('critical', '--critical-fill'),
        ],
        hooks: {
          setSelect: [
            (drawn) => {
              const { left, width } = drawn.select;
              if (width < 3) return;
              const at = (x) => stamp(Math.floor(drawn.posToVal(x, 'x') * 1000));
              ask({ from: at(left), to: at(left + width) });
              drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      [times, all, two, critical],
      box,
    );
  };
  plot();
  addEventListener('themechange', plot);
  let resizing;
  addEventListener('resize', () => {
    clearTimeout(resizing);
    resizing = setTimeout(plot, 150);
  });
})();
