// SPDX-License-Identifier: Apache-2.0
#include "app/line_sources.h"

#include <utility>

#include "io/router_source.h"
#include "io/taara_source.h"

namespace taara {

std::unique_ptr<LineSource> make_line_source(std::shared_ptr<const Household> household, SecretReader read_secret) {
  if (household->source == SourceKind::router)
    return std::make_unique<RouterSource>(std::move(household), std::move(read_secret));
  return std::make_unique<TaaraSource>(std::move(household), std::move(read_secret));
}

}  // namespace taara
