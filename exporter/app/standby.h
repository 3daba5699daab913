// SPDX-License-Identifier: Apache-2.0
// `serve --standby=DIR`: a new version shows beside the running one that it can go on from the same store and still
// understands the line, without asking it.
#pragma once

#include <optional>
#include <string>

#include "app/line.h"
#include "core/config_problem.h"
#include "io/log.h"

namespace taara {

// Why `folder` can't serve a standby beside the exporter whose store is in `store`: only a copy moves nobody's state.
[[nodiscard]] std::optional<ConfigProblem> standby_problem(const std::string& folder, const std::string& store);

// Parses the newest usable answer that the store in `folder` has of this line, and logs what came of it.
[[nodiscard]] KeptAnswer read_kept_answer(const std::string& folder, const Line& line, Log& log);

}  // namespace taara
