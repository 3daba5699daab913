// SPDX-License-Identifier: Apache-2.0
// The kinds of panels that the dashboards use, with the choices that make them readable on a phone, in light and dark.
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as barchart from '@grafana/grafana-foundation-sdk/barchart';
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as gauge from '@grafana/grafana-foundation-sdk/gauge';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { panel } from './frame.mjs';
import { alike, blue, fixed } from './look.mjs';

const colour = (builder, given) => builder.colorScheme({ build: () => given });
// A panel without data says its noValue. Inside a chart a tick without a number would say it, too, so there it is a space
// of no width: with an empty text, or any that is a number, Grafana draws gaps as that number.
const quietTicks = alike('/.*/', { noValue: '\u200b' });
const last = () => new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);
const legend = (shown) => {
  const builder = new common.VizLegendOptionsBuilder().displayMode('list').placement('bottom').showLegend(shown !== 'hidden');
  return builder.calcs(shown === 'last' ? ['lastNotNull'] : []);
};

/** Numbers or words, large; several stand beside each other. `sizes`: of the name and of the value. */
export const numbers = ({ unit, decimals, color = fixed(blue), text = 'value_and_name', background = false, direction = 'auto',
  sizes = [15, 28], justify = 'auto', ...frame }) => {
  const builder = panel(new stat.PanelBuilder(), frame).unit(unit).textMode(text).graphMode('none').justifyMode(justify)
    .colorMode(background ? 'background' : 'value').orientation(direction).reduceOptions(last());
  builder.text(new common.VizTextDisplayOptionsBuilder().titleSize(sizes[0]).valueSize(sizes[1]));
  if (decimals !== undefined) builder.decimals(decimals);
  return colour(builder, color);
};

/** A ring that fills up. */
export const ring = ({ unit, color, ...frame }) =>
  colour(panel(new gauge.PanelBuilder(), frame).unit(unit).min(0).showThresholdMarkers(false).showThresholdLabels(false)
    .reduceOptions(last()), color);

/** Bars that lie, one for each series; their lengths compare. `label`: the one that names them, also where there is one bar. */
export const lyingBars = ({ unit, color = fixed(blue), label, ...frame }) => {
  const builder = panel(new bargauge.PanelBuilder(), frame).unit(unit).min(0).displayMode('basic').orientation('horizontal')
    .valueMode('text').showUnfilled(true).text(new common.VizTextDisplayOptionsBuilder().titleSize(14).valueSize(22))
    .reduceOptions(last());
  if (label) builder.displayName(`\${__field.labels.${label}}`);
  return colour(builder, color);
};

/** Lines over time. `bars`: columns instead. */
export const lines = ({ unit, decimals, color = fixed(blue), bars = false, stacked = false, legendShows = 'names', ...frame }) => {
  const builder = panel(new timeseries.PanelBuilder(), frame).unit(unit).drawStyle(bars ? 'bars' : 'line')
    .lineWidth(bars ? 0 : 2).fillOpacity(bars ? 70 : 8).showPoints('never').spanNulls(false).legend(legend(legendShows))
    .tooltip(new common.VizTooltipOptionsBuilder().mode('multi').sort('none'));
  if (stacked) builder.stacking(new common.StackingConfigBuilder().mode('normal').group('A'));
  if (decimals !== undefined) builder.decimals(decimals);
  return colour(builder, color).withOverride(quietTicks);
};

/** Columns over names instead of times: hours, weekdays, plans. */
export const columns = ({ unit, color = fixed(blue), over, showLegend = true, labelSpacing = 30, ...frame }) =>
  colour(panel(new barchart.PanelBuilder(), frame).unit(unit).min(0).xField(over).orientation('auto').stacking('none')
    .showValue('never').groupWidth(0.8).barWidth(0.9).fillOpacity(80).lineWidth(0).xTickLabelSpacing(labelSpacing)
    .legend(legend(showLegend ? 'names' : 'hidden')).tooltip(new common.VizTooltipOptionsBuilder().mode('multi').sort('none')), color)
    .withOverride(quietTicks);

/** States over time, each with its word. */
export const states = ({ unit, color = fixed(blue), ...frame }) =>
  colour(panel(new statetimeline.PanelBuilder(), frame).unit(unit).mergeValues(true).showValue('auto').rowHeight(0.8)
    .fillOpacity(75).lineWidth(0).legend(legend('hidden')), color);

/** A table; what it is sorted by comes first: [column, descending]. */
export const list = ({ unit, color = fixed(blue), sort, ...frame }) => {
  const builder = panel(new table.PanelBuilder(), frame).unit(unit).showHeader(true).withOverride(alike('/.*/', { 'custom.minWidth': 70 }));
  if (sort) builder.sortBy([new common.TableSortByFieldStateBuilder().displayName(sort[0]).desc(sort[1])]);
  return colour(builder, color);
};
