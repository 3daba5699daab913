// SPDX-License-Identifier: Apache-2.0
// What concerns all households: the store, the clock, the configuration.
#include "core/metrics_tables.h"

namespace taara {
namespace {

using enum MetricType;

constexpr DaemonMetric kDaemonMetrics[] = {
    {{"taara_store_writable", gauge, "1 while readings can be saved, otherwise 0; they wait in memory then."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.store.writable); }},
    {{"taara_store_pending_readings", gauge, "Readings that wait in memory to be saved."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.store.pending_readings); }},
    {{"taara_store_dropped_readings_total", counter, "Readings lost because too many waited to be saved."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.store.dropped_readings); }},
    {{"taara_store_errors_total", counter, "Failed operations of the store."},
     [](const Snapshot& s, Exposition& page) { write_counts(page, {}, "op", kStoreOpNames, s.store.errors); }},
    {{"taara_store_size_bytes", gauge, "Size of the store on disk."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.store.size_bytes); }},
    {{"taara_store_readings", gauge, "Readings in the store, of all households."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.store.readings); }},
    {{"taara_store_salvages_total", counter, "Damaged databases that were put aside and replaced."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.store.salvages); }},
    {{"taara_store_created_timestamp_seconds", gauge, "When the store was created; recent means that history is new."},
     [](const Snapshot& s, Exposition& page) { write_time(page, {}, s.store.created); }},
    {{"taara_clock_trusted", gauge, "1 if the clock of this machine seems right, otherwise 0."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.clock_trusted); }},
    {{"taara_clock_jumps_total", counter, "Jumps of the clock of this machine by more than 30 seconds."},
     [](const Snapshot& s, Exposition& page) {
       page.sample({}, {{"direction", "forward"}}, s.clock_jumps_forward);
       page.sample({}, {{"direction", "backward"}}, s.clock_jumps_backward);
     }},
    {{"taara_config_last_reload_successful", gauge, "1 if the newest configuration file was taken, otherwise 0."},
     [](const Snapshot& s, Exposition& page) { page.sample({}, s.config_ok); }},
    {{"taara_config_last_reload_success_timestamp_seconds", gauge, "When the configuration in use was read."},
     [](const Snapshot& s, Exposition& page) { write_time(page, {}, s.config_loaded); }},
};

}  // namespace

std::span<const DaemonMetric> daemon_metrics() { return kDaemonMetrics; }

}  // namespace taara
