// SPDX-License-Identifier: Apache-2.0
// Forecast: where this plan ends, how sure that is, how good forecasts were, and whether something fits.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { frame, home, householdVariable, now, over } from './frame.mjs';
import { amber, blue, byRefId, deepAmber, fixed, green, grey, lightBlue, named, notKnown, steps, words } from './look.mjs';
import { lines, numbers } from './panels.mjs';

// Recorded once an hour and held here, so that a query answers for times that are still to come, too. No plan is longer.
const held = (name, labels = home) => `last_over_time(${name}{${labels}}[32d])`;
const start = held('household:cycle_start_timestamp_seconds:max');
const end = held('household:cycle_end_timestamp_seconds:max');
const used = held('household:used_bytes:max');
const allowed = held('household:allocation_bytes:max');
const untilTheEnd = `and on (household) ${end} >= time()`;
/** Used so far until the last reading, from there on straight to what is forecast for the end. */
const fan = (level) => {
  const read = held('household:reading_timestamp_seconds:max');
  const forecast = held('household_level:forecast_cycle_used_bytes:max', `${home},level="${level}"`);
  return `${used} + on (household) group_left () (${forecast} - on (household) ${used}) * on (household)`
    + ` clamp_max((time() - ${read}) / on (household) (${end} - on (household) ${read} > 0), 1) ${untilTheEnd}`;
};

const probability = `max by (household) (taara_cap_crossing_probability_ratio{${home}})`;
const headroom = `max by (household) (taara_download_headroom_bytes{${home}})`;
const left = `max by (household) (taara_allocation_bytes{${home}}) - max by (household) (taara_forecast_cycle_used_bytes{${home},level="p50"})`;
const dashes = { fill: 'dash', dash: [10, 10] };
const level = (name) => `max by (household) (taara_forecast_cycle_used_bytes{${home},level="${name}"})`;
const band = { 'custom.fillBelowTo': 'at least', 'custom.lineWidth': 0, 'custom.fillOpacity': 25 };
const edge = { 'custom.lineWidth': 0, 'custom.fillOpacity': 0 };

const sizes = () => new dashboard.CustomVariableBuilder('size').id('size').label('Can we afford')
  .description('How large the download is that is thought of.')
  .values([1, 2, 5, 10, 20, 50, 100, 150, 200].map((size) => `${size} GB : ${size}000000000`).join(', '))
  .current({ selected: true, text: '50 GB', value: '50000000000' });

export default frame({
  name: 'forecast',
  title: 'Forecast',
  description: 'Where this plan ends, how sure that is, and what fits.',
  from: 'now-30d',
  to: 'now+30d',
  refresh: '15m',
  variables: [householdVariable(), sizes()],
  panels: [
    lines({
      title: 'This plan to its end', height: 11, unit: 'decbytes',
      description: 'What is used so far and how it may go on: nine times in ten it ends below the upper edge of the band, one time in ten below the lower. Going along the dotted line uses exactly the plan; the dashed line is all of it.',
      queries: [
        over(fan('p90'), 'at most', '3h'), over(fan('p50'), 'used, then most likely', '3h'), over(fan('p10'), 'at least', '3h'),
        over(`${allowed} * on (household) (time() - ${start}) / on (household) (${end} - on (household) ${start} > 0) ${untilTheEnd}`, 'even pace', '3h'),
        over(`${allowed} ${untilTheEnd}`, 'the plan', '3h'),
      ],
    }).min(0).withOverride(named('at most', band)).withOverride(named('at least', edge))
      .withOverride(named('used, then most likely', { 'custom.fillOpacity': 0 }))
      .withOverride(named('even pace', { color: fixed(grey), 'custom.fillOpacity': 0, 'custom.lineWidth': 1, 'custom.lineStyle': { fill: 'dash', dash: [3, 5] } }))
      .withOverride(named('the plan', { color: fixed(deepAmber), 'custom.fillOpacity': 0, 'custom.lineStyle': dashes })),

    numbers({
      title: 'Can we afford ${size:text}?', width: 12, height: 4, from: '24h', sizes: [24, 30], justify: 'center', unit: 'none', background: true, text: 'value', color: { mode: 'thresholds' },
      description: 'Yes: it can start now, and the plan still lasts nine times in ten. Perhaps: it fits if the rest of the plan goes as it most likely does. The size is chosen at the top.',
      queries: [now(`(${headroom} >= bool $size) + on (household) (${left} >= bool $size)`, 'answer')],
    }).thresholds({ build: () => steps([null, amber], [1, blue], [2, green]) })
      .mappings(words({ 0: ['Better after the renewal', amber], 1: ['Perhaps: it will be close', blue], 2: ['Yes: it fits now', green] })),

    numbers({
      title: 'What it would leave', width: 12, height: 4, from: '24h', justify: 'center', sizes: [15, 26], unit: 'decbytes', decimals: 0,
      description: 'What is left of the plan at its end if the download is made and all else goes as it most likely does; the largest download that fits now; when the plan renews.',
      queries: [
        now(`${left} - $size`, 'left at the end'),
        now(`clamp_min(${headroom}, 0)`, 'fits now'),
        now(`max by (household) (taara_cycle_end_timestamp_seconds{${home}}) * 1000`, 'renews'),
      ],
    }).withOverride(byRefId('B', { color: fixed(green) })).withOverride(byRefId('C', { unit: 'dateTimeFromNow', color: fixed(grey) })),

    lines({
      title: 'Chance to run out', width: 12, height: 8, unit: 'percentunit', from: '30d',
      description: 'The chance that the data is gone before the plan ends, as it was seen at each time; and from where on a message says so.',
      queries: [
        over(probability, 'chance', '1h'),
        over(`max by (household) (taara_alert_threshold_ratio{${home},kind="crossing"})`, 'a message from here on', '1h'),
      ],
    }).min(0).max(1).withOverride(named('a message from here on', { color: fixed(deepAmber), 'custom.fillOpacity': 0, 'custom.lineWidth': 1, 'custom.lineStyle': dashes })),

    lines({
      title: 'How long the data lasts', width: 12, height: 8, unit: 'suffix: days', decimals: 1, from: '30d',
      description: 'Safe time as it was seen at each time, and the time that the plan had left then.',
      queries: [
        over(`max by (household) (taara_safe_time_seconds{${home},level="p50"}) / 86400`, 'safe time', '1h'),
        over(`household:cycle_left_seconds:max{${home}} / 86400`, 'time left', '1h'),
      ],
    }).min(0).withOverride(named('safe time', { color: fixed(green) }))
      .withOverride(named('time left', { color: fixed(grey), 'custom.fillOpacity': 0, 'custom.lineWidth': 1 })),

    lines({
      title: 'Forecast and outcome', width: 24, height: 9, unit: 'decbytes', from: '365d',
      description: 'On each day of the last twelve months: what the plan of that day was forecast to use, and what it had used. At its end the two meet; a good band was narrow before, and held.',
      queries: [
        over(level('p90'), 'at most', '12h'), over(level('p50'), 'most likely', '12h'), over(level('p10'), 'at least', '12h'),
        over(`max by (household) (taara_used_bytes{${home}})`, 'used', '12h'),
      ],
    }).min(0).withOverride(named('at most', band)).withOverride(named('at least', edge))
      .withOverride(named('most likely', { 'custom.fillOpacity': 0, color: fixed(lightBlue), 'custom.lineWidth': 1 }))
      .withOverride(named('used', { color: fixed(green), 'custom.fillOpacity': 0 })),

    numbers({
      title: 'How good forecasts were', width: 24, height: 4, from: '24h', unit: 'percentunit', decimals: 0,
      description: 'The mean error of the last three finished plans, and how often days and plans came out within their band: 80 % is right.',
      queries: [
        now(`max by (household) (taara_forecast_error_ratio{${home}})`, 'off, on average'),
        now(`max by (household) (taara_forecast_coverage_ratio{${home}})`, 'came out within the band'),
      ],
      noValue: `${notKnown}: it takes a finished plan`,
    }),
  ],
});
