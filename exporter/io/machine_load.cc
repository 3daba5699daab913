// SPDX-License-Identifier: Apache-2.0
#include "io/machine_load.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace taara {
namespace {

constexpr double kMemoryWaitingPercent = 10;  // a tenth of the time: the machine is busy swapping or reclaiming
constexpr double kProcessorWaitingPercent = 60;
constexpr double kLeastAvailable = 0.05;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

double number_after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return -1;
  text.remove_prefix(at + key.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  double value = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc{} ? value : -1;
}

}  // namespace

double waiting_percent(std::string_view pressure_file) {
  return pressure_file.starts_with("some ") ? number_after(pressure_file, "avg60=") : -1;
}

double available_memory_ratio(std::string_view meminfo) {
  const double total = number_after(meminfo, "MemTotal:");
  const double available = number_after(meminfo, "MemAvailable:");
  return total > 0 && available >= 0 ? available / total : -1;
}

bool machine_under_pressure(const std::string& proc) {
  if (waiting_percent(text_of(proc + "/pressure/memory")) > kMemoryWaitingPercent) return true;
  if (waiting_percent(text_of(proc + "/pressure/cpu")) > kProcessorWaitingPercent) return true;
  const double available = available_memory_ratio(text_of(proc + "/meminfo"));
  return available >= 0 && available < kLeastAvailable;
}

}  // namespace taara
