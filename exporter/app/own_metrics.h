// SPDX-License-Identifier: Apache-2.0
// What the daemon knows about itself: its build, its process, its web server and log. The counters that web threads
// raise live in a prometheus-cpp registry, which is made for that; everything else is read when a page is written.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <initializer_list>
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

  // Lets the series of these statuses begin at 0: an alert cannot see the step from absent to 1.
  void expect_requests(std::string_view route, std::initializer_list<int> statuses);
  // From any thread. `route` and `status` come from closed lists, so there are few series.
  void count_request(std::string_view route, int status);
  void count_auth_failure();
  void write(Exposition& page) const;

 private:
  prometheus::Counter& requests(std::string_view route, int status);

  Time started_;
  const Log& log_;
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Counter& auth_failures_;
};

// Every family that OwnMetrics writes.
[[nodiscard]] std::vector<MetricFamily> own_families();

}  // namespace taara
