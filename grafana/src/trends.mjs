// SPDX-License-Identifier: Apache-2.0
// Trends: when the line is used, by hour, day, week and plan, over twelve months.
import { frame, home, now, over, rows, transform } from './frame.mjs';
import { alike, deepAmber, fixed, green, grey, lightBlue, named, oClock, weekdays } from './look.mjs';
import { columns, lines, list, numbers } from './panels.mjs';

const weekday = (offset) => `last_over_time(household_weekday:day_used_bytes:max{${home}}[7d]${offset})`;
const hourly = `avg_over_time(household_weekday_hour:used_bytes:max{${home}}[28d])`;
const inOrder = (field) => transform('sortBy', { fields: {}, sort: [{ field, desc: false }] });
/** Of the tables that a query for each series gives: one table, without the columns that say nothing. */
const sideBySide = (by, names) => [
  transform('merge', {}),
  inOrder(by),
  transform('organize', { excludeByName: { Time: true, household: true }, indexByName: {}, renameByName: names }),
];

export default frame({
  name: 'trends',
  title: 'Trends',
  description: 'When the line is used: hours, days, weeks, plans.',
  from: 'now-30d',
  refresh: '15m',
  panels: [
    lines({
      title: 'Use in each hour', height: 8, unit: 'decbytes', bars: true,
      description: 'Data used in each hour, and what that hour of the week usually uses.',
      queries: [
        over(`household:usage_bytes:increase1h{${home}}`, 'used', '1h'),
        over(`max by (household) (taara_hour_usual_bytes{${home}})`, 'usual', '1h'),
      ],
    }).min(0).withOverride(named('usual', { color: fixed(deepAmber), 'custom.drawStyle': 'line', 'custom.lineWidth': 1, 'custom.fillOpacity': 0 })),

    lines({
      title: 'Use of each day', width: 12, height: 8, unit: 'decbytes', bars: true,
      description: 'Finished days of the household\'s own time zone, each beside its budget.',
      queries: [
        over(`household:yesterday_used_bytes:max{${home}} offset -1d`, 'used', '1d'),
        over(`household:yesterday_budget_bytes:max{${home}} offset -1d`, 'budget', '1d'),
      ],
    }).min(0).withOverride(named('budget', { color: fixed(green), 'custom.drawStyle': 'line', 'custom.lineWidth': 2, 'custom.fillOpacity': 0, 'custom.lineInterpolation': 'stepAfter' })),

    columns({
      title: 'Weeks side by side', width: 12, height: 8, unit: 'decbytes', over: 'weekday',
      description: 'Each finished day of the week, in the last four weeks.',
      queries: [rows(weekday('')), rows(weekday(' offset 7d')), rows(weekday(' offset 14d')), rows(weekday(' offset 21d'))],
    }).transformations(sideBySide('weekday', {
      'Value #A': 'last 7 days', 'Value #B': 'a week before', 'Value #C': 'two weeks before', 'Value #D': 'three weeks before',
    })).withOverride(named('weekday', { mappings: weekdays }))
      .withOverride(named('a week before', { color: fixed(lightBlue) }))
      .withOverride(named('two weeks before', { color: fixed(green) }))
      .withOverride(named('three weeks before', { color: fixed(grey) })),

    numbers({
      title: 'The trend in short', width: 24, height: 4, unit: 'none', decimals: 0,
      description: 'This week over a usual week of the four before it; the hours of the day with most and with least use over the last seven days.',
      queries: [
        now(`max by (household) (taara_usage_trend_ratio{${home}})`, 'this week, of a usual one'),
        now(`max by (household) (taara_peak_hour{${home}})`, 'most use at'),
        now(`max by (household) (taara_quiet_hour{${home}})`, 'least use at'),
      ],
    }).withOverride(named('this week, of a usual one', { unit: 'percentunit' }))
      .withOverride(alike('/ use at$/', { mappings: oClock })),

    columns({
      title: 'Hours of the day', width: 12, height: 9, unit: 'decbytes', over: 'hour', showLegend: false,
      description: 'What each hour of the day uses on average, over the last 28 days.',
      queries: [rows(`avg by (hour) (${hourly})`)],
    }).transformations([inOrder('hour'), transform('organize', { excludeByName: { Time: true }, indexByName: { hour: 0 }, renameByName: { Value: 'an average day' } })])
      .withOverride(named('hour', { unit: 'string' })),

    columns({
      title: 'Plans side by side', width: 12, height: 9, unit: 'decbytes', over: 'cycle', showLegend: false, labelSpacing: 80,
      description: 'What each plan or month used, named by the day on which it began; the last one is still running.',
      queries: [rows(`max by (cycle) (max_over_time(household_cycle:used_bytes:max{${home}}[370d]))`)],
    }).transformations([inOrder('cycle'), transform('organize', { excludeByName: { Time: true }, indexByName: { cycle: 0 }, renameByName: { Value: 'used in this plan' } })])
      .withOverride(named('cycle', { unit: 'string' })),

    list({
      title: 'Hours of the week, in GB', width: 24, height: 26, unit: 'none', color: { mode: 'continuous-blues' },
      description: 'What each hour of each weekday uses on average, over the last 28 days, in GB: the fuller the colour, the more.',
      queries: [now(`${hourly} / 1e9`, '')],
    }).decimals(1).transformations([
      transform('labelsToFields', { valueLabel: 'weekday', keepLabels: ['weekday', 'hour'] }),
      transform('merge', {}),
      inOrder('hour'),
      transform('organize', {
        excludeByName: { Time: true }, indexByName: { hour: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7 },
        renameByName: { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' },
      }),
    ]).withOverride(alike('/^[MTWFS]/', { // displayMode: Grafana 9; cellOptions: from 10 on
      'custom.displayMode': 'color-background-solid', 'custom.cellOptions': { type: 'color-background', mode: 'basic' },
      'custom.align': 'center', 'custom.minWidth': 30,
    })).withOverride(named('hour', { unit: 'string', 'custom.width': 45 })),

    lines({
      title: 'Twelve months', width: 24, height: 9, unit: 'decbytes', from: '365d',
      description: 'What each plan had used on each day, and what it allowed.',
      queries: [
        over(`max by (household) (taara_used_bytes{${home}})`, 'used', '6h'),
        over(`max by (household) (taara_allocation_bytes{${home}})`, 'the plan', '6h'),
      ],
    }).min(0).withOverride(named('the plan', { color: fixed(deepAmber), 'custom.fillOpacity': 0, 'custom.lineStyle': { fill: 'dash', dash: [10, 10] } })),
  ],
});
