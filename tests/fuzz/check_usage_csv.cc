// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/usage_csv.h"
#include "core/usage_file.h"
#include "fuzz/rules.h"

namespace taara::fuzz {
namespace {

void check_series(const UsageSeries& series, std::optional<Time> until) {
  must(series.begun || series.intervals.empty(), "intervals of a series without rows");
  for (std::size_t i = 0; i < series.intervals.size(); ++i) {
    const UsageInterval& at = series.intervals[i];
    must(at.start < at.end, "an interval that ends before it begins");
    must(!until || at.end <= *until, "an interval that isn't over yet");
    must(i == 0 || series.intervals[i - 1].end <= at.start, "intervals that overlap");
    must(std::isfinite(at.used) && at.used >= 0 && at.used <= static_cast<double>(kMaxPlausible.count),
         "an amount outside 0 to 1000 TB");
  }
}

void check_as_history(std::string_view text, std::optional<Time> until) {
  const auto file = read_usage_file(text, *household().zone, until);
  if (file.has_error()) {
    must(file.error().what.starts_with("line "), "an error that doesn't say where");
    return must_be_words(file.error().what, 1000);
  }
  must(file->named || file->series.size() <= 1, "several series without names");
  for (const UsageSeries& series : file->series) check_series(series, until);
  for (std::size_t i = 0; i < file->warnings.size(); ++i) {
    must_be_words(file->warnings[i].text, 1000);
    must(i == 0 || file->warnings[i - 1].line <= file->warnings[i].line, "warnings out of order");
  }
}

Kept imported(std::string_view text, std::size_t piece) {
  Kept kept;
  UsageCsvReader reader(std::nullopt, {household(), kNow, kept});
  bool wanted = true;
  LineSplitter lines([&](const TextLine& line) {
    if (wanted) wanted = line.fault == LineFault::none && reader.take(line);
  });
  in_pieces(text, piece, [&](std::string_view part) {
    lines.feed(part);
    return true;
  });
  lines.finish();
  reader.finish();
  return kept;
}

}  // namespace

void check_usage_csv(Input input) {
  const std::string_view text = text_of(input);
  check_as_history(text, std::nullopt);
  check_as_history(text, kNow);
  const Kept kept = imported(text, text.size() + 1);
  must_be_sound(kept);
  must(good_rows(kept) == kept.rows, "a row that the store would refuse");
  const Kept in_parts = imported(text, 1 + text.size() % 13);
  must(in_parts.rows == kept.rows && in_parts.problems == kept.problems, "in other pieces it reads as something else");
}

}  // namespace taara::fuzz
