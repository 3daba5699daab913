// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <algorithm>
#include <array>

namespace taara {
namespace {

constexpr std::array<ExitMeaning, 12> kMeanings{{
    {ExitCode::ok, "stopped cleanly, or all was well"},
    {ExitCode::config_check_failed, "--config.check found something wrong"},
    {ExitCode::usage, "the command line is wrong"},
    {ExitCode::newer_data, "the store is of a newer version (left as it is), or a history has a wrong row"},
    {ExitCode::input, "a file to be read is missing, closed to us, or wrong; each fault is told"},
    {ExitCode::port, "the web address can't be used: busy, or not allowed"},
    {ExitCode::os, "the system refuses a thread or a file descriptor"},
    {ExitCode::state_directory, "the store's directory can't be made or used"},
    {ExitCode::disk, "the store can't be read or written, and that can't be mended"},
    {ExitCode::second_instance, "another exporter uses this store"},
    {ExitCode::permission, "the file or a secret is missing, closed to us, or open to others"},
    {ExitCode::config, "the configuration is wrong"},
}};

}  // namespace

std::span<const ExitMeaning> exit_meanings() { return kMeanings; }

ExitCode exit_code_for(Errc code) {
  switch (code) {
    case Errc::invalid:
    case Errc::not_found:
      return ExitCode::config;
    case Errc::permission:
      return ExitCode::permission;
    case Errc::io:
    case Errc::corrupt:
      return ExitCode::disk;
    case Errc::newer_schema:
      return ExitCode::newer_data;
    case Errc::busy:
      return ExitCode::second_instance;
  }
  return ExitCode::config;
}

ExitCode exit_code_for(const std::vector<ConfigProblem>& problems) {
  if (problems.empty()) return ExitCode::ok;
  const bool only_permission = std::all_of(
      problems.begin(), problems.end(), [](const auto& problem) { return problem.fault == ConfigFault::permission; });
  return only_permission ? ExitCode::permission : ExitCode::config;
}

}  // namespace taara
