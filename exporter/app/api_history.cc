// SPDX-License-Identifier: Apache-2.0
// What the store remembers, by the hour or by the day.
#include "app/api_endpoints.h"
#include "core/in_quotes.h"
#include "io/store_history.h"

namespace taara {
namespace {

constexpr std::int64_t kMostRows = 1500;  // two months by the hour; more would take over 5 ms
constexpr std::chrono::days kUsualHours{7};
constexpr std::chrono::days kUsualDays{30};
constexpr std::array<std::string_view, 3> kKnowledgeNames{"whole", "spread", "partial"};

struct HistoryQuestion {
  Time from;
  Time to;
  bool hours = true;
};

struct HistoryLine {
  Time start;
  Time end;
  Bytes used;
  std::optional<Bytes> budget;
  std::optional<HourKnowledge> known;
};

Asked<HistoryQuestion> asked_span(const ApiCall& call, const date::time_zone* zone) {
  const std::string_view step = call.parameter("step").value_or("hour");
  if (step != "hour" && step != "day")
    return bad_parameter("step", "step is " + in_quotes(step) + "; hour or day is needed");
  const bool hours = step == "hour";
  const auto from = asked_time(call, "from", zone);
  if (const auto* const error = std::get_if<ApiError>(&from)) return *error;
  const auto to = asked_time(call, "to", zone);
  if (const auto* const error = std::get_if<ApiError>(&to)) return *error;
  HistoryQuestion question;
  question.hours = hours;
  question.to = std::get<std::optional<Time>>(to).value_or(call.now);
  question.from = std::get<std::optional<Time>>(from).value_or(question.to - (hours ? kUsualHours : kUsualDays));
  if (question.from >= question.to)
    return bad_parameter("from", "from must be earlier than to, which is now where it is left out");
  const seconds each = hours ? seconds{3600} : seconds{86'400};
  const std::int64_t rows = (question.to - question.from) / each;
  if (rows > kMostRows)
    return bad_parameter("from", "these are " + std::to_string(rows) + " rows; at most " + std::to_string(kMostRows) +
                                     " are given at once: ask for a shorter span" + (hours ? " or step=day" : ""));
  return question;
}

Result<std::vector<HistoryLine>> read_lines(const std::string& directory, const std::string& household,
                                            const HistoryQuestion& question) {
  auto store = StoreHistory::open(directory);
  if (!store) return store.error();
  std::vector<HistoryLine> lines;
  if (question.hours) {
    const auto read = store->hours(household, question.from, question.to, [&](const StoredHour& hour) {
      lines.push_back({hour.start, hour.start + std::chrono::hours{1}, hour.used, std::nullopt, hour.known});
      return true;
    });
    if (!read) return read.error();
  } else {
    const auto read = store->days(household, question.from, question.to, [&](const StoredDay& day) {
      lines.push_back({day.start, day.end, day.used, day.budget, std::nullopt});
      return true;
    });
    if (!read) return read.error();
  }
  return lines;
}

void write_line(JsonWriter& json, const HistoryLine& line, const date::time_zone* zone) {
  json.begin_object();
  time_member(json, "start", line.start, zone);
  time_member(json, "end", line.end, zone);
  json.member("used_bytes", line.used);
  json.member("budget_bytes", line.budget);
  json.member("known", line.known ? std::optional(name_of(kKnowledgeNames, *line.known)) : std::nullopt);
  json.end_object();
}

}  // namespace

ApiAnswer answer_history(const ApiCall& call) {
  const auto asked = asked_household(call);
  if (const auto* const error = std::get_if<ApiError>(&asked)) return *error;
  const auto view = std::get<std::shared_ptr<const HouseholdView>>(asked);
  const auto span = asked_span(call, view->household->zone);
  if (const auto* const error = std::get_if<ApiError>(&span)) return *error;
  const auto question = std::get<HistoryQuestion>(span);
  if (!call.started_with) return ApiError{503, "store_unavailable", "", "there is no store"};
  auto lines = read_lines(call.started_with->store.path, view->household->name, question);
  if (!lines) return ApiError{503, "store_unavailable", "", "the history can't be read now: " + lines.error().what};
  return [view, question, lines = std::move(*lines)](JsonWriter& json) {
    const date::time_zone* zone = view->household->zone;
    json.member("household", view->household->name);
    json.member("timezone", zone->name());
    time_member(json, "from", question.from, zone);
    time_member(json, "to", question.to, zone);
    json.member("step", question.hours ? "hour" : "day");
    json.key("rows");
    json.begin_array();
    for (const HistoryLine& line : lines) write_line(json, line, zone);
    json.end_array();
  };
}

}  // namespace taara
