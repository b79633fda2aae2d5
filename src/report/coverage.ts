import { type Html, html } from './html.ts';
import { count, section, table } from './parts.ts';
import type { ReportInput } from './report.ts';

/** Whether each rule could have fired on this input, as far as the input can say. */
export const renderCoverage = ({ rules, summary }: ReportInput): Html => {
  const { blind, notApplicable, rejects, losses } = summary;
  const rows = rules.map(({ code, title, format, branches }) => {
    const missing = blind.filter(({ rule }) => rule === code);
    const absent = notApplicable.some(({ rule }) => rule === code);
    const whole = missing.length > 0 && missing.length === branches.length;
    const [kind, state] = absent
      ? ['unseen', 'no such stream']
      : whole
        ? ['blind', 'blind']
        : missing.length > 0
          ? ['partly', 'partly blind']
          : ['able', 'able to fire'];
    const why = absent
      ? `the input holds no ${format ?? 'log of its kind'}`
      : missing
          .map(({ branch, missing: fields }) => `${branch}: never seen: ${fields.join(', ')}`)
          .join('; ');
    return [code, title, html`<span class="state ${kind}">${state}</span>`, why];
  });
  const lost = Object.entries(losses).filter(([, value]) => value > 0);
  return section(
    'coverage',
    'Coverage',
    'A rule that did not fire says something only if it could have.',
    html`${table('Coverage by rule', [{ name: 'Rule' }, { name: 'What' }, { name: 'State' }, { name: 'Why' }], rows)}
${
  rejects.count === 0
    ? undefined
    : html`<h3>Lines that could not be read</h3>${table(
        'Lines that could not be read',
        [{ name: 'Place' }, { name: 'Reason' }, { name: 'Detail' }],
        rejects.first.map((each) => [`${each.file}:${each.line}`, each.reason, each.detail]),
      )}<p class="lead">${count(rejects.count)} in all.</p>`
}
${lost.length === 0 ? undefined : html`<p class="lead">Forgotten at a limit: ${lost.map(([name, value]) => `${name} ${value}`).join(', ')}.</p>`}`,
  );
};
