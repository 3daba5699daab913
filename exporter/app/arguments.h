// SPDX-License-Identifier: Apache-2.0
// The command line. No secret is ever given here: everybody on the machine can read it.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"

namespace taara {

enum class Command { serve, probe, export_history, import_history, forget, forecast, backtest, setup, credentials };
inline constexpr std::array<std::string_view, 9> kCommandNames{"serve",    "probe",    "export", "import",     "forget",
                                                               "forecast", "backtest", "setup",  "credentials"};

class CommandSet {
 public:
  constexpr CommandSet(std::initializer_list<Command> commands) {
    for (const Command command : commands) bits_ |= bit(command);
  }
  [[nodiscard]] constexpr bool has(Command command) const { return (bits_ & bit(command)) != 0; }
  [[nodiscard]] static constexpr CommandSet all() {
    CommandSet set{};
    for (std::size_t i = 0; i < kCommandNames.size(); ++i) set.bits_ |= bit(static_cast<Command>(i));
    return set;
  }

 private:
  static constexpr unsigned bit(Command command) { return 1U << static_cast<unsigned>(command); }
  unsigned bits_ = 0;
};
inline constexpr CommandSet kAllCommands = CommandSet::all();
// Those that read the configuration.
inline constexpr CommandSet kConfiguredCommands{Command::serve, Command::probe, Command::export_history,
                                                Command::import_history, Command::forget};

// What credentials does.
enum class CredentialsDeed { seal, rotate, check };

// Where a master secret comes from; without any it is asked for.
struct MasterPlace {
  std::optional<std::string> file;
  std::optional<std::string> credential;
};

struct Arguments {
  Command command = Command::serve;
  bool command_given = false;  // decides which help is meant
  bool help = false;           // nothing else is done; wins over version
  bool version = false;
  bool check_config = false;
  std::string config_file = "/etc/taara/taara.yml";
  std::vector<ListenAddress> listen;  // not empty: instead of the file's
  std::string web_config_file;        // empty: none
  bool allow_public = false;          // one of the two ways to say that listening beyond this machine is meant
  std::string standby;                // serve: a folder with a copy of the store; empty: none
  std::optional<LogLevel> log_level;  // instead of the file's
  std::optional<LogFormat> log_format;
  std::optional<std::string> household;  // which one
  std::optional<std::string> format;     // export, import: of the file; each command knows its own
  std::optional<std::string> output;     // export: into this file, else to stdout; forecast, backtest: json or text
  std::optional<std::string> series;     // import, forecast, backtest: which series of several
  std::string file;                      // import: what to read
  bool damaged_files = false;            // forget: databases that were put aside as well
  bool yes = false;                      // forget: don't ask
  std::string input;                     // forecast, backtest: the history to read
  std::optional<std::string> now;        // forecast: a time, by itself or of the zone
  std::string timezone = "Africa/Nairobi";
  std::optional<unsigned> cycle_day;            // 1 to 31
  std::optional<Bytes> allocation = kTerabyte;  // forecast; absent: unlimited
  std::optional<std::string> dir;               // setup: where to write
  std::optional<CredentialsDeed> deed;          // credentials, as all that follows
  std::string sealed_file = "/etc/taara/secrets.sealed";
  std::optional<std::string> name;         // seal: of the secret
  std::optional<std::string> secret_file;  // seal: where the secret is now; else it is asked for
  MasterPlace master;
  MasterPlace new_master;  // rotate
};

// The words after the program's name. The error is a sentence for stderr with what to do; the exit code is usage.
[[nodiscard]] Result<Arguments> parse_arguments(std::span<const char* const> words);

// What --help prints: for a command, or for the whole program.
[[nodiscard]] std::string help_text(std::optional<Command> command);
[[nodiscard]] std::string version_text();

}  // namespace taara
