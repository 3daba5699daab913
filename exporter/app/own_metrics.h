// SPDX-License-Identifier: Apache-2.0
// What the daemon knows about itself: its build, its process, its web server and log. The counters that web threads
// raise live in a prometheus-cpp registry, which is made for that; everything else is read when a page is written.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <string_view>
#include <vector>

#include "core/exposition.h"
#include "core/time.h"
#include "io/log.h"

namespace taara {

[[nodiscard]] std::string_view version();

class OwnMetrics {
 public:
  // `started` is when this process did. The log must outlive this.
  OwnMetrics(Time started, const Log& log);

  // From any thread. `route` and `status` come from closed lists, so there are few series.
  void count_request(std::string_view route, int status);
  void write(Exposition& page) const;

 private:
  Time started_;
  const Log& log_;
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
};

// Every family that OwnMetrics writes.
[[nodiscard]] std::vector<MetricFamily> own_families();

}  // namespace taara
