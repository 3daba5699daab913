// SPDX-License-Identifier: Apache-2.0
// What all dashboards share: uid, tag, links to each other, variables, annotations; and the frame of a panel.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import { blue, green, grey, notKnown } from './look.mjs';

export const source = { type: 'prometheus', uid: '${datasource}' };
/** Everything about the chosen household. */
export const home = 'household="$household"';

const datasourceVariable = (bare) =>
  new dashboard.DatasourceVariableBuilder('datasource').id('datasource').label('Data').type('prometheus')
    .description('The Prometheus that reads the exporter.')
    .hide(bare ? dashboard.VariableHide.HideVariable : dashboard.VariableHide.DontHide);

export const householdVariable = () =>
  new dashboard.QueryVariableBuilder('household').id('household').label('Household').datasource(source)
    .query({ query: 'label_values(taara_up, household)', refId: 'households' })
    .refresh(dashboard.VariableRefresh.OnDashboardLoad).sort(dashboard.VariableSort.AlphabeticalAsc)
    .description('As named in the configuration of the exporter.');

/** The SDK of this schema leaves out what only a Prometheus annotation has. */
const annotation = (bare, name, colour, expr, text, shown = true) => ({
  build: () => ({
    ...new dashboard.AnnotationQueryBuilder().name(name).datasource(source).enable(shown).hide(bare).iconColor(colour)
      .expr(expr).build(),
    titleFormat: name, textFormat: text, step: '10m', useValueForTime: 'on',
  }),
});

// Each value is the moment of the mark, in milliseconds: Grafana may ask in steps of a hundredth of the range, 7 hours of
// a month, and finds it all the same.
const began = (which) =>
  `max by (alertname) (last_over_time(household_alertname:message_begin_timestamp_seconds:max1h{${which}}[8h])) * 1000`;
const annotations = (bare) => [
  annotation(bare, 'Messages', blue, began('household=~"$household|",kind!="digest",alertname!~"PlanToppedUp|PlanRenewed"'), '{{alertname}}', bare),
  annotation(bare, 'Renewals', green, `max by (household) (taara_cycle_start_timestamp_seconds{${home}}) * 1000`, 'A new plan or month began'),
  annotation(bare, 'Top-ups', grey, began(`${home},alertname="PlanToppedUp"`), 'The plan was topped up'),
];

/**
 * One dashboard; `panels` come in reading order, which is also the order on a phone. `bare`: above the panels there
 * is nothing but the household and the way to the other dashboards, and messages are marked; elsewhere a switch shows
 * them, as a month of them covers the lines.
 */
export function frame({ name, title, description, from = 'now-24h', to = 'now', refresh = '5m', variables = [householdVariable()],
  marks = true, bare = false, panels }) {
  const builder = new dashboard.DashboardBuilder(title).uid(`taara-${name}`).description(description).tags(['taara'])
    .timezone('browser').weekStart('monday').readonly().tooltip(dashboard.DashboardCursorSync.Crosshair)
    .time({ from, to }).refresh(refresh)
    .timepicker(new dashboard.TimePickerBuilder().hidden(bare).refreshIntervals(['1m', '5m', '15m', '1h']))
    .variables([datasourceVariable(bare), ...variables])
    .annotations(marks ? annotations(bare) : [])
    .link(new dashboard.DashboardLinkBuilder('Dashboards').type(dashboard.DashboardLinkType.Dashboards).tags(['taara'])
      .asDropdown(true).includeVars(true).keepTime(false).icon('external link').tooltip('All dashboards of Taara Monitor'));
  panels.forEach((panel, index) => builder.withPanel(panel.id(index + 1)));
  const { style, ...board } = builder.build(); // light or dark is the reader's choice
  // A stat over a time of its own says so in its words already.
  const calm = (made) => (made.type === 'stat' && made.timeFrom ? { ...made, hideTimeOverride: true } : made);
  return { ...board, panels: board.panels.map(calm), id: null, version: 1 };
}

/** A query over the time range; `step` is the least distance of its points. */
export const over = (expr, legend, step) => {
  const query = new prometheus.DataqueryBuilder().expr(expr).legendFormat(legend).range();
  return step ? query.interval(step) : query;
};
/** A query about now. */
export const now = (expr, legend) => new prometheus.DataqueryBuilder().expr(expr).legendFormat(legend).instant();
/** The same as rows of a table: one column for each label, one for the value. */
export const rows = (expr) =>
  new prometheus.DataqueryBuilder().expr(expr).instant().format(prometheus.PromQueryFormat.Table);

/** Frames a panel: what it is, how large, what it asks. */
export function panel(builder, { title, description, width = 24, height = 8, queries = [], noValue = notKnown, from }) {
  queries.forEach((query, index) => query.refId(String.fromCharCode(65 + index)).datasource(source));
  builder.title(title).description(description).span(width).height(height).noValue(noValue);
  if (queries.length) builder.datasource(source).targets(queries);
  return from ? builder.timeFrom(from) : builder;
}

export const transform = (id, options) => ({ id, options });
