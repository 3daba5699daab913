// SPDX-License-Identifier: Apache-2.0
// The system's database of time zones.
#pragma once

#include <date/tz.h>

#include <string>
#include <string_view>
#include <vector>

namespace taara {

// Null: there is none of that name here.
[[nodiscard]] const date::time_zone* time_zone_named(const std::string& name);
// Empty where there is no database.
[[nodiscard]] std::vector<std::string_view> time_zone_names();
// The name of the system's own zone; empty where it doesn't say.
[[nodiscard]] std::string system_zone_name();

}  // namespace taara
