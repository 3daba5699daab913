// SPDX-License-Identifier: Apache-2.0
// One file on its way into the store: which format it is in, what came in, and what was wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/history_sink.h"
#include "core/result.h"

namespace taara {

enum class ImportFormat { json, csv, usage_csv, vnstat };

[[nodiscard]] std::optional<ImportFormat> import_format_named(std::string_view name);
// By the first bytes of a file; nothing when it is none that we read.
[[nodiscard]] std::optional<ImportFormat> guess_format(std::string_view beginning);

// Takes rows from a reader, checks them, and hands the good ones on.
class HistoryImport final : public HistorySink {
 public:
  static constexpr std::size_t kProblemsTold = 20;

  // True: the row is new; false: one like it is stored already.
  using Add = std::function<Result<bool>(const HistoryTable&, const HistoryRow&)>;

  // `may_be_another`: the file's own name for the household doesn't matter, somebody said where it goes.
  HistoryImport(const Household& household, bool may_be_another, Time now, Add add)
      : household_(household), may_be_another_(may_be_another), check_(now), add_(std::move(add)) {}

  [[nodiscard]] bool household(std::size_t line, std::string_view name) override;
  void row(std::size_t line, const HistoryTable& table, const HistoryRow& row) override;
  void problem(std::size_t line, std::string text) override;

  [[nodiscard]] bool good() const { return problems_count_ == 0 && !failure_; }
  [[nodiscard]] std::size_t rows() const;
  // The store failed, not the file.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  void tell_problems(std::string_view file, std::ostream& out) const;
  void tell_rows(std::ostream& out) const;

 private:
  struct Count {
    std::int64_t rows = 0;
    std::int64_t added = 0;
    HistoryValue first, last;  // keys
  };

  const Household& household_;
  bool may_be_another_;
  HistoryCheck check_;
  Add add_;
  std::map<std::string_view, Count> counts_;
  std::vector<std::string> problems_;  // the first few
  std::size_t problems_count_ = 0;
  std::optional<Error> failure_;
};

// Reads a whole file into the sink; what is worth saying besides comes back as sentences. An error: the file can't be
// read at all.
struct ImportFile {
  std::string path;
  std::optional<std::string> format;  // as given; else the content tells
  std::optional<std::string> series;
};
[[nodiscard]] Result<std::vector<std::string>> read_history_file(const ImportFile& file, const Household& household,
                                                                 Time now, HistorySink& sink);

}  // namespace taara
