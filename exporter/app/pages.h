// SPDX-License-Identifier: Apache-2.0
// What the web server serves, and under which addresses.
#pragma once

#include <functional>
#include <vector>

#include "app/latest.h"
#include "app/own_metrics.h"
#include "core/snapshot.h"
#include "io/web_server.h"

namespace taara {

struct PageSources {  // all must outlive the server
  const Latest<Snapshot>& snapshot;
  const Clock& clock;
  OwnMetrics& own;
  std::function<Result<void>()> reload;                  // called by web threads, several at once if several ask
  std::shared_ptr<const Config> started_with = nullptr;  // where the store is, and what no reload changes
};

[[nodiscard]] std::vector<Route> make_routes(const PageSources& sources);

}  // namespace taara
