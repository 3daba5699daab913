// SPDX-License-Identifier: Apache-2.0
// One question to the API: what was asked, what is known at that moment, and how an answer looks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/iso_time.h"
#include "core/json_writer.h"
#include "core/query.h"
#include "core/snapshot.h"

namespace taara {

struct ApiError {
  int status = 400;
  std::string_view code;
  std::string parameter;  // empty where it isn't about one
  std::string message;    // what was wrong and what is allowed
};

[[nodiscard]] ApiError bad_parameter(std::string_view parameter, std::string message);

// Writes the members of `data`; all that can go wrong has gone wrong before.
using ApiBody = std::function<void(JsonWriter&)>;
// Writes the whole answer, in a form that others have laid down.
struct ApiWhole {
  ApiBody write;
};
using ApiAnswer = std::variant<ApiBody, ApiWhole, ApiError>;

struct ApiCall {
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<const Config> started_with;  // null in tests without a store
  Time now;
  std::vector<QueryParameter> parameters;

  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

struct ApiEndpoint {
  std::string_view path;
  std::span<const std::string_view> parameters;
  ApiAnswer (*answer)(const ApiCall&);
};

// A value, or why there is none.
template <class Value>
using Asked = std::variant<Value, ApiError>;
using AskedHousehold = Asked<std::shared_ptr<const HouseholdView>>;

// The household that is meant; without a parameter the only one.
[[nodiscard]] AskedHousehold asked_household(const ApiCall& call);
// All, or the one that was asked for; as places in Snapshot::households.
[[nodiscard]] Asked<std::vector<std::size_t>> asked_households(const ApiCall& call);
// ISO 8601 (in the household's time zone where none is given) or seconds since 1970.
[[nodiscard]] Asked<std::optional<Time>> asked_time(const ApiCall& call, std::string_view parameter,
                                                    const date::time_zone* zone);

// A member with a time on the household's clock, or null.
inline void time_member(JsonWriter& json, std::string_view name, const std::optional<Time>& time,
                        const date::time_zone* zone) {
  json.member(name, time ? iso_time(*time, zone) : std::nullopt);
}

}  // namespace taara
