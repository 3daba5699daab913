// SPDX-License-Identifier: Apache-2.0
// What --help prints. Written by hand, for people; a test sees that no option, file or exit code is missing.
#include <array>

#include "app/arguments.h"
#include "app/exit_code.h"

namespace taara {
namespace {

constexpr std::string_view kOverview = R"(taara_exporter - watches capped internet lines for Prometheus

It reads the meter of each line every 10 minutes, remembers every reading, and serves what that
means on http://127.0.0.1:10077/metrics: what is left, today's budget, how the month is going.

Usage:
  taara_exporter setup [--dir DIR]                     a first configuration, asked step by step
  taara_exporter [serve] [options]                     run until stopped
  taara_exporter probe [--household NAME] [options]    one login and one reading, step by step
  taara_exporter export --format FORMAT [options]      all of a household's history, as a file
  taara_exporter import FILE [options]                 history from such a file, from vnStat or CSV
  taara_exporter forget --household NAME [options]     erase all that is stored about a household
  taara_exporter forecast --input FILE.csv [options]   where a cycle will end, from a history alone
  taara_exporter backtest --input FILE.csv [options]   how good such forecasts would have been
  taara_exporter credentials seal|rotate|check         passcodes encrypted in one file

First steps:
  1. Answer a few questions; it writes /etc/taara/taara.yml and tries the line:
                                          taara_exporter setup
     Or copy docs/operator/taara.example.yml there and fill it in, the passcode in its own file.
  2. See that the file is right:          taara_exporter --config.check
  3. See that the line answers:           taara_exporter probe
  4. Run it, and look at the first page:  taara_exporter &  curl -s http://127.0.0.1:10077/metrics
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

constexpr std::string_view kExport =
    R"(taara_exporter export - everything stored about a household, as a file

  json         lossless; import it into an empty store on another machine, and all goes on there
  csv          for people and spreadsheets: one row per reading, hour, day and cycle
  openmetrics  for a Prometheus that lost its history: promtool makes blocks of it

It works beside a running exporter. docs/operator/history.md explains each format and the refill.

Usage:
  taara_exporter export [--household NAME] --format json|csv|openmetrics [--output FILE] [options]
)";

constexpr std::string_view kImport = R"(taara_exporter import - history from a file

It reads what export wrote (json, csv), vnStat 2 (vnstat --json), and plain CSV of use per hour or
day with the header timestamp,bytes or series,timestamp,bytes. It takes the whole file or nothing;
everything that is wrong is told by line. What is stored already is never overwritten, so importing
twice changes nothing. Stop the exporter first.

Usage:
  taara_exporter import FILE [--household NAME] [options]
)";

constexpr std::string_view kForget = R"(taara_exporter forget - erase everything stored about a household

Readings, raw answers, hours, days, cycles and the account: all of it, and nothing of it stays in
the database files. It asks first. It also works for a name that is no longer in the configuration.
Stop the exporter first.

Usage:
  taara_exporter forget --household NAME [options]
)";

constexpr std::string_view kForecast =
    R"(taara_exporter forecast - what the cycle will end at, from a history alone

The file has the header timestamp,bytes or series,timestamp,bytes and a row per interval: where it
begins (UTC epoch seconds) and what was used in it. Hours, days and other even steps are told by
the rows themselves; a missing row means unknown. Only rows that are over at --now are read. The
answer is what is used, where the cycle will end (p10, p50, p90: one time in ten it is less than
p10), how probable it is to cross the allocation, when the data would be gone, and how large a
download still fits. What can't be known is null.

Usage:
  taara_exporter forecast --input FILE.csv [options]
)";

constexpr std::string_view kBacktest =
    R"(taara_exporter backtest - how good the forecasts of a history's cycles would have been

It rolls through the history (a file as for forecast). After 1, 2, 3, 5, 7, 10, 15, 20 and 25 days
of each cycle it forecasts the end from the days before alone, and compares with what came, beside
the plain methods: the cycle's mean so far, means of 7 and 28 days, Prometheus' predict_linear.
These get bands from their own errors. Cycles with an unknown day are left out; several series are
pooled.

Usage:
  taara_exporter backtest --input FILE.csv [options]
)";

constexpr std::string_view kSetup = R"(taara_exporter setup - a first configuration, asked step by step

It asks for one household's line, plan, alerts and messages, and says what each is for. Passcodes
and passwords are typed unseen. It tries the line (as probe does), sends one test message if you
like, and writes taara.yml, owner.yml (for alertmanager/configure) and a file for each secret, with
modes and owners as the exporter wants them. What is there already is replaced only when you say
so, and stays beside the new one. Leave with quit, Ctrl-D or Ctrl-C: the answers, not the secrets,
are kept, and the next setup goes on there. It needs a terminal. It ends with 0 when the files are
written, with 1 when it was left, and with 128 and the signal's number after a signal (130: Ctrl-C).

Usage:
  taara_exporter setup [--dir DIR]
)";

constexpr std::string_view kSetupOptions = R"(
  --dir=DIR                    where to write [/etc/taara as root, else ~/.config/taara]
                                 taara_exporter setup --dir=./taara
)";
constexpr std::string_view kCredentials =
    R"(taara_exporter credentials - passcodes and passwords encrypted in one file

  seal    puts a secret into the sealed file, or replaces it there; makes the file if need be
  rotate  seals the file with a new master secret; the secrets in it stay the same
  check   says whether it opens, what it holds and how old that is; never the secrets

A sealed file can be backed up and copied: without the master secret it is of no use. The master
secret comes from a file, from systemd (LoadCredential=, LoadCredentialEncrypted=), or is asked for;
so is the secret to be sealed. In the configuration:

  sealed: {file: /etc/taara/secrets.sealed, master_file: /etc/taara/master}
  households: ... account: {passcode_sealed: home.passcode ...}

A running exporter takes a changed file by itself. Whenever this is interrupted, the old or the new
file is whole. docs/security/sealed-secrets.md goes through it step by step.

Usage:
  taara_exporter credentials seal --name NAME [--secret-file FILE] [options]
  taara_exporter credentials rotate [options]
  taara_exporter credentials check [options]
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
constexpr std::string_view kWebAccess =
    R"(  --web.config.file=FILE       TLS, users and headers of the pages, in the format that Prometheus
                               exporters share; read again when it changes; --config.check looks at
                               it, too
                                 taara_exporter --web.config.file=/etc/taara/web.yml
  --web.allow-public           together with web: {allow_public: true} in the configuration: listen
                               beyond this machine without TLS and passwords
                                 taara_exporter --web.allow-public
)";
constexpr std::string_view kStandby =
    R"(  --standby=DIR                try a new version beside the old one: serve from a copy of the
                               store in DIR and never ask a line; system/health says of each line's
                               newest kept answer whether this version can still read it
                                 taara_exporter serve --standby=/var/lib/taara-standby
                                   --web.listen-address=127.0.0.1:10078
)";
constexpr std::string_view kHousehold =
    R"(  --household=NAME             which household; needed where the configuration has several
                                 taara_exporter probe --household=cottage
)";
constexpr std::string_view kFormatOut =
    R"(  --format=FORMAT              json, csv or openmetrics
                                 taara_exporter export --household=home --format=csv
)";
constexpr std::string_view kOutput =
    R"(  --output=FILE                write there (mode 0600, whole or not at all) instead of to stdout
                                 taara_exporter export --format=json --output=home.json
)";
constexpr std::string_view kFormatIn =
    R"(  --format=FORMAT              json, csv, vnstat or usage-csv; without it the content tells
                                 taara_exporter import home.json --format=json
)";
constexpr std::string_view kSeries =
    R"(  --series=NAME                which one, where the file has several series or interfaces
                                 taara_exporter import vnstat.json --household=home --series=eth0
)";
constexpr std::string_view kForgetOptions =
    R"(  --household=NAME             whom to forget
                                 taara_exporter forget --household=cottage
  --damaged-files              also delete the damaged databases that were put aside
                                 taara_exporter forget --household=cottage --damaged-files
  --yes                        don't ask
                                 taara_exporter forget --household=cottage --yes
)";
constexpr std::string_view kInput = R"(
  --input=FILE                 the history, at most 64 MiB
                                 taara_exporter forecast --input=home.csv
)";
constexpr std::string_view kForecastOptions =
    R"(  --now=TIME                   when it is: ISO 8601 (in --timezone where it names no zone) or epoch
                               seconds [the end of the last row]
                                 taara_exporter forecast --input=h.csv --now=2025-10-20T18:00+03:00
  --allocation=SIZE            what a cycle has: 1 TB, 1000 GB, 1 TiB ..., or unlimited [1 TB]
                                 taara_exporter forecast --input=home.csv --allocation=1TiB
  --cycle-day=N                the day of the month on which a cycle begins; 31 is the last [1]
                                 taara_exporter forecast --input=home.csv --cycle-day=15
  --output=FORMAT              json, or text for people [json]
                                 taara_exporter forecast --input=home.csv --output=text
)";
constexpr std::string_view kBacktestOptions =
    R"(  --cycle-day=N                monthly cycles from this day; without it cycles of 30 days, one from
                               every day
                                 taara_exporter backtest --input=home.csv --cycle-day=1
  --output=FORMAT              text for people, or json [text]
                                 taara_exporter backtest --input=home.csv --output=json
)";
constexpr std::string_view kHistoryOptions =
    R"(  --timezone=ZONE              where its days begin [Africa/Nairobi]
                                 taara_exporter backtest --input=home.csv --timezone=Asia/Jakarta
  --series=NAME                which one, where the file has several series
                                 taara_exporter forecast --input=homes.csv --series=home_a
)";
constexpr std::string_view kCredentialsOptions =
    R"(
  --sealed-file=FILE           the sealed file [/etc/taara/secrets.sealed]
                                 taara_exporter credentials check --sealed-file=./secrets.sealed
  --name=NAME                  seal: what the secret is called in the configuration
                                 taara_exporter credentials seal --name=home.passcode
  --secret-file=FILE           seal: where the secret is now (mode 0600); without it you are asked
                                 taara_exporter credentials seal --name=home.passcode
                                   --secret-file=/etc/taara/home.passcode
  --master-file=FILE           the master secret, alone in a file (mode 0600); without it and the
                               next one you are asked
                                 taara_exporter credentials check --master-file=/etc/taara/master
  --master-credential=NAME     the master secret, a credential that systemd passes
                                 taara_exporter credentials check --master-credential=taara-master
  --new-master-file=FILE, --new-master-credential=NAME
                               rotate: the same for the new master secret
                                 taara_exporter credentials rotate --master-file=/etc/taara/master
                                   --new-master-file=/etc/taara/master.new
)";
constexpr std::string_view kLog = R"(  --log.level=LEVEL            debug, info, warn or error [info]
                                 taara_exporter --log.level=debug
  --log.format=FORMAT          logfmt or json [logfmt]
                                 taara_exporter --log.format=json
)";
constexpr std::string_view kRest = R"(  --version                    print the version, and end
                                 taara_exporter --version
  --help, -h                   print this, and end; after a command: about that command
                                 taara_exporter probe --help

No option takes a secret: others on the machine can read a command line. Secrets come from files.
)";

constexpr std::string_view kFiles = R"(
Files:
  /etc/taara/taara.yml         the configuration; it may not be writable for everybody
  passcode_file, password_file one secret each, as named in the configuration; mode 0600
  /etc/taara/secrets.sealed    several secrets, encrypted (sealed.file says where); mode 0600
  /etc/taara/web.yml           --web.config.file, if you like: docs/operator/web-access.md
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
  using enum Command;
  struct Part {
    CommandSet commands;
    bool overview;  // also part of the program's own help
    std::string_view text;
  };
  static constexpr std::array kTitles{kServe,    kProbe,    kExport, kImport,     kForget,
                                      kForecast, kBacktest, kSetup,  kCredentials};  // in the order of Command
  static constexpr std::array kParts{
      Part{kConfiguredCommands, true, kConfigFile},
      Part{{serve}, true, kConfigCheck},
      Part{{serve}, true, kListen},
      Part{{serve}, true, kWebAccess},
      Part{{serve}, true, kStandby},
      Part{{probe, export_history, import_history}, true, kHousehold},
      Part{{export_history}, false, kFormatOut},
      Part{{export_history}, false, kOutput},
      Part{{import_history}, false, kFormatIn},
      Part{{import_history}, false, kSeries},
      Part{{forget}, false, kForgetOptions},
      Part{{forecast, backtest}, false, kInput},
      Part{{forecast}, false, kForecastOptions},
      Part{{backtest}, false, kBacktestOptions},
      Part{{forecast, backtest}, false, kHistoryOptions},
      Part{{setup}, false, kSetupOptions},
      Part{{credentials}, false, kCredentialsOptions},
      Part{{serve, probe}, true, kLog},
      Part{kAllCommands, true, kRest},
  };
  std::string text(command ? kTitles.at(static_cast<std::size_t>(*command)) : kOverview);
  text += "\nOptions:";
  for (const Part& part : kParts)
    if (command ? part.commands.has(*command) : part.overview) text += part.text;
  if (!command || kConfiguredCommands.has(*command)) text += kFiles;
  return text + exit_codes() + std::string(kDocs);
}

}  // namespace taara
