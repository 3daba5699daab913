// SPDX-License-Identifier: Apache-2.0
#include "fuzz/rules.h"
#include "io/history_json.h"

namespace taara::fuzz {
namespace {

Kept read(std::string_view text, std::size_t piece) {
  Kept kept;
  HistoryJsonReader reader(kept);
  bool wanted = true;
  in_pieces(text, piece, [&](std::string_view part) { return wanted = reader.feed(part); });
  if (wanted) reader.finish();
  return kept;
}

std::string written(const std::string& name, const std::vector<Kept::Row>& rows) {
  std::string text;
  HistoryJsonWriter writer(name, [&](std::string_view piece) { text += piece; });
  const HistoryTable* table = nullptr;
  for (const Kept::Row& row : rows) {
    if (row.table != table) writer.table(*(table = row.table));
    writer.row(row.values);
  }
  writer.finish();
  return text;
}

}  // namespace

void check_history_json(Input input) {
  const std::string_view text = text_of(input);
  const Kept kept = read(text, text.size() + 1);
  must_be_sound(kept);
  const Kept in_parts = read(text, 1 + text.size() % 13);
  // Of two faults of one name either may be seen first.
  must(in_parts.rows == kept.rows && in_parts.problems.empty() == kept.problems.empty(),
       "in other pieces it is another");

  const auto good = good_rows(kept);
  if (good.empty()) return;
  const Kept again = read(written(kept.name, good), std::size_t{1} << 16);
  must(again.problems.empty() && again.name == kept.name && again.rows == good, "written and read again it is another");
}

}  // namespace taara::fuzz
