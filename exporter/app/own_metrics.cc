// SPDX-License-Identifier: Apache-2.0
#include "app/own_metrics.h"

#include "io/process_stats.h"

namespace taara {
namespace {

using enum MetricType;

constexpr MetricFamily kBuild{"taara_build_info", info, "Version of the exporter and its compiler; always 1."};
constexpr MetricFamily kRequests{"taara_http_requests_total", counter, "Answered requests by address and status."};
constexpr MetricFamily kAuthFailures{
    "taara_http_auth_failures_total", counter,
    "Requests to our pages refused for a wrong or missing password or client certificate."};
constexpr MetricFamily kLogDropped{"taara_log_lines_dropped_total", counter,
                                   "Log lines dropped because nobody read them fast enough."};
constexpr MetricFamily kCpu{"process_cpu_seconds_total", counter, "Processor time used, in seconds."};
constexpr MetricFamily kResident{"process_resident_memory_bytes", gauge, "Resident memory, in bytes."};
constexpr MetricFamily kVirtual{"process_virtual_memory_bytes", gauge, "Virtual memory, in bytes."};
constexpr MetricFamily kOpenFds{"process_open_fds", gauge, "Open file descriptors."};
constexpr MetricFamily kMaxFds{"process_max_fds", gauge, "Most file descriptors that may be open."};
constexpr MetricFamily kStarted{"process_start_time_seconds", gauge,
                                "When the process started, in seconds since 1970; most counters start here."};

constexpr MetricFamily kFamilies[] = {kBuild,    kRequests, kAuthFailures, kLogDropped, kCpu,
                                      kResident, kVirtual,  kOpenFds,      kMaxFds,     kStarted};

// What the registry has collected, through our writer: it escapes, skips what is no number and speaks both formats.
void write_counters(const prometheus::Registry& registry, const MetricFamily& family, Exposition& page) {
  page.family(family);
  for (const prometheus::MetricFamily& collected : registry.Collect()) {
    if (collected.name != family.name) continue;
    for (const prometheus::ClientMetric& metric : collected.metric) {
      LabelSet labels;
      for (const auto& label : metric.label) labels.add({label.name, label.value});
      page.sample(labels, static_cast<std::uint64_t>(metric.counter.value));
    }
  }
}

template <class T>
void write_if_known(Exposition& page, const MetricFamily& family, const std::optional<T>& value) {
  page.family(family);
  if (value) page.sample({}, *value);
}

}  // namespace

std::string_view version() { return TAARA_VERSION; }

OwnMetrics::OwnMetrics(Time started, const Log& log)
    : started_(started),
      log_(log),
      requests_(prometheus::BuildCounter()
                    .Name(std::string(kRequests.name))
                    .Help(std::string(kRequests.help))
                    .Register(registry_)),
      auth_failures_(prometheus::BuildCounter()
                         .Name(std::string(kAuthFailures.name))
                         .Help(std::string(kAuthFailures.help))
                         .Register(registry_)
                         .Add({})) {}

prometheus::Counter& OwnMetrics::requests(std::string_view route, int status) {
  return requests_.Add({{"code", std::to_string(status)}, {"handler", std::string(route)}});
}

void OwnMetrics::expect_requests(std::string_view route, std::initializer_list<int> statuses) {
  for (const int status : statuses) requests(route, status);
}

void OwnMetrics::count_request(std::string_view route, int status) { requests(route, status).Increment(); }

void OwnMetrics::count_auth_failure() { auth_failures_.Increment(); }

void OwnMetrics::write(Exposition& page) const {
  page.family(kBuild);
  page.sample({}, {{"version", version()}, {"compiler", __VERSION__}}, 1);
  write_counters(registry_, kRequests, page);
  write_counters(registry_, kAuthFailures, page);
  page.family(kLogDropped);
  page.sample({}, log_.dropped());
  const ProcessStats process = process_stats();
  write_if_known(page, kCpu, process.cpu_seconds);
  write_if_known(page, kResident, process.resident_bytes);
  write_if_known(page, kVirtual, process.virtual_bytes);
  write_if_known(page, kOpenFds, process.open_fds);
  write_if_known(page, kMaxFds, process.max_fds);
  page.family(kStarted);
  page.sample({}, started_.time_since_epoch().count());
}

std::vector<MetricFamily> own_families() { return {std::begin(kFamilies), std::end(kFamilies)}; }

}  // namespace taara
