// SPDX-License-Identifier: Apache-2.0
#include "fuzz/rules.h"
#include "io/vnstat_json.h"

namespace taara::fuzz {
namespace {

Kept read(std::string_view text, const std::optional<std::string>& interface) {
  Kept kept;
  for (const std::string& note : read_vnstat(text, interface, {household(), kNow, kept})) must_be_words(note, 1000);
  must_be_sound(kept);
  for (const Kept::Row& row : kept.rows) {
    const HistoryValue& used = row.values[column_of(*row.table, "used")];
    const HistoryValue& starts = row.values[column_of(*row.table, "starts")];
    must(std::get<std::int64_t>(used) >= 0 && std::get<std::int64_t>(used) <= 4 * kMaxPlausible.count,
         "an amount outside its range");
    must(std::get<std::int64_t>(starts) >= 0 && Time{seconds{std::get<std::int64_t>(starts)}} < kNow,
         "use at a time that is still to come");
  }
  return kept;
}

}  // namespace

void check_vnstat_json(Input input) {
  const std::string_view text = text_of(input);
  const Kept only = read(text, std::nullopt);
  const Kept chosen = read(text, "eth0");
  if (!only.rows.empty() && !chosen.rows.empty())
    must(only.rows == chosen.rows, "the only interface is another than the one of its name");
}

}  // namespace taara::fuzz
