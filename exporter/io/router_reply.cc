// SPDX-License-Identifier: Apache-2.0
#include "io/router_reply.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/time_text.h"
#include "io/json_amount.h"
#include "io/line_reply.h"
#include "io/strict_json.h"

namespace taara {
namespace {

namespace json = boost::json;

struct Expiry {
  Time time;
  seconds resolution;
};

// An ISO 8601 time, a span such as "27 days", or seconds since 1970 (2000 to 2199).
std::optional<Expiry> read_expiry(const json::value& value, Time now, const date::time_zone* zone) {
  if (const auto* text = value.if_string()) {
    const std::string_view view(text->data(), text->size());
    if (const auto iso = parse_iso_time(view, zone)) return Expiry{iso->time, iso->resolution};
    if (const auto span = parse_span(view)) return Expiry{now + span->span, span->resolution};
  }
  if (const auto* epoch = value.if_int64(); epoch != nullptr && *epoch >= 946'684'800 && *epoch < 7'258'118'400)
    return Expiry{Time{seconds{*epoch}}, seconds{1}};
  return std::nullopt;
}

class UsageParser {
 public:
  UsageParser(const json::value& root, const Mapping& mapping, Time time, const date::time_zone* zone)
      : root_(root), mapping_(mapping), zone_(zone) {
    outcome_.reading.time = time;
  }

  PollOutcome parse() {
    used_ = read(mapping_.used, Field::used);
    remaining_ = read(mapping_.remaining, Field::remaining);
    if (!used_ && !remaining_) {
      if (!fault_) fault_ = AmountFault{PollError::schema, "the mapping names neither used nor remaining"};
      fail(outcome_, fault_->kind, fault_->what);
      return std::move(outcome_);
    }
    allocated_ = read(mapping_.allocated, Field::allocation);
    if (allocated_ && allocated_->bytes == Bytes{0}) {
      note(outcome_.violations, Field::allocation, mapping_.allocated->pointer + " is 0, which is no allocation");
      allocated_.reset();
    }
    cross_check();
    fill_in();
    expire();
    outcome_.reading.status = outcome_.violations.empty() ? ReadingStatus::success : ReadingStatus::partial;
    return std::move(outcome_);
  }

 private:
  std::optional<Amount> read(const std::optional<MappedField>& field, Field name) {
    if (!field) return std::nullopt;
    const auto result = amount(find(root_, field->pointer), field->unit);
    if (const auto* good = std::get_if<Amount>(&result)) return *good;
    AmountFault fault = std::get<AmountFault>(result);
    fault.what = field->pointer + ": " + fault.what;
    note(outcome_.violations, name, fault.what);
    if (!fault_) fault_ = std::move(fault);
    return std::nullopt;
  }

  // What contradicts is dropped; what is kept is one number of the meter and not a choice between two.
  void cross_check() {
    if (!allocated_) return;
    const std::int64_t total = allocated_->bytes.count;
    if (used_ && remaining_) {
      const std::int64_t tolerance = 2 * std::max(used_->resolution, remaining_->resolution).count;
      if (std::abs(used_->bytes.count + remaining_->bytes.count - total) <= tolerance) return;
      note(outcome_.violations, Field::meter,
           mapping_.used->pointer + " + " + mapping_.remaining->pointer + " is not " + mapping_.allocated->pointer +
               "; only the first is kept");
      remaining_.reset();
      allocated_.reset();
    } else if (remaining_ && remaining_->bytes.count > total + 2 * remaining_->resolution.count) {
      note(outcome_.violations, Field::meter,
           mapping_.remaining->pointer + " is more than " + mapping_.allocated->pointer + "; only the first is kept");
      allocated_.reset();
    }
  }

  void fill_in() {
    Reading& reading = outcome_.reading;
    if (used_) reading.used = used_->bytes;
    if (remaining_) reading.remaining = remaining_->bytes;
    if (allocated_) reading.allocation = allocated_->bytes;
    reading.resolution = std::max(used_ ? used_->resolution : Bytes{1}, remaining_ ? remaining_->resolution : Bytes{1});
  }

  void expire() {
    if (!mapping_.expires_pointer) return;
    const auto* value = find(root_, *mapping_.expires_pointer);
    const auto expiry = value == nullptr ? std::nullopt : read_expiry(*value, outcome_.reading.time, zone_);
    if (!expiry) {
      note(
          outcome_.violations, Field::expiry,
          *mapping_.expires_pointer + (value == nullptr ? " is missing"
                                                        : " is " + std::string(kind_of(*value)) +
                                                              ", expected is a date, a time, a span such as 27 days or "
                                                              "seconds since 1970"));
      return;
    }
    outcome_.reading.expiry = expiry->time;
    outcome_.reading.expiry_resolution = expiry->resolution;
  }

  const json::value& root_;
  const Mapping& mapping_;
  const date::time_zone* zone_;
  PollOutcome outcome_;
  std::optional<Amount> used_, remaining_, allocated_;
  std::optional<AmountFault> fault_;  // the first
};

}  // namespace

PollOutcome parse_usage(std::string_view body, const Mapping& mapping, Time time, const date::time_zone* zone) {
  const auto parsed = parse_json(body);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) {
    PollOutcome outcome = failed(fault->kind, fault->what, time);
    note(outcome.violations, Field::body, fault->what);
    return outcome;
  }
  return UsageParser(std::get<json::value>(parsed), mapping, time, zone).parse();
}

}  // namespace taara
