// SPDX-License-Identifier: Apache-2.0
#include "app/export_command.h"

#include <algorithm>
#include <iostream>

#include "app/chosen_household.h"
#include "app/command_failure.h"
#include "core/history_csv.h"
#include "core/history_openmetrics.h"
#include "io/history_json.h"
#include "io/output_file.h"
#include "io/store_history.h"
#include "io/system_clock.h"

namespace taara {
namespace {

constexpr std::chrono::minutes kSlowestPace{35};  // a value is held as long between polls that back off

// What can go wrong while rows flow from the store into the file.
struct Flow {
  StoreHistory& store;
  const Household& household;
  OutputFile& out;
  Result<void> written = {};

  bool write(std::string_view text) {
    if (written) written = out.write(text);
    return written.has_value();
  }
  [[nodiscard]] Result<void> ended(const Result<void>& read) const { return written ? read : written; }
};

Result<void> write_json(Flow& flow) {
  HistoryJsonWriter writer(flow.household.name, [&](std::string_view text) { (void)flow.write(text); });
  for (const HistoryTable& table : history_tables()) {
    writer.table(table);
    auto read = flow.store.rows(flow.household.name, table, [&](const HistoryRow& row) {
      writer.row(row);
      return flow.written.has_value();
    });
    if (!read || !flow.written) return flow.ended(read);
  }
  writer.finish();
  return flow.written;
}

Result<void> write_csv(Flow& flow) {
  flow.write(history_csv_header() + "\n");
  for (const HistoryTable& table : history_tables()) {
    if (!is_in_csv(table)) continue;
    auto read = flow.store.rows(flow.household.name, table, [&](const HistoryRow& row) {
      return flow.write(history_csv_row(flow.household.name, *flow.household.zone, table, row) + "\n");
    });
    if (!read || !flow.written) return flow.ended(read);
  }
  return flow.written;
}

Result<void> write_openmetrics(Flow& flow, seconds interval, Time now) {
  const auto book = flow.store.book(flow.household.name);
  if (!book) return book.error();
  HistoryEnd end{now, std::max<seconds>(kSlowestPace, 2 * interval), {}};
  if (*book) end.usage_total = (*book)->usage_total;
  Exposition page(PageFormat::open_metrics, [&](std::string_view text) { return flow.write(text); });
  const StoredReadings readings = [&](const std::function<bool(const StoredReading&)>& visit) {
    return flow.store.readings(flow.household.name, visit);
  };
  return flow.ended(write_history(flow.household, readings, end, page));
}

ExitCode code_of_store(Errc code) {
  return code == Errc::not_found ? ExitCode::state_directory
         : code == Errc::invalid ? ExitCode::disk
                                 : exit_code_for(code);
}

ExitCode write_all(const Arguments& arguments, const Config& config, const Household& household, Time now) {
  auto store = StoreHistory::open(config.store.path);
  if (!store) return failed(store.error().what, code_of_store(store.error().code));
  const auto known = store->households();
  if (!known) return failed(known.error().what, code_of_store(known.error().code));
  if (std::find(known->begin(), known->end(), household.name) == known->end())
    std::cerr << "taara_exporter: nothing is stored about " << household.name << " yet; the export is empty\n";

  auto out = arguments.output ? OutputFile::create(*arguments.output) : Result<OutputFile>(OutputFile::to_stdout());
  if (!out) return failed(out.error().what, ExitCode::disk);
  Flow flow{*store, household, *out};
  auto done = *arguments.format == "json"  ? write_json(flow)
              : *arguments.format == "csv" ? write_csv(flow)
                                           : write_openmetrics(flow, config.polling.interval, now);
  if (!done) return failed(done.error().what, flow.written ? code_of_store(done.error().code) : ExitCode::disk);
  if (done = out->finish(); !done) return failed(done.error().what, ExitCode::disk);
  return ExitCode::ok;
}

}  // namespace

ExitCode export_command(const Arguments& arguments) {
  if (!arguments.format ||
      (*arguments.format != "json" && *arguments.format != "csv" && *arguments.format != "openmetrics")) {
    return failed("say --format json, csv or openmetrics; see taara_exporter export --help", ExitCode::usage);
  }
  const auto loaded = configured(arguments, SecretsAre::not_needed, std::cerr);
  if (const auto* const code = std::get_if<ExitCode>(&loaded)) return *code;
  const Config& config = std::get<Config>(loaded);
  const Household* const household = chosen_household(config, arguments.household, std::cerr);
  if (household == nullptr) return ExitCode::usage;
  return write_all(arguments, config, *household, SystemClock().wall());
}

}  // namespace taara
