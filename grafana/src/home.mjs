// SPDX-License-Identifier: Apache-2.0
// Home: what a family member sees on a phone, most important first.
import { frame, home, now, over } from './frame.mjs';
import { amber, blue, byRefId, deepAmber, fixed, green, grey, named, steps, words } from './look.mjs';
import { lines, lyingBars, numbers, ring } from './panels.mjs';

const safe = `max by (household) (taara_safe_time_seconds{${home},level="p50"}) / 86400`;
const goneAt = `max by (household) (taara_exhaustion_timestamp_seconds{${home},level="p50"})`;
const headroom = `max by (household) (taara_download_headroom_bytes{${home}})`;
const level = (name) => `max by (household) (taara_forecast_cycle_used_bytes{${home},level="${name}"})`;
const read = `max by (household) (taara_reading_timestamp_seconds{${home}}) * 1000`;
const goodEvening = 'max by (household) (ALERTS{alertname="GoodTimeForADownload",alertstate="firing",household="$household"})';

export default frame({
  name: 'home',
  title: 'Home',
  description: 'Is there enough data? One glance, made for the phone.',
  bare: true,
  panels: [
    numbers({
      title: 'Safe time', width: 8, height: 6, unit: 'suffix: days', decimals: 1, sizes: [18, 64], justify: 'center',
      description: 'How long the data lasts if everybody goes on as usual, or until the plan ends where it lasts that long.',
      queries: [
        now(`${safe} unless on (household) ${goneAt}`, 'to the end of the plan: it lasts'),
        now(`${safe} and on (household) ${goneAt}`, 'at this pace; small steps add more'),
      ],
    }).withOverride(byRefId('A', { color: fixed(green) })).withOverride(byRefId('B', { color: fixed(deepAmber) })),

    ring({
      title: 'Used of today\'s budget', width: 8, height: 6, unit: 'percentunit', color: { mode: 'thresholds' },
      description: 'A budget is a fair share of what is left, for this one day. More is allowed: it is shared out over the days that are left.',
      queries: [now(`household:today_used:ratio{${home}}`, 'used')],
    }).max(1).decimals(0).thresholds({ build: () => steps([null, green], [1, amber]) }),

    numbers({
      title: 'Today', width: 8, height: 6, unit: 'decbytes', sizes: [15, 24], justify: 'center',
      description: 'What is left of today\'s budget, what was used since midnight, and what a day like this usually takes.',
      queries: [
        now(`clamp_min(max by (household) (taara_left_today_bytes{${home}}), 0)`, 'left'),
        now(`max by (household) (taara_used_today_bytes{${home}})`, 'used'),
        now(`max by (household) (taara_typical_day_bytes{${home}})`, 'a usual day'),
      ],
    }).withOverride(byRefId('A', { color: fixed(green) })).withOverride(byRefId('C', { color: fixed(grey) })),

    numbers({
      title: 'How it stands', width: 12, height: 3, unit: 'none', text: 'name', background: true, sizes: [22, 22], justify: 'center',
      description: 'The plan beside what usual days would use of it by its end: excellent from 90 % of the plan\'s fair pace, good from 70, caution from 50 or where the data would run out before the plan ends.',
      queries: [now(`max by (status) (taara_status{${home}}) == 1`, '{{status}}')],
    }).withOverride(named('excellent', { displayName: 'Excellent: usual days fit', color: fixed(green) }))
      .withOverride(named('good', { displayName: 'Good: lighter days help', color: fixed(blue) }))
      .withOverride(named('caution', { displayName: 'Caution: lighter days make it last', color: fixed(amber) }))
      .withOverride(named('concern', { displayName: 'Concern: time to share it out', color: fixed(amber) })),

    numbers({
      title: 'What fits now', width: 12, height: 3, unit: 'decbytes', decimals: 0, sizes: [16, 24],
      description: 'The largest download that can start now and still leave the plan lasting, nine times in ten.',
      queries: [
        now(`${headroom} > 0 and on (household) ${goodEvening}`, 'Good evening for it: up to'),
        now(`${headroom} > 0 unless on (household) ${goodEvening}`, 'An update fits: up to'),
        now(`clamp_min(${headroom} <= 0, 0)`, 'Big downloads'),
      ],
    }).mappings(words({ 0: ['after the renewal', deepAmber] })).withOverride(byRefId('A', { color: fixed(green) })),

    numbers({
      title: 'The month ends at', width: 24, height: 4, unit: 'decbytes', decimals: 0, sizes: [15, 26],
      description: 'What the plan is forecast to have used at its end: nine months in ten end below the last number, one in ten below the first.',
      queries: [
        now(level('p10'), 'at least'), now(level('p50'), 'most likely'), now(level('p90'), 'at most'),
      ],
    }).withOverride(named('at least', { color: fixed(grey) })).withOverride(named('at most', { color: fixed(grey) })),

    lines({
      title: 'How that was seen', width: 24, height: 8, unit: 'decbytes', from: '14d',
      description: 'The same forecast as it was seen on each day: the band narrows towards the end. The dashed line is the plan.',
      queries: [
        over(level('p90'), 'at most', '1h'), over(level('p50'), 'most likely', '1h'), over(level('p10'), 'at least', '1h'),
        over(`max by (household) (taara_used_bytes{${home}})`, 'used so far', '1h'),
        over(`max by (household) (taara_allocation_bytes{${home}})`, 'the plan', '1h'),
      ],
    }).min(0).withOverride(named('at most', { 'custom.fillBelowTo': 'at least', 'custom.lineWidth': 0, 'custom.fillOpacity': 25 }))
      .withOverride(named('at least', { 'custom.lineWidth': 0, 'custom.fillOpacity': 0 }))
      .withOverride(named('most likely', { 'custom.fillOpacity': 0 }))
      .withOverride(named('used so far', { color: fixed(green) }))
      .withOverride(named('the plan', { color: fixed(deepAmber), 'custom.fillOpacity': 0, 'custom.lineStyle': { fill: 'dash', dash: [10, 10] } })),

    lyingBars({
      title: 'This week beside last', width: 12, height: 4, unit: 'decbytes',
      description: 'The last seven finished days, and the seven before them.',
      queries: [
        now(`household:week_used_bytes:sum{${home}}`, 'the last 7 days'),
        now(`household:week_used_bytes:sum{${home}} offset 7d`, 'the 7 days before'),
      ],
    }).decimals(0).withOverride(byRefId('B', { color: fixed(grey) })),

    numbers({
      title: 'Streak', width: 6, height: 4, unit: 'none', decimals: 0, color: fixed(green),
      description: 'Finished days in a row that stayed within their budget.',
      queries: [now(`max by (household) (taara_budget_streak{${home}})`, 'days within budget')],
    }),

    numbers({
      title: 'Last reading', width: 6, height: 4, unit: 'dateTimeFromNow', sizes: [15, 22], color: fixed(green),
      description: 'How old these numbers are. The line is read every ten minutes or so; when it does not answer, the last numbers stay.',
      queries: [
        now(`${read} and on (household) household:reading_age_seconds:min{${home}} < 1800`, 'fresh'),
        now(`${read} and on (household) household:reading_age_seconds:min{${home}} >= 1800`, 'no answer just now'),
      ],
    }).withOverride(byRefId('B', { color: fixed(deepAmber) })),
  ],
});
