// SPDX-License-Identifier: Apache-2.0
// How the daemon itself is, and what it was told. Nothing here may hold a secret or a personal value: what is shown is
// listed, never what is hidden.
#include <array>

#include "app/api_endpoints.h"
#include "app/own_metrics.h"

namespace taara {
namespace {

constexpr std::array<std::string_view, 10> kUnitNames{"auto", "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"};
constexpr std::array<std::string_view, 4> kLogLevelNames{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kLogFormatNames{"logfmt", "json"};
constexpr std::array<std::string_view, 2> kSourceNames{"taara", "router"};
constexpr std::array<std::string_view, 2> kCycleNames{"plan", "monthly"};

void write_line(JsonWriter& json, const HouseholdView& view, const LineHealth& health) {
  const date::time_zone* zone = view.household->zone;
  json.begin_object();
  json.member("household", view.household->name);
  json.member("status", name_of(kLineStatusNames, health.status));
  time_member(json, "since", health.since, zone);
  const bool read = view.book && view.book->last;
  time_member(json, "last_reading", read ? std::optional(view.book->last->time) : std::nullopt, zone);
  time_member(json, "next_poll", view.next_poll, zone);
  json.member("polling_mode", name_of(kPollingModeNames, view.polling.mode));
  json.member("failures_in_row", view.polling.failures_in_row);
  json.member("breaker_open", view.polling.breaker_open);
  if (view.kept_answer)
    json.member("kept_answer", name_of(kKeptAnswerNames, *view.kept_answer));
  else
    json.null_member("kept_answer");
  json.end_object();
}

void begin_part(JsonWriter& json, std::string_view name, const PartHealth& health, std::string_view otherwise) {
  json.key(name);
  json.begin_object();
  json.member("status", health.ok ? "ok" : otherwise);
  time_member(json, "since", health.since, nullptr);
}

void write_store(JsonWriter& json, const Snapshot& snapshot) {
  const StoreView& store = snapshot.store;
  begin_part(json, "store", snapshot.health.store, "not_writable");
  json.member("pending_readings", store.pending_readings);
  json.member("dropped_readings", store.dropped_readings);
  json.member("salvages", store.salvages);
  json.member("readings", store.readings);
  json.member("size_bytes", store.size_bytes);
  time_member(json, "created", store.created, nullptr);
  json.end_object();
}

bool all_well(const Snapshot& snapshot, const std::vector<std::size_t>& places) {
  for (const std::size_t place : places) {
    const LineStatus status = snapshot.health.lines[place].status;
    if (status != LineStatus::ok && status != LineStatus::waiting) return false;
  }
  return snapshot.health.store.ok && snapshot.health.clock.ok && snapshot.health.configuration.ok;
}

void write_field(JsonWriter& json, std::string_view name, const std::optional<MappedField>& field) {
  if (!field) {
    json.null_member(name);
    return;
  }
  json.key(name);
  json.begin_object();
  json.member("pointer", field->pointer);
  json.member("unit", name_of(kUnitNames, field->unit));
  json.end_object();
}

void write_mapping(JsonWriter& json, const Household& household) {
  if (household.source != SourceKind::router) {
    json.null_member("mapping");
    return;
  }
  json.key("mapping");
  json.begin_object();
  write_field(json, "used", household.mapping.used);
  write_field(json, "remaining", household.mapping.remaining);
  write_field(json, "allocated", household.mapping.allocated);
  json.member("expires_pointer", household.mapping.expires_pointer);
  json.end_object();
}

std::string clock_text(std::chrono::minutes at) {
  std::string text = std::to_string(10'000 + at.count() / 60 * 100 + at.count() % 60).substr(1);
  return text.insert(2, ":");
}

void write_plan(JsonWriter& json, const Plan& plan) {
  const bool monthly = plan.cycle == CycleKind::monthly;
  json.key("plan");
  json.begin_object();
  json.member("unlimited", !plan.allocation);
  json.member("allocation_bytes", plan.allocation);
  json.member("cycle", name_of(kCycleNames, plan.cycle));
  json.member("length_days", monthly ? std::nullopt : std::optional(plan.length.count()));
  json.member("day", monthly ? std::optional(plan.day) : std::nullopt);
  json.member("at", monthly ? std::optional(clock_text(plan.at)) : std::nullopt);
  json.end_object();
}

void write_household(JsonWriter& json, const Household& household) {
  json.begin_object();
  json.member("name", household.name);
  json.member("source", name_of(kSourceNames, household.source));
  json.member("url", household.url);
  json.member("ca_file", household.ca_file);
  json.member("timezone", household.zone->name());
  write_plan(json, household.plan);
  json.key("thresholds");
  json.begin_object();
  json.member("used_ratio", household.thresholds.used);
  json.member("today_ratio", household.thresholds.today);
  json.member("crossing_ratio", household.thresholds.crossing);
  json.end_object();
  json.key("digest");
  json.begin_object();
  json.member("hour", household.digest.hour);
  json.member("weekday", kWeekdayNames.at(household.digest.weekday));
  json.end_object();
  json.member("speed_bits_per_second", household.speed_bits_per_second);
  write_mapping(json, household);
  json.end_object();
}

void write_polling(JsonWriter& json, const Polling& polling) {
  json.key("polling");
  json.begin_object();
  json.member("interval_seconds", polling.interval.count());
  json.member("min_interval_seconds", polling.min_interval.count());
  json.member("connect_timeout_seconds", polling.connect_timeout.count());
  json.member("timeout_seconds", polling.timeout.count());
  json.end_object();
}

// What a reload does not change comes from the configuration that the daemon was started with.
void write_lasting(JsonWriter& json, const Config& started_with, const Config& config) {
  json.key("store");
  json.begin_object();
  json.member("path", started_with.store.path);
  json.member("readings_kept_days", started_with.store.readings.count());
  json.member("days_kept_days", started_with.store.days.count());
  json.member("raw_kept_days", started_with.store.raw.count());
  json.end_object();
  json.key("web");
  json.begin_object();
  json.key("listen_addresses");
  json.begin_array();
  for (const ListenAddress& address : started_with.listen) {
    const bool v6 = address.host.find(':') != std::string::npos;
    json.value((v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port));
  }
  json.end_array();
  json.member("grafana_url", config.grafana_url);
  json.end_object();
}

}  // namespace

ApiAnswer answer_system_health(const ApiCall& call) {
  auto asked = asked_households(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  return [snapshot = call.snapshot, now = call.now,
          places = std::get<std::vector<std::size_t>>(std::move(asked))](JsonWriter& json) {
    json.member("status", all_well(*snapshot, places) ? "ok" : "attention");
    time_member(json, "time", now, nullptr);
    json.member("version", version());
    json.key("lines");
    json.begin_array();
    for (const std::size_t place : places)
      write_line(json, *snapshot->households[place], snapshot->health.lines[place]);
    json.end_array();
    write_store(json, *snapshot);
    begin_part(json, "clock", snapshot->health.clock, "not_trusted");
    json.member("jumps_forward", snapshot->clock_jumps_forward);
    json.member("jumps_backward", snapshot->clock_jumps_backward);
    json.end_object();
    begin_part(json, "configuration", snapshot->health.configuration, "refused");
    time_member(json, "loaded", snapshot->config_loaded, nullptr);
    json.end_object();
  };
}

ApiAnswer answer_preferences(const ApiCall& call) {
  auto asked = asked_households(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  return [snapshot = call.snapshot, started_with = call.started_with,
          places = std::get<std::vector<std::size_t>>(std::move(asked))](JsonWriter& json) {
    const Config none;
    const Config& config = snapshot->config ? *snapshot->config : none;
    json.key("households");
    json.begin_array();
    for (const std::size_t place : places) write_household(json, *snapshot->households[place]->household);
    json.end_array();
    write_polling(json, config.polling);
    write_lasting(json, started_with ? *started_with : config, config);
    json.key("log");
    json.begin_object();
    json.member("level", name_of(kLogLevelNames, config.log_level));
    json.member("format", name_of(kLogFormatNames, config.log_format));
    json.end_object();
  };
}

}  // namespace taara
