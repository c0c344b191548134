import type { MonthlyValue } from './monthly-value.js';
import type { ModelSummary } from './model-summary.js';
import type { Report } from './report.js';

type Cells = readonly (string | number)[];

/** Columns as wide as their widest cell; numbers to the right. */
function table(head: readonly string[], rows: readonly Cells[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => String(row[column]).length)));
  const line = (cells: Cells): string =>
    cells
      .map((cell, column) =>
        typeof cell === 'number' || /^[-\d.,%]+$/.test(String(cell))
          ? String(cell).padStart(widths[column]!)
          : String(cell).padEnd(widths[column]!),
      )
      .join('  ');
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)]
    .map((text) => `  ${text.trimEnd()}`)
    .join('\n');
}

function euros(amount: string): string {
  return Math.round(Number(amount)).toLocaleString('en');
}
function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function data({ data: summaries }: Report): string {
  const rows = summaries.map(({ dataset, collected, accepted, flagged, quarantined }) => [
    dataset,
    ...[collected, accepted, flagged, quarantined].map((count) => count.toLocaleString('en')),
  ]);
  const rules = summaries.flatMap(({ dataset, rules: found }) =>
    found
      .filter(({ brokenRows }) => brokenRows > 0)
      .map(({ rule, action, brokenRows }) => [`${dataset}.${rule}`, action, brokenRows.toLocaleString('en')]),
  );
  return `${table(['dataset', 'collected', 'accepted', 'flagged', 'quarantined'], rows)}\n\n${table(['rule broken', 'action', 'rows'], rules)}`;
}

function model({ number, threshold, evaluation, gates, leaks, trainingRows }: ModelSummary): string {
  const { auc, logLoss, expectedCalibrationError, valuePerMonth, baselines, rows, from, to } = evaluation;
  const period = `${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const values = [
    ['this version', euros(valuePerMonth.value.amount), euros(valuePerMonth.low.amount), euros(valuePerMonth.high.amount), ''],
    ...baselines.map(({ baseline, valuePerMonth: of, difference }) => [
      /^mv_/.test(baseline) ? "today's rule" : baseline,
      euros(of.value.amount),
      euros(of.low.amount),
      euros(of.high.amount),
      `${euros(difference.low.amount)} … ${euros(difference.high.amount)}`,
    ]),
  ];
  return [
    `version ${number}: trained on ${trainingRows.toLocaleString('en')} rows, ${leaks} values known after their decision; judged on ${rows.toLocaleString('en')} rows, ${period}`,
    `  AUC ${auc.toFixed(4)}, log-loss ${logLoss.toFixed(4)}, calibration error ${expectedCalibrationError.toFixed(4)}, threshold ${threshold.toFixed(4)}`,
    table([`${valuePerMonth.value.currency} per month`, 'value', '95 % from', 'to', 'difference 95 %'], values),
    `  gates: ${gates.map(({ kind, passed }) => `${kind} ${passed ? 'passed' : 'FAILED'}`).join(', ')}`,
  ].join('\n');
}

function who({ version, arm }: MonthlyValue): string {
  return version === null ? arm : `version ${version}, ${arm}`;
}

function value({ value: lines, sampleShare }: Report): string {
  const sampled = sampleShare < 1;
  const head = [
    'month',
    'who decided',
    'decisions',
    'outcome known',
    'value',
    'missed',
    ...(sampled ? ['scaled to the month'] : []),
  ];
  const rows = lines.map((line) => [
    line.month.slice(0, 7),
    who(line),
    line.decisions.toLocaleString('en'),
    percent(line.labelMaturity),
    euros(line.value),
    euros(line.missed),
    ...(sampled ? [euros(line.scaledToTheMonth)] : []),
  ]);
  const note = sampled
    ? `\n  ${percent(sampleShare)} of the flights were served; the last column scales their value to all flights of the month.`
    : '';
  return table(head, rows) + note;
}

function alerts({ alerts: raised, retraining }: Report): string {
  if (raised.length === 0) return '  none';
  const lines = raised.map(
    ({ raisedAt, summary, endpoint, version, useCase }) =>
      `  ${raisedAt.slice(0, 10)}  ${summary}\n              endpoint ${endpoint?.name}, version ${version?.number} of ${version?.model.name}, use case ${useCase?.name}`,
  );
  if (!retraining) return lines.join('\n');
  const { comparison, state, reason, approved } = retraining;
  const compared = comparison
    ? `  retraining: ${state}; on the same ${comparison.rows.toLocaleString('en')} rows (${comparison.from.slice(0, 10)} to ${comparison.to.slice(0, 10)}) old ${euros(comparison.incumbentValue.amount)}, new ${euros(comparison.challengerValue.amount)}, difference 95 % ${euros(comparison.differenceLow.amount)} … ${euros(comparison.differenceHigh.amount)}`
    : `  retraining: ${state}`;
  return [...lines, compared + (reason ? ` (${reason})` : '') + (approved ? '; approved and rolled out' : '')].join('\n');
}

function maturity({ maturity: { dimensions, notObserved, readyForMlops } }: Report): string {
  const level = (of: number | null): string | number => of ?? 'not observed';
  const rows = dimensions.map(({ dimension, declared, evidence, shown, evidenceShare }) => [
    dimension,
    level(declared),
    level(evidence),
    level(shown),
    percent(evidenceShare),
  ]);
  return `${table(['dimension', 'declared', 'evidence', 'shown', 'rests on evidence'], rows)}\n  ready for MLOps: ${readyForMlops ? 'yes' : 'not yet'}; not observed: ${notObserved.join(' ') || 'nothing'}`;
}

function section(title: string, text: string): string {
  return `\n${title}\n${text}`;
}

/** The report for the terminal. */
export function printed(report: Report): string {
  const { approval, traffic, skew, trace } = report;
  const refused =
    approval.failed.length > 0
      ? `  refused by its gates: ${approval.failed.map(({ kind, measured, limit }) => `${kind} (${measured.toPrecision(4)} against ${limit})`).join(', ')}`
      : `  the requester alone was refused (${approval.selfApproval}); approved by ${approval.approvedBy}`;
  return [
    section('DATA', data(report)),
    section('MODELS', report.models.map(model).join('\n')),
    section('APPROVAL', refused),
    ...(traffic ? [section('VALUE', value(report)), section('ALERTS', alerts(report))] : []),
    ...(traffic
      ? [
          section(
            'TRAFFIC',
            `  ${traffic.requests.toLocaleString('en')} requests, ${traffic.errors} errors, ${traffic.retries} repeated; p50 ${traffic.latencyMsP50} ms, p99 ${traffic.latencyMsP99} ms`,
          ),
        ]
      : []),
    ...(skew
      ? [
          section(
            'SKEW',
            `  ${skew.comparedValues.toLocaleString('en')} served values of ${skew.decisions.toLocaleString('en')} decisions against the offline ones: ${skew.different} different`,
          ),
        ]
      : []),
    ...(trace ? [section('ONE DECISION, TRACED BY ONE QUERY', JSON.stringify(trace, null, 1).replace(/^/gm, '  '))] : []),
    section('MATURITY', maturity(report)),
    `\n${report.seconds.toFixed(0)} seconds`,
  ].join('\n');
}
