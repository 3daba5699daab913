// SPDX-License-Identifier: Apache-2.0
// Rules that several checks share.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/config_problem.h"
#include "core/history_sink.h"
#include "core/line_source.h"
#include "fuzz/checks.h"

namespace taara::fuzz {

// Throws std::logic_error with `what` where it doesn't hold.
inline void must(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

[[nodiscard]] std::string_view text_of(Input input);

// Words for people: not empty, UTF-8 on one line without control characters, of bounded length.
void must_be_words(std::string_view words, std::size_t most);
// A label's value: nothing that clean_label() would change.
void must_be_label(std::string_view label);
// Problems of a configuration: with words, and at a place of the file.
void must_be_told_well(const std::vector<ConfigProblem>& problems, std::string_view file);
// `secret` is a value of the file under a key that names one: where it is the only place of the canary, no problem says
// it.
void must_be_kept(std::string_view secret, const std::vector<ConfigProblem>& problems, std::string_view file);
// Whatever an answer of the line became.
void must_be_sound(const PollOutcome& outcome);

// Stands in the seeds and dictionaries where a secret or a personal value does. No message may repeat it.
inline constexpr std::string_view kCanary = "Zq7/Canary";

inline constexpr Time kNow{seconds{1'756'029'600}};  // 24 August 2025, 10:00 UTC
[[nodiscard]] const Household& household();          // in Nairobi

// Keeps what a reader of history finds.
struct Kept final : HistorySink {
  struct Row {
    const HistoryTable* table;
    HistoryRow values;
    bool operator==(const Row&) const = default;
  };
  bool household(std::size_t line, std::string_view name) override;
  void row(std::size_t line, const HistoryTable& table, const HistoryRow& row) override;
  void problem(std::size_t line, std::string text) override;

  std::string name;
  std::vector<Row> rows;
  std::vector<std::string> problems;
};
// Problems have words, rows have the columns of their table.
void must_be_sound(const Kept& kept);
// Those that a history may hold, in its order.
[[nodiscard]] std::vector<Kept::Row> good_rows(const Kept& kept);

// Feeds `take` with the text in pieces of so many bytes.
template <class Take>
void in_pieces(std::string_view text, std::size_t bytes, Take take) {
  for (; !text.empty(); text.remove_prefix(std::min(bytes, text.size())))
    if (!take(text.substr(0, bytes))) return;
}

}  // namespace taara::fuzz
