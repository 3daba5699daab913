// SPDX-License-Identifier: Apache-2.0
#include "app/command_failure.h"

#include <iostream>
#include <string>

namespace taara {

ExitCode failed(std::string_view what, ExitCode code) {
  std::cerr << "taara_exporter: " << what << '\n';
  return code;
}

ExitCode store_failed(const Error& error, std::string_view deed) {
  switch (error.code) {
    case Errc::busy:
      return failed(error.what + "\nStop the exporter, " + std::string(deed) + ", and start it again.",
                    ExitCode::second_instance);
    case Errc::newer_schema:
      return failed(error.what, ExitCode::newer_data);
    case Errc::not_found:
    case Errc::permission:
      return failed(error.what, ExitCode::state_directory);
    default:
      return failed(error.what, ExitCode::disk);
  }
}

void tell_notice(LogLevel level, std::string_view message, std::string_view detail) {
  if (level != LogLevel::info) std::cerr << "taara_exporter: " << message << ": " << detail << '\n';
}

}  // namespace taara
