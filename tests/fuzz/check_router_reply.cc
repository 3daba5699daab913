// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "fuzz/rules.h"
#include "io/router_mapping.h"
#include "io/router_reply.h"

namespace taara::fuzz {
namespace {

// As strings with units, as numbers in other places and units, and the default.
const std::array<Mapping, 3>& mappings() {
  static const std::array<Mapping, 3> all{Mapping{},
                                          Mapping{.used = MappedField{"/plan/used", Unit::automatic},
                                                  .remaining = MappedField{"/plan/left", Unit::automatic},
                                                  .allocated = MappedField{"/plan/quota", Unit::automatic},
                                                  .expires_pointer = "/plan/expires"},
                                          Mapping{.used = MappedField{"/usage/data_used_mb", Unit::GiB},
                                                  .remaining = MappedField{"/usage/data_left_mb", Unit::B},
                                                  .allocated = MappedField{"/usage/data_limit_mb", Unit::TB},
                                                  .expires_pointer = "/usage/valid_until"}};
  return all;
}

void check_reading(std::string_view body, const Mapping& mapping, const date::time_zone* zone) {
  const auto outcome = parse_usage(body, mapping, kNow, zone);
  must_be_sound(outcome);
  const Reading& reading = outcome.reading;
  if (reading.status == ReadingStatus::success && reading.used && reading.remaining && reading.allocation) {
    const std::int64_t difference = reading.used->count + reading.remaining->count - reading.allocation->count;
    must(std::abs(difference) <= 2 * reading.resolution.count, "success, and the sum is another");
  }
}

}  // namespace

void check_router_reply(Input input) {
  const std::string_view body = text_of(input);
  const auto* const zone = body.size() % 2 == 0 ? nullptr : household().zone;
  for (const Mapping& mapping : mappings()) check_reading(body, mapping, zone);

  const auto fields = numeric_fields(body);
  must(fields.size() <= kMaxNumericFields, "fields without end");
  for (const NumericField& field : fields) {
    must(std::isfinite(field.number) && (field.pointer.empty() || field.pointer.starts_with('/')),
         "a field without number or place");
    must_be_words(field.shown, 200);
    if (!field.pointer.empty()) must_be_words(field.pointer, body.size() * 2);
    must(field.shown.find(kCanary) == std::string::npos, "a field that shows a text");
  }
  const auto proposed = propose_mapping(body);
  if (!proposed) return;
  const Mapping& mapping = proposed->mapping;
  must(mapping.used || mapping.remaining, "a proposal without any use");
  for (const auto& chosen : {mapping.used, mapping.remaining, mapping.allocated})
    must(!chosen ||
             std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return f.pointer == chosen->pointer; }),
         "a proposed field that isn't there");
  check_reading(body, mapping, zone);
}

}  // namespace taara::fuzz
