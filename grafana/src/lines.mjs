// SPDX-License-Identifier: Apache-2.0
// Lines: all households in one table, those that need a look first; a click leads to the household's own Home.
import { frame, now, rows, transform } from './frame.mjs';
import { alike, blue, deepAmber, fixed, green, named, steps, words } from './look.mjs';
import { list, lyingBars, numbers } from './panels.mjs';

const per = (name) => `max by (household) (${name})`;
// displayMode: Grafana 9; cellOptions: from 10 on.
const cell = (mode, options) => ({ 'custom.displayMode': mode, 'custom.cellOptions': options });
const toHousehold = (uid, title) => ({ title, url: `/d/${uid}?\${datasource:queryparam}&var-household=\${__data.fields.Household}` });

export default frame({
  name: 'lines',
  title: 'Lines',
  description: 'All households, those that need a look first.',
  variables: [],
  marks: false,
  panels: [
    numbers({
      title: 'All lines', width: 24, height: 4, unit: 'none', decimals: 0, sizes: [14, 24],
      description: 'How many lines there are, how many answer, how many will more likely than not use up their plan before its end, and what all of them used in the last hour.',
      queries: [
        now(`count(${per('taara_up')})`, 'lines'),
        now(`sum(${per('taara_up')})`, 'answer'),
        now(`count(${per('taara_cap_crossing_probability_ratio')} > 0.5) or 0 * count(${per('taara_up')})`, 'may not last'),
        now('sum(household:usage_bytes:increase1h)', 'last hour'),
      ],
    }).withOverride(named('answer', { color: fixed(green) })).withOverride(named('may not last', { color: fixed(deepAmber) }))
      .withOverride(named('last hour', { unit: 'decbytes', decimals: 1 })),

    list({
      title: 'Households', width: 24, height: 11, unit: 'none', sort: ['Chance to run out', true],
      description: 'Sorted by the chance that the data is gone before the plan ends. The name leads to the household\'s Home.',
      queries: [
        rows(per('taara_cap_crossing_probability_ratio')), rows(per('household:cycle_used:ratio')), rows(per('household:cycle_elapsed:ratio')),
        rows(`${per('taara_safe_time_seconds{level="p50"}')} / 86400`), rows(per('taara_left_today_bytes')),
        rows(per('taara_forecast_cycle_used_bytes{level="p50"}')), rows(per('taara_allocation_bytes')),
        rows(per('household:reading_age_seconds:min')), rows(per('taara_up')),
      ],
    }).transformations([
      transform('merge', {}),
      transform('organize', {
        excludeByName: { Time: true }, indexByName: { household: 0 },
        renameByName: {
          household: 'Household', 'Value #A': 'Chance to run out', 'Value #B': 'Used', 'Value #C': 'Time over', 'Value #D': 'Safe days',
          'Value #E': 'Left today', 'Value #F': 'At the end', 'Value #G': 'Plan', 'Value #H': 'Reading', 'Value #I': 'Line',
        },
      }),
    ]).withOverride(named('Household', { links: [toHousehold('taara-home', 'Home of this household'), toHousehold('taara-forecast', 'Its forecast'), toHousehold('taara-health', 'Its health')], 'custom.minWidth': 110 }))
      .withOverride(named('Chance to run out', { unit: 'percentunit', decimals: 0, min: 0, max: 1, color: { mode: 'thresholds' }, thresholds: steps([null, green], [0.2, blue], [0.5, deepAmber]), ...cell('basic', { type: 'gauge', mode: 'basic' }), 'custom.minWidth': 150 }))
      .withOverride(named('Used', { unit: 'percentunit', decimals: 0 })).withOverride(named('Time over', { unit: 'percentunit', decimals: 0 }))
      .withOverride(named('Safe days', { decimals: 1 }))
      .withOverride(alike('/^(Left today|At the end|Plan)$/', { unit: 'decbytes', decimals: 0 }))
      .withOverride(named('Reading', { unit: 's', decimals: 0 }))
      .withOverride(named('Line', { mappings: words({ 0: ['does not answer', deepAmber], 1: ['answers', green] }), color: { mode: 'thresholds' }, thresholds: steps([null, green]), ...cell('color-text', { type: 'color-text' }) })),

    lyingBars({
      title: 'Most use in the last hour', width: 12, height: 8, unit: 'decbytes', label: 'household',
      description: 'The ten lines that used most in the last hour.',
      queries: [now('sort_desc(topk(10, household:usage_bytes:increase1h))', '{{household}}')],
    }),
    lyingBars({
      title: 'Most use of a usual week', width: 12, height: 8, unit: 'percentunit', label: 'household',
      description: 'The ten lines whose week is largest beside their own usual week.',
      queries: [now(`sort_desc(topk(10, ${per('taara_usage_trend_ratio')}))`, '{{household}}')],
    }).decimals(0),
  ],
});
