// SPDX-License-Identifier: Apache-2.0
// Messages: what is being said, what was said, whether it helped, whether it arrived.
import { frame, now, over, rows, transform } from './frame.mjs';
import { alike, blue, deepAmber, fixed, green, grey, lightBlue, messageNames, messageWords, named, words } from './look.mjs';
import { lines, list, numbers, states } from './panels.mjs';

// Messages about the monitor itself belong to no household; they are shown with each.
const ours = 'household=~"$household|",alertname!="Watchdog"';
const firing = `ALERTS{alertstate="firing",${ours}}`;
const range = '[$__range]';
const runbooks = { title: 'What it means and what helps', url: 'https://github.com/taara-monitor/taara-monitor/blob/main/docs/runbooks.md', targetBlank: true };
const byName = named('Message', { mappings: messageWords });
/** Instant rows, one for each message. */
const perMessage = (value) => [
  transform('merge', {}),
  transform('organize', { excludeByName: { Time: true, household: true }, indexByName: { alertname: 0 }, renameByName: { alertname: 'Message', ...value } }),
];

export default frame({
  name: 'messages',
  title: 'Messages',
  description: 'What is being said, what was said, whether it helped and whether it arrived.',
  from: 'now-30d',
  refresh: '5m',
  marks: false,
  panels: [
    list({
      title: 'Being said now', width: 14, height: 7, unit: 'none', sort: ['since', true], noValue: 'nothing right now: all is well',
      description: 'Messages whose reason holds at this moment, and since when. The words of each are in the mail and under the link.',
      queries: [rows(`max by (alertname, severity, household) (ALERTS_FOR_STATE{${ours}} and ignoring (alertstate) ${firing}) * 1000`)],
    }).transformations(perMessage({ Value: 'since', severity: 'Urgency' })).withOverride(named('Message', { mappings: messageWords, links: [runbooks] }))
      .withOverride(named('since', { unit: 'dateTimeFromNow', 'custom.width': 130 }))
      .withOverride(named('Urgency', { 'custom.width': 110, mappings: words({ high: ['soon', deepAmber], low: ['some time', blue], info: ['to know', green] }) })),

    numbers({
      title: 'Delivery', width: 10, height: 7, unit: 'none', decimals: 0,
      description: 'Messages that Alertmanager handed over and could not hand over in this time range, silences that hold, and messages that a silence or another message keeps back now.',
      queries: [
        now(`sum(sum_over_time(integration:notifications_sent:increase1h${range}))`, 'delivered'),
        now(`sum(sum_over_time(integration:notifications_failed:increase1h${range}))`, 'tries that failed'),
        now('sum(alertmanager_silences{state="active"})', 'silences'),
        now('sum(alertmanager_alerts{state="suppressed"})', 'kept back now'),
      ],
    }).withOverride(named('delivered', { color: fixed(green) })).withOverride(named('tries that failed', { color: fixed(deepAmber) }))
      .withOverride(named('silences', { color: fixed(grey) })).withOverride(named('kept back now', { color: fixed(grey) })),

    states({
      title: 'What was said', width: 24, height: 12, unit: 'none', noValue: 'nothing was said in this time',
      description: 'Each message as long as its reason held.',
      queries: [over(`max by (alertname) (${firing})`, '{{alertname}}', '10m')],
    }).mappings(words({ 1: ['said', blue] })).overrides(Object.entries(messageNames).map(([alert, name]) => named(alert, { displayName: name }))),

    list({
      title: 'How often, how long, and did it help?', width: 24, height: 11, unit: 'none', sort: ['times', true], noValue: 'nothing was said in this time',
      description: 'In this time range: how often each message began, how long its reason held all together, and use in the three hours before and after those that ask for something, on average. Evenings follow afternoons whatever is said: compare messages with each other, not one of them with 100 %.',
      queries: [
        rows(`sum by (alertname) (sum_over_time(household_alertname:messages:begun1h{${ours}}${range}))`),
        rows(`sum by (alertname) (sum_over_time(household_alertname:messages:firing_seconds1h{${ours}}${range}))`),
        rows(`avg by (alertname) (avg_over_time(household_alertname:usage_before_message_bytes:rate3h{${ours}}${range})) * 3 * 3600`),
        rows(`avg by (alertname) (avg_over_time(household_alertname:usage_after_message_bytes:rate3h{${ours}}${range})) * 3 * 3600`),
        rows(`avg by (alertname) (avg_over_time(household_alertname:usage_after_message:ratio3h{${ours}}${range}))`),
      ],
    }).decimals(0).transformations(perMessage({ 'Value #A': 'times', 'Value #B': 'held', 'Value #C': 'before', 'Value #D': 'after', 'Value #E': 'after/before' }))
      .withOverride(byName).withOverride(named('held', { unit: 's' })).withOverride(alike('/^(before|after)/', { unit: 'decbytes', noValue: '–' }))
      .withOverride(named('after/before', { unit: 'percentunit' })),

    lines({
      title: 'Delivered and failed', width: 24, height: 7, unit: 'none', decimals: 0, bars: true, color: fixed(green),
      description: 'Messages on each day, by the way they went; failed tries stand below zero.',
      queries: [
        over('sum by (integration) (sum_over_time(integration:notifications_sent:increase1h[1d]))', 'by {{integration}}', '1d'),
        over('sum by (integration) (sum_over_time(integration:notifications_failed:increase1h[1d]) > 0)', 'failed by {{integration}}', '1d'),
      ],
    }).withOverride(named('by email', { color: fixed(blue) })).withOverride(named('by webhook', { color: fixed(lightBlue) }))
      .withOverride(alike('/^failed/', { color: fixed(deepAmber), 'custom.transform': 'negative-Y' })),
  ],
});
