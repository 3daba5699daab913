// SPDX-License-Identifier: Apache-2.0
#include "app/arguments.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "app/exit_code.h"

namespace taara {
namespace {

Result<Arguments> parsed(std::initializer_list<const char*> words) {
  return parse_arguments(std::span<const char* const>(words.begin(), words.size()));
}

std::string said(std::initializer_list<const char*> words) {
  const auto arguments = parsed(words);
  return arguments.has_error() ? arguments.error().what : "taken";
}

TEST(Arguments, WithoutAnyItServesWithTheDefaults) {
  const auto arguments = parsed({});
  ASSERT_TRUE(arguments.has_value());
  EXPECT_EQ(arguments->command, Command::serve);
  EXPECT_FALSE(arguments->command_given);
  EXPECT_EQ(arguments->config_file, "/etc/taara/taara.yml");
  EXPECT_TRUE(arguments->listen.empty());
  EXPECT_FALSE(arguments->log_level);
  EXPECT_FALSE(arguments->log_format);
  EXPECT_FALSE(arguments->check_config);
}

TEST(Arguments, TakesEveryOptionInBothForms) {
  const auto serve =
      parsed({"serve", "--config.file=a=b.yml", "--config.check", "--web.listen-address", "127.0.0.1:0",
              "--web.listen-address=[::1]:9100", "--standby=copy", "--log.level=debug", "--log.format", "json"});
  ASSERT_TRUE(serve.has_value()) << serve.error().what;
  EXPECT_TRUE(serve->command_given);
  EXPECT_EQ(serve->config_file, "a=b.yml");
  EXPECT_TRUE(serve->check_config);
  EXPECT_EQ(serve->listen, (std::vector<ListenAddress>{{"127.0.0.1", 0}, {"::1", 9100}}));
  EXPECT_EQ(serve->standby, "copy");
  EXPECT_EQ(serve->log_level, LogLevel::debug);
  EXPECT_EQ(serve->log_format, LogFormat::json);

  const auto probe = parsed({"--household=cottage", "probe", "--config.file", "x.yml"});
  ASSERT_TRUE(probe.has_value()) << probe.error().what;
  EXPECT_EQ(probe->command, Command::probe);
  EXPECT_EQ(probe->household, "cottage");
}

TEST(Arguments, TheCommandsForHistoryTakeTheirOptions) {
  const auto out = parsed({"export", "--household=home", "--format", "csv", "--output=home.csv"});
  ASSERT_TRUE(out.has_value()) << out.error().what;
  EXPECT_EQ(out->command, Command::export_history);
  EXPECT_EQ(out->format, "csv");
  EXPECT_EQ(out->output, "home.csv");

  const auto in = parsed({"import", "home.json", "--household=home", "--format=json", "--series=eth0"});
  ASSERT_TRUE(in.has_value()) << in.error().what;
  EXPECT_EQ(in->command, Command::import_history);
  EXPECT_EQ(in->file, "home.json");
  EXPECT_EQ(in->series, "eth0");
  EXPECT_EQ(said({"import"}), "import needs the file to read, as its first word; see taara_exporter --help");
  EXPECT_EQ(said({"import", "a", "b"}), "one file at a time is enough, but \"b\" follows; see taara_exporter --help");
  EXPECT_TRUE(parsed({"import", "--help"})->help);

  const auto gone = parsed({"forget", "--household=home", "--yes", "--damaged-files"});
  ASSERT_TRUE(gone.has_value()) << gone.error().what;
  EXPECT_TRUE(gone->yes);
  EXPECT_TRUE(gone->damaged_files);
  EXPECT_EQ(said({"export", "--yes"}), "--yes belongs to the command forget; see taara_exporter --help");
  EXPECT_EQ(said({"forgt"}), "unknown command \"forgt\"; did you mean forget? See taara_exporter --help");
}

TEST(Arguments, SetupTakesItsFolderAndNoConfiguration) {
  const auto setup = parsed({"setup", "--dir=/srv/taara"});
  ASSERT_TRUE(setup.has_value()) << setup.error().what;
  EXPECT_EQ(setup->command, Command::setup);
  EXPECT_EQ(setup->dir, "/srv/taara");
  EXPECT_FALSE(parsed({"setup"})->dir);
  EXPECT_EQ(said({"probe", "--dir=x"}), "--dir belongs to the command setup; see taara_exporter --help");
  EXPECT_NE(said({"setup", "--config.file=x"}), "taken");
}

TEST(Arguments, ForecastAndBacktestTakeTheirOptions) {
  const auto forecast =
      parsed({"forecast", "--input=h.csv", "--now", "2025-10-20T18:00:00+03:00", "--timezone=Asia/Jakarta",
              "--cycle-day=31", "--allocation", "1 TiB", "--series=home_a", "--output", "json"});
  ASSERT_TRUE(forecast.has_value()) << forecast.error().what;
  EXPECT_EQ(forecast->command, Command::forecast);
  EXPECT_EQ(forecast->input, "h.csv");
  EXPECT_EQ(forecast->now, "2025-10-20T18:00:00+03:00");
  EXPECT_EQ(forecast->timezone, "Asia/Jakarta");
  EXPECT_EQ(forecast->cycle_day, 31U);
  EXPECT_EQ(forecast->allocation, Bytes{1'099'511'627'776});
  EXPECT_EQ(forecast->series, "home_a");
  EXPECT_EQ(forecast->output, "json");
  EXPECT_EQ(parsed({"forecast", "--input=h.csv"})->allocation, kTerabyte);
  EXPECT_FALSE(parsed({"forecast", "--input=h.csv", "--allocation=unlimited"})->allocation);
  EXPECT_EQ(parsed({"backtest", "--input=h.csv"})->cycle_day, std::nullopt);
  EXPECT_EQ(said({"backtest"}), "backtest needs the history to read: --input=FILE.csv; see taara_exporter --help");
  EXPECT_EQ(said({"forecast", "h.csv"}), "one command is enough, but \"h.csv\" follows; see taara_exporter --help");
  EXPECT_EQ(said({"backtest", "--now=1"}), "--now belongs to the command forecast; see taara_exporter --help");
  EXPECT_EQ(said({"forecast", "--config.file=x"}).find("--config.file belongs to the command serve, probe"), 0U);
  for (const auto* day : {"0", "32", "1.5", "first", "+1", "99999999999"})
    EXPECT_NE(said({"forecast", "--input=h.csv", "--cycle-day", day}), "taken") << day;
  for (const auto* size : {"0 GB", "1", "1,5 TB", "endless", "2000 TB"})
    EXPECT_NE(said({"forecast", "--input=h.csv", "--allocation", size}), "taken") << size;
}

TEST(Arguments, HelpAndVersionAreTakenWithAndWithoutACommand) {
  EXPECT_TRUE(parsed({"--help"})->help);
  EXPECT_TRUE(parsed({"-h"})->help);
  EXPECT_EQ(parsed({"probe", "-h"})->command, Command::probe);
  EXPECT_TRUE(parsed({"--version"})->version);
}

TEST(Arguments, AnUnknownOptionIsRefusedWithTheNearest) {
  EXPECT_EQ(said({"--hlep"}), "unknown option \"--hlep\"; did you mean --help? See taara_exporter --help");
  EXPECT_EQ(said({"--config.chek"}),
            "unknown option \"--config.chek\"; did you mean --config.check? See taara_exporter --help");
  EXPECT_EQ(said({"-config.file=x"}),
            "unknown option \"-config.file\"; did you mean --config.file? See taara_exporter --help");
  EXPECT_EQ(said({"--zzz"}), "unknown option \"--zzz\"; see taara_exporter --help");
  EXPECT_EQ(said({"-x"}), "unknown option \"-x\"; see taara_exporter --help");
}

TEST(Arguments, NothingIsGuessedFromItsBeginning) {
  for (const auto* word : {"--conf", "--config", "--config.fil=x", "--log.l=info", "--web", "--vers", "--CONFIG.CHECK"})
    EXPECT_TRUE(said({word}).starts_with("unknown option")) << word;
}

TEST(Arguments, AnUnknownCommandIsRefusedWithTheNearest) {
  EXPECT_EQ(said({"porbe"}), "unknown command \"porbe\"; did you mean probe? See taara_exporter --help");
  EXPECT_EQ(said({"fly"}),
            "unknown command \"fly\"; there are serve, probe, export, import, forget, forecast, "
            "backtest, setup and credentials; see taara_exporter --help");
  EXPECT_EQ(said({"@file"}),
            "unknown command \"@file\"; there are serve, probe, export, import, forget, forecast, "
            "backtest, setup and credentials; see taara_exporter --help");
  EXPECT_EQ(said({"serve", "probe"}), "one command is enough, but \"probe\" follows; see taara_exporter --help");
}

TEST(Arguments, SecretsHaveNoOptionAndAreNotRepeated) {
  for (const auto* word : {"--password=canary", "--passcode=canary", "--account.passcode=canary", "--token=canary"}) {
    const auto text = said({word});
    EXPECT_TRUE(text.starts_with("unknown option")) << text;
    EXPECT_EQ(text.find("canary"), std::string::npos) << text;
  }
}

TEST(Arguments, AValueThatIsMissingOrTooManyIsSaid) {
  EXPECT_EQ(said({"--config.file"}), "option \"--config.file\" needs a value; see taara_exporter --help");
  EXPECT_EQ(said({"--config.file="}), "option \"--config.file\" needs a value; see taara_exporter --help");
  EXPECT_EQ(said({"--config.file", ""}), "option \"--config.file\" needs a value; see taara_exporter --help");
  EXPECT_EQ(said({"--config.file", "--log.level=info"}),
            "option \"--config.file\" needs a value; see taara_exporter --help");
  EXPECT_EQ(said({"--config.check=yes"}), "option \"--config.check\" takes no value; see taara_exporter --help");
  EXPECT_EQ(said({"--log.level=info", "--log.level=warn"}), "--log.level is given twice; see taara_exporter --help");
}

TEST(Arguments, AnOptionOfTheOtherCommandIsSaid) {
  EXPECT_EQ(said({"--household=home"}),
            "--household belongs to the command probe, export, import and forget; see taara_exporter --help");
  EXPECT_EQ(said({"probe", "--web.listen-address=127.0.0.1:0"}),
            "--web.listen-address belongs to the command serve; see taara_exporter --help");
}

TEST(Arguments, ValuesAreCheckedHere) {
  EXPECT_EQ(said({"--log.level=loud"}),
            "--log.level: found \"loud\"; allowed: debug, info, warn or error; see taara_exporter --help");
  EXPECT_EQ(said({"--log.format=xml"}),
            "--log.format: found \"xml\"; allowed: logfmt or json; see taara_exporter --help");
  EXPECT_EQ(said({"--web.listen-address=127.0.0.1:1", "--web.listen-address=127.0.0.1:1"}),
            "--web.listen-address: found \"127.0.0.1:1\"; allowed: each address once; see taara_exporter --help");
  EXPECT_EQ(said({"--web.listen-address=127.0.0.1:0", "--web.listen-address=127.0.0.1:0"}), "taken");
}

TEST(Arguments, F05_Trap4_ListenAddressesOfTheCommandLineAreAsStrictAsTheFiles) {
  EXPECT_EQ(said({"--web.listen-address=9100"}),
            "--web.listen-address: found \"9100\"; a port alone would listen on every interface; write 127.0.0.1 and a "
            "colon before it; see taara_exporter --help");
  for (const auto* word : {"--web.listen-address=256.0.0.0:9100", "--web.listen-address=127.0.0.1:1,127.0.0.1:2",
                           "--web.listen-address=:9100"})
    EXPECT_NE(said({word}), "taken") << word;
}

TEST(Arguments, OddWordsDoNoHarm) {
  for (const auto* word :
       {"-", "--", "---", "--=", "--=x", "=", "", "\xFF\xFE", "-hh", "--help=", "--.", "--config..file=x"})
    (void)parsed({word});
}

TEST(Arguments, CredentialsTakesADeedAndWhatBelongsToIt) {
  EXPECT_EQ(said({"credentials", "seal", "--name=home.passcode"}), "taken");
  EXPECT_EQ(said({"credentials", "check", "--sealed-file=./s", "--master-file=./m"}), "taken");
  EXPECT_EQ(said({"credentials", "rotate", "--master-credential=a", "--new-master-credential=b"}), "taken");
  const std::string see = "; see taara_exporter --help";
  EXPECT_EQ(said({"credentials"}), "say what credentials shall do: seal, rotate or check" + see);
  EXPECT_EQ(said({"credentials", "open"}), "credentials knows seal, rotate and check, not \"open\"" + see);
  EXPECT_EQ(said({"credentials", "seal"}), "credentials seal needs a name for the secret: --name=home.passcode" + see);
  EXPECT_EQ(said({"credentials", "check", "--name=a"}), "--name and --secret-file belong to credentials seal" + see);
  EXPECT_EQ(said({"credentials", "check", "--new-master-file=m"}),
            "--new-master-file and --new-master-credential belong to credentials rotate" + see);
  EXPECT_EQ(said({"credentials", "check", "--master-file=m", "--master-credential=m"}),
            "a master secret comes from a file or from a credential, not both" + see);
  EXPECT_EQ(said({"credentials", "check", "more"}), "one command is enough, but \"more\" follows" + see);
  EXPECT_EQ(said({"--sealed-file=s"}), "--sealed-file belongs to the command credentials" + see);
}

// Whoever gives a secret as a value is told without it being repeated.
TEST(Arguments, NoOptionTakesASecret) {
  for (const auto* word : {"--passcode=4711", "--master=4711", "--master-secret=4711", "--secret=4711"}) {
    EXPECT_NE(said({"credentials", "check", word}), "taken") << word;
    EXPECT_EQ(said({"credentials", "check", word}).find("4711"), std::string::npos) << word;
  }
  EXPECT_EQ(said({"credentials", "seal", "--name=4711"}).find("4711"), std::string::npos);
  EXPECT_EQ(said({"credentials", "seal", "--name=home", "--master-credential=4711"}).find("4711"), std::string::npos);
}

// The program's own help, and each command's.
std::vector<std::optional<Command>> helps() {
  std::vector<std::optional<Command>> all{std::nullopt};
  for (std::size_t i = 0; i < kCommandNames.size(); ++i) all.emplace_back(static_cast<Command>(i));
  return all;
}

TEST(HelpText, NamesEveryOptionFileAndExitCode) {
  const std::string help = help_text(std::nullopt);
  for (const auto* word : {"--config.file", "--config.check", "--web.listen-address", "--household", "--log.level",
                           "--log.format", "--version", "--help", "/etc/taara/taara.yml", "/var/lib/taara",
                           "passcode_file", "taara.example.yml", "serve", "probe", "First steps"})
    EXPECT_NE(help.find(word), std::string::npos) << word;
  for (const auto& [code, meaning] : exit_meanings()) {
    EXPECT_NE(help.find("  " + std::to_string(static_cast<int>(code)) + " "), std::string::npos);
    EXPECT_NE(help.find(meaning), std::string::npos) << meaning;
  }
}

TEST(HelpText, FitsA100ColumnTerminal) {
  for (const auto& command : helps()) {
    std::istringstream lines(help_text(command));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

// An example that the program itself refuses would be worse than none.
TEST(HelpText, EveryExampleIsTaken) {
  const std::regex example(R"(^ {20,}taara_exporter (.*)$)");
  int examples = 0;
  for (const auto& command : helps()) {
    std::istringstream lines(help_text(command));
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (!std::regex_match(line, match, example)) continue;
      std::istringstream text(std::regex_replace(match[1].str(), std::regex("'"), ""));
      std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
      std::vector<const char*> views;
      views.reserve(words.size());
      for (const auto& word : words) views.push_back(word.c_str());
      const auto arguments = parse_arguments(views);
      EXPECT_TRUE(arguments.has_value()) << line << ": " << arguments.error().what;
      ++examples;
    }
  }
  EXPECT_GE(examples, 20);
}

TEST(HelpText, ACommandShowsOnlyWhatItTakes) {
  EXPECT_EQ(help_text(Command::serve).find("--household"), std::string::npos);
  EXPECT_EQ(help_text(Command::probe).find("--web.listen-address="), std::string::npos);
  EXPECT_NE(help_text(Command::export_history).find("--output="), std::string::npos);
  EXPECT_NE(help_text(Command::import_history).find("--series="), std::string::npos);
  EXPECT_NE(help_text(Command::forget).find("--yes"), std::string::npos);
  EXPECT_EQ(help_text(Command::forget).find("--log.level"), std::string::npos);
  EXPECT_TRUE(std::regex_match(version_text(), std::regex("taara_exporter [0-9]+\\.[0-9]+\\.[0-9]+.*\n")));
}

}  // namespace
}  // namespace taara
