// SPDX-License-Identifier: Apache-2.0
// What --help prints. Written by hand, for people; a test sees that no option, file or exit code is missing.
#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {
namespace {

constexpr std::string_view kOverview = R"(taara_exporter - watches capped internet lines for Prometheus

It reads the meter of each line every 10 minutes, remembers every reading, and serves what that
means on http://127.0.0.1:10077/metrics: what is left, today's budget, how the month is going.

Usage:
  taara_exporter [serve] [options]                     run until stopped
  taara_exporter probe [--household NAME] [options]    one login and one reading, step by step

First steps:
  1. Copy docs/operator/taara.example.yml to /etc/taara/taara.yml and fill in your line.
  2. Write its passcode into the file named there; only its owner may read it:
       install -m 0600 /dev/null /etc/taara/home.passcode && editor /etc/taara/home.passcode
  3. See that the file is right:          taara_exporter --config.check
  4. See that the line answers:           taara_exporter probe
  5. Run it, and look at the first page:  taara_exporter &  curl -s http://127.0.0.1:10077/metrics
)";

constexpr std::string_view kServe = R"(taara_exporter serve - run until stopped (the default command)

It polls each household at its pace and serves /metrics. SIGTERM or Ctrl-C stops it within a second.
SIGHUP reloads the configuration: a good file is taken, a wrong one is reported and changes nothing.

Usage:
  taara_exporter [serve] [options]
)";

constexpr std::string_view kProbe =
    R"(taara_exporter probe - one login and one reading, step by step, without storing it

It shows what the line answers, which fields could be the meter (for source router it proposes a
mapping), and the reading that would result. It ends with 0 only if that reading is usable. It asks
the line for real, so use it as gently as a login by hand.

Usage:
  taara_exporter probe [--household NAME] [options]
)";

constexpr std::string_view kConfigFile = R"(
  --config.file=FILE           the configuration [/etc/taara/taara.yml]
                                 taara_exporter --config.file=./taara.yml
)";
constexpr std::string_view kConfigCheck =
    R"(  --config.check               say all that is wrong with the configuration, and end: 0 when it is
                               good, 2 when not; secrets are looked at, nothing is sent
                                 taara_exporter --config.file=./taara.yml --config.check
)";
constexpr std::string_view kListen =
    R"(  --web.listen-address=ADDRESS where to serve, instead of the configuration's; may be repeated;
                               port 0 takes a free one and logs it [127.0.0.1:10077]
                                 taara_exporter --web.listen-address=127.0.0.1:0
)";
constexpr std::string_view kHousehold =
    R"(  --household=NAME             (probe) which household; needed where the configuration has several
                                 taara_exporter probe --household=cottage
)";
constexpr std::string_view kLogAndRest = R"(  --log.level=LEVEL            debug, info, warn or error [info]
                                 taara_exporter --log.level=debug
  --log.format=FORMAT          logfmt or json [logfmt]
                                 taara_exporter --log.format=json
  --version                    print the version, and end
                                 taara_exporter --version
  --help, -h                   print this, and end; after a command: about that command
                                 taara_exporter probe --help

No option takes a secret: others on the machine can read a command line. Secrets come from files.
)";

constexpr std::string_view kFiles = R"(
Files:
  /etc/taara/taara.yml         the configuration; it may not be writable for everybody
  passcode_file, password_file one secret each, as named in the configuration; mode 0600
  /var/lib/taara/taara.db      every reading (store.path says where)
)";

constexpr std::string_view kDocs = R"(
Documents are in docs/ beside the source: docs/operator/taara.example.yml explains every setting,
docs/metrics.md every metric.
)";

std::string exit_codes() {
  std::string text = "\nExit codes:\n";
  for (const auto& [code, meaning] : exit_meanings()) {
    const std::string number = std::to_string(static_cast<int>(code));
    text += "  " + number + std::string(4 - number.size(), ' ') + std::string(meaning) + "\n";
  }
  return text;
}

}  // namespace

std::string help_text(std::optional<Command> command) {
  std::string text(!command ? kOverview : *command == Command::serve ? kServe : kProbe);
  text += "\nOptions:";
  text += kConfigFile;
  if (command != Command::probe) {
    text += kConfigCheck;
    text += kListen;
  }
  if (command != Command::serve) text += kHousehold;
  text += kLogAndRest;
  text += kFiles;
  return text + exit_codes() + std::string(kDocs);
}

}  // namespace taara
