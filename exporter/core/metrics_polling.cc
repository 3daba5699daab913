// SPDX-License-Identifier: Apache-2.0
// How reading the line goes: polls, errors, logins, pace. Counters are since the daemon started.
#include "core/metrics_tables.h"

namespace taara {
namespace {

using enum MetricType;

constexpr HouseholdMetric kPollingMetrics[] = {
    {{"taara_polls_total", counter, "Finished polls by result; partial is usable with something missing."},
     [](const HouseholdOnPage& h, Exposition& page) {
       write_counts(page, h.labels, "result", kReadingStatusNames, h.view.counters.polls);
     }},
    {{"taara_poll_duration_seconds", histogram, "Time that a poll took, login and retries included."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const PollCounters& counters = h.view.counters;
       page.histogram(h.labels, kPollDurationBounds, counters.duration_buckets, counters.duration_sum_seconds);
     }},
    {{"taara_poll_errors_total", counter, "Failed polls by what went wrong."},
     [](const HouseholdOnPage& h, Exposition& page) {
       write_counts(page, h.labels, "kind", kPollErrorNames, h.view.counters.errors);
     }},
    {{"taara_contract_violations_total", counter, "Answers of the line that were not as they should be, by field."},
     [](const HouseholdOnPage& h, Exposition& page) {
       write_counts(page, h.labels, "field", kFieldNames, h.view.counters.violations);
     }},
    {{"taara_next_poll_timestamp_seconds", gauge, "When the line will be asked next."},
     [](const HouseholdOnPage& h, Exposition& page) { write_time(page, h.labels, h.view.next_poll); }},
    {{"taara_poll_interval_seconds", gauge, "Time between polls in the present mode."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (h.view.poll_interval.count() > 0) page.sample(h.labels, h.view.poll_interval.count());
     }},
    {{"taara_polling_mode", gauge, "1 for the present mode of polling, 0 for the others."},
     [](const HouseholdOnPage& h, Exposition& page) {
       for (std::size_t i = 0; i < kPollingModeNames.size(); ++i) {
         const bool present = static_cast<std::size_t>(h.view.polling.mode) == i;
         page.sample(h.labels, {{"mode", kPollingModeNames[i]}}, present);
       }
     }},
    {{"taara_breaker_open", gauge, "1 while only single trial requests go out after failures in a row, otherwise 0."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.view.polling.breaker_open); }},
    {{"taara_logins_total", counter, "Logins by result; failed ones had no answer that makes sense."},
     [](const HouseholdOnPage& h, Exposition& page) {
       const PollCounters& counters = h.view.counters;
       page.sample(h.labels, {{"result", "ok"}}, counters.logins_ok);
       page.sample(h.labels, {{"result", "rejected"}}, counters.logins_rejected);
       page.sample(h.labels, {{"result", "failed"}}, counters.logins_failed);
     }},
    {{"taara_credentials_rejected", gauge, "1 while the line refuses the credentials, otherwise 0."},
     [](const HouseholdOnPage& h, Exposition& page) { page.sample(h.labels, h.view.polling.login_rejections > 0); }},
    {{"taara_credentials_age_seconds", gauge,
      "Time since the credentials were changed: their file was written, or they were sealed."},
     [](const HouseholdOnPage& h, Exposition& page) {
       if (!h.view.secret_changed || *h.view.secret_changed > h.now) return;
       page.sample(h.labels, (h.now - *h.view.secret_changed).count());
     }},
    {{"taara_line_bytes_total", counter, "What the monitor itself cost the line, headers included."},
     [](const HouseholdOnPage& h, Exposition& page) {
       page.sample(h.labels, {{"direction", "sent"}}, h.view.counters.bytes_sent);
       page.sample(h.labels, {{"direction", "received"}}, h.view.counters.bytes_received);
     }},
};

}  // namespace

std::span<const HouseholdMetric> polling_metrics() { return kPollingMetrics; }

}  // namespace taara
