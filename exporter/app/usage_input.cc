// SPDX-License-Identifier: Apache-2.0
#include "app/usage_input.h"

#include <algorithm>
#include <array>

#include "core/in_quotes.h"
#include "core/nearest.h"
#include "io/regular_file.h"
#include "io/time_zones.h"

namespace taara {
namespace {

constexpr std::size_t kMostWarnings = 5;
constexpr std::size_t kMostNames = 5;

Result<std::string> read_text(const std::string& path) {
  auto file = RegularFile::open(path, Links::follow);
  if (!file) return file.error();
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() <= kMostUsageBytes) {
    const auto got = file->read(piece);
    if (!got) return got.error();
    text.append(piece.data(), *got);
    if (*got < piece.size()) return text;
  }
  return Error{Errc::invalid, in_quotes(path) + " has more than 64 MiB; give it in parts"};
}

}  // namespace

std::string names_of(const std::vector<UsageSeries>& series) {
  std::string text;
  for (std::size_t i = 0; i < std::min(series.size(), kMostNames); ++i) {
    const bool last = i > 0 && i + 1 == series.size();
    text.append(i == 0 ? "" : last ? " and " : ", ").append(in_quotes(series[i].name));
  }
  if (series.size() > kMostNames) text += " and " + std::to_string(series.size() - kMostNames) + " more";
  return text;
}

std::variant<const date::time_zone*, ExitCode> UsageInput::zone() const {
  const auto* const zone = time_zone_named(arguments.timezone);
  if (zone != nullptr) return zone;
  const auto names = time_zone_names();
  const auto near = nearest(arguments.timezone, names);
  err << "taara_exporter: --timezone: found " << in_quotes(arguments.timezone)
      << (near ? "; did you mean " + std::string(*near) + "?" : "") << (near ? " Allowed" : "; allowed")
      << ": an IANA time zone such as Africa/Nairobi\n";
  return ExitCode::usage;
}

std::variant<bool, ExitCode> UsageInput::wants_json(std::string_view usual) const {
  const std::string_view output = arguments.output ? std::string_view(*arguments.output) : usual;
  if (output == "json" || output == "text") return output == "json";
  err << "taara_exporter: --output: found " << in_quotes(output) << "; allowed: json or text\n";
  return ExitCode::usage;
}

void UsageInput::warn(const std::vector<UsageWarning>& warnings) const {
  for (std::size_t i = 0; i < std::min(warnings.size(), kMostWarnings); ++i)
    err << "taara_exporter: " << arguments.input << ": line " << warnings[i].line << ": " << warnings[i].text << '\n';
  if (warnings.size() > kMostWarnings) {
    const std::size_t more = warnings.size() - kMostWarnings;
    err << "taara_exporter: " << arguments.input << ": and " << more << (more == 1 ? " more row" : " more rows")
        << " like these\n";
  }
}

std::variant<std::vector<UsageSeries>, ExitCode> UsageInput::chosen(UsageFile file) const {
  if (!arguments.series) return std::move(file.series);
  if (!file.named) {
    err << "taara_exporter: --series: " << arguments.input << " has one series without a name; leave it out\n";
    return ExitCode::usage;
  }
  const auto found = std::find_if(file.series.begin(), file.series.end(),
                                  [&](const UsageSeries& series) { return series.name == *arguments.series; });
  if (found == file.series.end()) {
    err << "taara_exporter: --series: " << arguments.input << " has no " << in_quotes(*arguments.series)
        << (file.series.empty() ? "; it is empty" : "; it has " + names_of(file.series)) << '\n';
    return ExitCode::usage;
  }
  return std::vector{std::move(*found)};
}

std::variant<std::vector<UsageSeries>, ExitCode> UsageInput::read(const date::time_zone& zone,
                                                                  std::optional<Time> until) const {
  const auto text = read_text(arguments.input);
  if (!text) {
    err << "taara_exporter: --input: " << text.error().what << '\n';
    return ExitCode::input;
  }
  auto file = read_usage_file(*text, zone, until);
  if (!file) {
    err << "taara_exporter: " << arguments.input << ": " << file.error().what << '\n';
    return ExitCode::input;
  }
  warn(file->warnings);
  return chosen(std::move(*file));
}

}  // namespace taara
