// SPDX-License-Identifier: Apache-2.0
// The input as it is, and with an export's header put in front: few mutations get past that otherwise.
#include "core/history_csv.h"
#include "fuzz/rules.h"

namespace taara::fuzz {
namespace {

Kept read(std::string_view text, std::size_t piece) {
  Kept kept;
  HistoryCsvReader reader(*household().zone, kept);
  bool wanted = true;
  LineSplitter lines([&](const TextLine& line) {
    if (wanted && line.fault == LineFault::none) wanted = reader.take(line);
  });
  in_pieces(text, piece, [&](std::string_view part) {
    lines.feed(part);
    return true;
  });
  lines.finish();
  return kept;
}

void check(std::string_view text) {
  const Kept kept = read(text, text.size() + 1);
  must_be_sound(kept);
  const Kept in_parts = read(text, 1 + text.size() % 13);
  must(in_parts.rows == kept.rows && in_parts.problems == kept.problems, "in other pieces it reads as something else");

  const auto good = good_rows(kept);
  if (good.empty()) return;
  std::string written = history_csv_header() + "\n";
  for (const Kept::Row& row : good)
    written += history_csv_row(kept.name, *household().zone, *row.table, row.values) + "\n";
  const Kept again = read(written, written.size());
  must(again.problems.empty() && again.name == kept.name && again.rows == good, "written and read again it is another");
}

}  // namespace

void check_history_csv(Input input) {
  check(text_of(input));
  check(history_csv_header() + "\n" + std::string(text_of(input)));
}

}  // namespace taara::fuzz
