// SPDX-License-Identifier: Apache-2.0
// What forecast and backtest read: their file, their time zone, their series. What is wrong is told on stderr.
#pragma once

#include <ostream>
#include <variant>

#include "app/arguments.h"
#include "app/exit_code.h"
#include "core/usage_file.h"

namespace taara {

inline constexpr std::size_t kMostUsageBytes = std::size_t{64} << 20U;

struct UsageInput {
  Arguments arguments;
  std::ostream& err;

  // The error is told already; the code is what to end with.
  [[nodiscard]] std::variant<const date::time_zone*, ExitCode> zone() const;
  // All series, or the one that --series names. Warnings are told.
  [[nodiscard]] std::variant<std::vector<UsageSeries>, ExitCode> read(const date::time_zone& zone,
                                                                      std::optional<Time> until) const;
  // Whether --output is json; `usual` where it isn't given.
  [[nodiscard]] std::variant<bool, ExitCode> wants_json(std::string_view usual) const;

 private:
  void warn(const std::vector<UsageWarning>& warnings) const;
  [[nodiscard]] std::variant<std::vector<UsageSeries>, ExitCode> chosen(UsageFile file) const;
};

// `"a", "b", "c" and 32 more`
[[nodiscard]] std::string names_of(const std::vector<UsageSeries>& series);

}  // namespace taara
