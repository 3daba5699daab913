// SPDX-License-Identifier: Apache-2.0
#include "app/api_call.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/in_quotes.h"
#include "core/nearest.h"
#include "core/time_text.h"

namespace taara {
namespace {

constexpr std::size_t kMostNamed = 20;  // households in a message

std::string names_of(const Snapshot& snapshot) {
  std::string names;
  const std::size_t count = std::min(kMostNamed, snapshot.households.size());
  for (std::size_t i = 0; i < count; ++i)
    names.append(i > 0 ? ", " : "").append(snapshot.households[i]->household->name);
  if (count < snapshot.households.size())
    names.append(" and ").append(std::to_string(snapshot.households.size() - count)).append(" more");
  return names;
}

Asked<std::size_t> place_of(const Snapshot& snapshot, std::string_view name) {
  const auto& all = snapshot.households;  // sorted by name
  const auto found = std::lower_bound(all.begin(), all.end(), name,
                                      [](const auto& view, std::string_view n) { return view->household->name < n; });
  if (found != all.end() && (*found)->household->name == name) return static_cast<std::size_t>(found - all.begin());
  std::string message = "there is no household " + in_quotes(name);
  if (all.empty())
    message += "; none is read yet";
  else
    message += "; there is " + names_of(snapshot);
  return ApiError{404, "household_unknown", "household", std::move(message)};
}

}  // namespace

ApiError bad_parameter(std::string_view parameter, std::string message) {
  return {400, "bad_parameter", std::string(parameter), std::move(message)};
}

std::optional<std::string_view> ApiCall::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == name; });
  if (found == parameters.end()) return std::nullopt;
  return found->value;
}

AskedHousehold asked_household(const ApiCall& call) {
  const auto& all = call.snapshot->households;
  if (const auto name = call.parameter("household")) {
    const auto place = place_of(*call.snapshot, *name);
    if (const auto* const error = std::get_if<ApiError>(&place)) return *error;
    return all[std::get<std::size_t>(place)];
  }
  if (all.size() == 1) return all.front();
  if (all.empty()) return ApiError{404, "household_unknown", "household", "there is no household yet"};
  return ApiError{400, "household_needed", "household",
                  "there are several households; say which with household=…: " + names_of(*call.snapshot)};
}

Asked<std::vector<std::size_t>> asked_households(const ApiCall& call) {
  if (const auto name = call.parameter("household")) {
    const auto place = place_of(*call.snapshot, *name);
    if (const auto* const error = std::get_if<ApiError>(&place)) return *error;
    return std::vector{std::get<std::size_t>(place)};
  }
  std::vector<std::size_t> places(call.snapshot->households.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

Asked<std::optional<Time>> asked_time(const ApiCall& call, std::string_view parameter, const date::time_zone* zone) {
  const auto text = call.parameter(parameter);
  if (!text) return std::optional<Time>();
  // Nine digits at least: 2025 is no moment of 1970.
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  const bool digits = error == std::errc() && end == text->data() + text->size() && count >= 0;
  if (digits && (text->size() == 9 || text->size() == 10)) return std::optional(Time{seconds{count}});
  if (const auto iso = parse_iso_time(*text, zone)) return std::optional(iso->time);
  return bad_parameter(parameter, std::string(parameter) + " is " + in_quotes(*text) +
                                      "; a time such as 2026-11-21, 2026-11-21T20:00, 2026-11-21T20:00:00+03:00 or "
                                      "1795280400 (seconds since 1970) is needed");
}

}  // namespace taara
