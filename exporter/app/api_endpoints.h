// SPDX-License-Identifier: Apache-2.0
// The questions that the API answers, one function each; by subject in api_usage.cc, api_forecast.cc, api_history.cc,
// api_system.cc and api_sd.cc.
#pragma once

#include "app/api_call.h"

namespace taara {

[[nodiscard]] ApiAnswer answer_usage_current(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_usage_trends(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_forecast(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_afford(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_history(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_system_health(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_preferences(const ApiCall& call);
[[nodiscard]] ApiAnswer answer_sd(const ApiCall& call);

}  // namespace taara
