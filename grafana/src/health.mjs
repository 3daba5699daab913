// SPDX-License-Identifier: Apache-2.0
// Health: whether the monitor itself is well, for the keeper and the operator.
import { frame, home, now, over, rows, transform } from './frame.mjs';
import { alike, amber, blue, deepAmber, fixed, green, grey, lightBlue, named, steps, words } from './look.mjs';
import { lines, list, lyingBars, numbers, states } from './panels.mjs';

const increase = (name, by, over1h = '[1h]') => `sum by (${by}) (increase(${name}{${home}}${over1h}))`;
const dashes = { color: fixed(deepAmber), 'custom.fillOpacity': 0, 'custom.lineWidth': 1, 'custom.drawStyle': 'line', 'custom.stacking': { mode: 'none', group: 'A' }, 'custom.lineStyle': { fill: 'dash', dash: [10, 10] } };
/** The programs of the stack in colours of their own; others stay grey. */
const programs = (panel) => [['taara_exporter', green], ['prometheus', blue], ['alertmanager', lightBlue], ['grafana', amber]]
  .reduce((made, [job, colour]) => made.withOverride(named(job, { color: fixed(colour) })), panel);
const real = 'fstype!~"tmpfs|ramfs|overlay|squashfs"';

export default frame({
  name: 'health',
  title: 'Health',
  description: 'Whether the monitor itself is well: reading the line, keeping, deciding, saying; and what it costs.',
  from: 'now-24h',
  refresh: '1m',
  panels: [
    numbers({
      title: 'The line', width: 12, height: 4, unit: 'none', background: true, sizes: [14, 22], justify: 'center', color: { mode: 'thresholds' },
      description: 'Whether the last poll gave a reading, whether the breaker lets polls through, whether the credentials are taken.',
      queries: [
        now(`max by (household) (taara_up{${home}})`, 'line'),
        now(`2 + max by (household) (taara_breaker_open{${home}})`, 'breaker'),
        now(`4 + max by (household) (taara_credentials_rejected{${home}})`, 'credentials'),
      ],
    }).thresholds({ build: () => steps([null, blue]) }).mappings(words({
      0: ['does not answer', amber], 1: ['answers', green], 2: ['closed', green], 3: ['open: few tries', amber],
      4: ['taken', green], 5: ['refused', amber],
    })),

    numbers({
      title: 'Readings', width: 12, height: 4, unit: 's', decimals: 0, sizes: [13, 20], color: fixed(blue),
      description: 'Age of the last reading, time between polls, usable readings over readings due in 24 hours, and how old the passcode is.',
      queries: [
        now(`household:reading_age_seconds:min{${home}}`, 'old'),
        now(`max by (household) (taara_poll_interval_seconds{${home}})`, 'between'),
        now(`max by (household) (taara_data_quality_ratio{${home}})`, 'usable'),
        now(`max by (household) (taara_credentials_age_seconds{${home}})`, 'passcode'),
      ],
    }).withOverride(named('usable', { unit: 'percentunit', color: fixed(green) })),

    lines({
      title: 'Polls', width: 12, height: 8, unit: 'none', decimals: 0, bars: true, stacked: true, color: fixed(grey),
      description: 'Finished polls in each hour by result. Partial: something was missing, the rest was used.',
      queries: [over(increase('taara_polls_total', 'result'), '{{result}}', '1h')],
    }).min(0).withOverride(named('success', { color: fixed(green) })).withOverride(named('partial', { color: fixed(blue) }))
      .withOverride(named('failed', { color: fixed(amber) })),

    lines({
      title: 'How long polls take', width: 12, height: 8, unit: 's',
      description: 'Time of a poll with login and retries: half are faster than the median, nineteen in twenty than the upper line.',
      queries: [
        over(`histogram_quantile(0.95, sum by (le) (increase(taara_poll_duration_seconds_bucket{${home}}[2h])))`, '19 of 20', '10m'),
        over(`histogram_quantile(0.5, sum by (le) (increase(taara_poll_duration_seconds_bucket{${home}}[2h])))`, 'median', '10m'),
      ],
    }).min(0).withOverride(named('19 of 20', { color: fixed(deepAmber), 'custom.fillOpacity': 0 })),

    lyingBars({
      title: 'Failed polls by reason', width: 12, height: 6, unit: 'none', color: fixed(deepAmber), label: 'kind', noValue: 'none failed in this time',
      description: 'Polls that gave nothing usable in this time range, by what went wrong; when that was, the polls above show.',
      queries: [now(`sort_desc(${increase('taara_poll_errors_total', 'kind', '[$__range]')} >= 0.5)`, '{{kind}}')],
    }).decimals(0),

    lyingBars({
      title: 'Answers that were not as agreed', width: 12, height: 6, unit: 'none', color: fixed(deepAmber), label: 'field', noValue: 'none in this time',
      description: 'Fields of the line\'s answers that were missing, malformed or contradictory in this time range.',
      queries: [now(`sort_desc(${increase('taara_contract_violations_total', 'field', '[$__range]')} >= 0.5)`, '{{field}}')],
    }).decimals(0),

    states({
      title: 'Mode of polling', width: 12, height: 5, unit: 'none',
      description: 'How often the line is asked: normal every 10 minutes, conservative 15, backoff 30, aggressive 5.',
      queries: [over(`max by (mode) (taara_polling_mode{${home}}) == 1`, '{{mode}}', '5m')],
    }).mappings(words({ 1: ['on', blue] })),

    numbers({
      title: 'What the monitor costs the line', width: 12, height: 5, unit: 'decbytes', decimals: 1,
      description: 'Bytes that the monitor itself sent and received over the line, headers included.',
      queries: [
        now(`sum_over_time(household:line_bytes:increase1h{${home}}[1d])`, 'in a day'),
        now(`sum_over_time(household:line_bytes:increase1h{${home}}[30d])`, 'in 30 days'),
      ],
    }),

    numbers({
      title: 'The store', width: 12, height: 4, unit: 'none', decimals: 0, sizes: [13, 22],
      description: 'Whether readings can be saved, how large the file is, and how many readings are kept.',
      queries: [
        now('min(taara_store_writable)', 'store'),
        now('sum(taara_store_size_bytes)', 'size'),
        now('sum(taara_store_readings)', 'readings'),
      ],
    }).withOverride(named('store', { mappings: words({ 0: ['cannot save', deepAmber], 1: ['saves', green] }), color: { mode: 'thresholds' }, thresholds: steps([null, green]) }))
      .withOverride(named('size', { unit: 'decbytes' })),

    numbers({
      title: 'What the store could not do', width: 12, height: 4, unit: 'none', decimals: 0, sizes: [13, 22],
      description: 'Readings that wait in memory to be saved, readings that were lost, and failed operations in 24 hours.',
      queries: [
        now('sum(taara_store_pending_readings)', 'waiting'),
        now('sum(taara_store_dropped_readings_total)', 'lost'),
        now('sum(increase(taara_store_errors_total[1d]))', 'failed'),
      ],
    }),

    programs(lines({
      title: 'Memory', width: 12, height: 8, unit: 'decbytes', stacked: true, color: fixed(grey),
      description: 'Resident memory of each program, and the 512 MB that the small machine is planned with.',
      queries: [
        over('max by (job) (process_resident_memory_bytes)', '{{job}}', '1m'),
        over('512e6 + 0 * stack:resident_memory_bytes:sum', 'planned', '1m'),
      ],
    })).min(0).withOverride(named('planned', dashes)),

    programs(lines({
      title: 'Processor', width: 12, height: 8, unit: 'percentunit', stacked: true, color: fixed(grey),
      description: 'Share of one core that each program takes, and the 20 % that are planned for all.',
      queries: [
        over('max by (job) (rate(process_cpu_seconds_total[30m]))', '{{job}}', '5m'),
        over('0.2 + 0 * stack:cpu_cores:rate30m', 'planned', '5m'),
      ],
    })).min(0).withOverride(named('planned', dashes)),

    list({
      title: 'Parts', width: 12, height: 7, unit: 'none', sort: ['Part', false],
      description: 'What Prometheus reads, whether it answers, and how long reading it takes.',
      queries: [rows('max by (job, instance) (up)'), rows('max by (job, instance) (scrape_duration_seconds)')],
    }).transformations([
      transform('merge', {}),
      transform('organize', { excludeByName: { Time: true }, indexByName: { job: 0, instance: 1 }, renameByName: { job: 'Part', instance: 'Address', 'Value #A': 'State', 'Value #B': 'Read in' } }),
    ]).withOverride(named('State', { mappings: words({ 0: ['does not answer', deepAmber], 1: ['up', green] }), 'custom.displayMode': 'color-text', 'custom.cellOptions': { type: 'color-text' }, color: { mode: 'thresholds' }, thresholds: steps([null, green]) }))
      .withOverride(named('Read in', { unit: 's', decimals: 0 })),

    lyingBars({
      title: 'Disk in use', width: 12, height: 7, unit: 'percentunit', label: 'mountpoint',
      description: 'Share of each disk that is full; from 80 % on a message says so.',
      queries: [now(`max by (mountpoint) (1 - node_filesystem_avail_bytes{${real}} / (node_filesystem_size_bytes{${real}} > 0))`, '{{mountpoint}}')],
    }).max(1).decimals(0),

    numbers({
      title: 'Prometheus', width: 12, height: 4, unit: 'none', decimals: 0, sizes: [13, 20],
      description: 'Series held, size of the history on disk, failed rule evaluations and messages that did not reach Alertmanager in 24 hours.',
      queries: [
        now('sum(prometheus_tsdb_head_series)', 'series'),
        now('sum(prometheus_tsdb_storage_blocks_bytes)', 'history'),
        now('sum(increase(prometheus_rule_evaluation_failures_total[1d]))', 'rules failed'),
        now('sum(increase(prometheus_notifications_errors_total[1d])) + sum(increase(prometheus_notifications_dropped_total[1d]))', 'kept back'),
      ],
    }).withOverride(named('history', { unit: 'decbytes' })),

    numbers({
      title: 'Alertmanager', width: 12, height: 4, unit: 'none', decimals: 0, sizes: [13, 20],
      description: 'Whether its newest configuration is in use, alerts it holds, and deliveries that failed in 24 hours.',
      queries: [
        now('min(alertmanager_config_last_reload_successful)', 'configuration'),
        now('sum(alertmanager_alerts)', 'alerts'),
        now('sum(increase(alertmanager_notifications_failed_total[1d]))', 'deliveries failed'),
      ],
    }).withOverride(named('configuration', { mappings: words({ 0: ['not taken', deepAmber], 1: ['in use', green] }), color: { mode: 'thresholds' }, thresholds: steps([null, green]) })),

    lyingBars({
      title: 'Requests to the exporter', width: 12, height: 6, unit: 'none',
      description: 'Answered requests in this time range by address, and those that were refused for a wrong or missing password.',
      queries: [
        now('sort_desc(topk(5, sum by (handler) (increase(taara_http_requests_total[$__range])) >= 0.5))', '{{handler}}'),
        now('sum(increase(taara_http_auth_failures_total[$__range]))', 'refused'),
      ],
    }).decimals(0).withOverride(named('refused', { color: fixed(deepAmber) })),

    numbers({
      title: 'Clock and configuration', width: 12, height: 6, unit: 'none', decimals: 0, sizes: [13, 20],
      description: 'Whether the clock seems right and the newest configuration is in use; which version runs and since when.',
      queries: [
        now('min(taara_clock_trusted)', 'clock'),
        now('2 + min(taara_config_last_reload_successful)', 'configuration'),
        now('max by (version) (taara_build_info)', 'version {{version}}'),
        now('max(process_start_time_seconds * on (job, instance) group_left () max by (job, instance) (taara_build_info)) * 1000', 'started'),
      ],
    }).mappings(words({ 0: ['doubtful', deepAmber], 1: ['good', green], 2: ['not taken', deepAmber], 3: ['in use', green] }))
      .withOverride(named('started', { unit: 'dateTimeFromNow', mappings: [] })).withOverride(alike('/^version/', { mappings: words({ 1: ['runs', green] }) })),
  ],
});
