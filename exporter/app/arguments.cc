// SPDX-License-Identifier: Apache-2.0
#include "app/arguments.h"

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <set>
#include <utility>

#include "core/in_quotes.h"
#include "core/listen_address.h"
#include "core/log_text.h"
#include "core/nearest.h"
#include "core/sealed_name.h"
#include "core/size_text.h"

namespace taara {
namespace {

namespace po = boost::program_options;

enum class Takes { nothing, value, values };

struct Option {
  std::string_view name;
  Takes takes;
  CommandSet commands;
};

using enum Command;
constexpr std::array kOptions{
    Option{"config.file", Takes::value, kConfiguredCommands},
    Option{"config.check", Takes::nothing, {serve}},
    Option{"web.listen-address", Takes::values, {serve}},
    Option{"web.config.file", Takes::value, {serve}},
    Option{"web.allow-public", Takes::nothing, {serve}},
    Option{"standby", Takes::value, {serve}},
    Option{"log.level", Takes::value, {serve, probe}},
    Option{"log.format", Takes::value, {serve, probe}},
    Option{"household", Takes::value, {probe, export_history, import_history, forget}},
    Option{"format", Takes::value, {export_history, import_history}},
    Option{"output", Takes::value, {export_history, forecast, backtest}},
    Option{"series", Takes::value, {import_history, forecast, backtest}},
    Option{"damaged-files", Takes::nothing, {forget}},
    Option{"yes", Takes::nothing, {forget}},
    Option{"input", Takes::value, {forecast, backtest}},
    Option{"now", Takes::value, {forecast}},
    Option{"timezone", Takes::value, {forecast, backtest}},
    Option{"cycle-day", Takes::value, {forecast, backtest}},
    Option{"allocation", Takes::value, {forecast}},
    Option{"dir", Takes::value, {setup}},
    Option{"sealed-file", Takes::value, {credentials}},
    Option{"name", Takes::value, {credentials}},
    Option{"secret-file", Takes::value, {credentials}},
    Option{"master-file", Takes::value, {credentials}},
    Option{"master-credential", Takes::value, {credentials}},
    Option{"new-master-file", Takes::value, {credentials}},
    Option{"new-master-credential", Takes::value, {credentials}},
    Option{"version", Takes::nothing, kAllCommands},
    Option{"help", Takes::nothing, kAllCommands},
};

constexpr CommandSet kTakeAFile{import_history};
constexpr CommandSet kNeedInput{forecast, backtest};

Error usage(const std::string& text) {
  return {Errc::invalid, text + (text.ends_with('?') ? " See" : "; see") + " taara_exporter --help"};
}

po::options_description described_options() {
  po::options_description options;
  for (const auto& option : kOptions) {
    const std::string names = std::string(option.name) + (option.name == "help" ? ",h" : "");
    if (option.takes != Takes::nothing)
      options.add_options()(names.c_str(), po::value<std::vector<std::string>>(), "");
    else
      options.add_options()(names.c_str(), "");
  }
  return options;
}

std::string option_suggestion(std::string_view name) {
  std::array<std::string_view, kOptions.size()> names;
  std::transform(kOptions.begin(), kOptions.end(), names.begin(), [](const Option& option) { return option.name; });
  const auto start = name.find_first_not_of('-');
  if (start == std::string_view::npos) return "";
  const auto near = nearest(name.substr(start), names);
  return near ? "; did you mean --" + std::string(*near) + "?" : "";
}

// What was given, each option with its values, before anything is said about them.
struct Given {
  std::vector<std::string> commands;
  std::vector<std::pair<std::string, std::vector<std::string>>> options;
};

Result<Given> split(const std::vector<std::string>& words) {
  namespace style = po::command_line_style;
  constexpr int kStyle = style::allow_long | style::long_allow_adjacent | style::long_allow_next | style::allow_short |
                         style::short_allow_next | style::allow_dash_for_short;
  Given given;
  try {
    const auto options = described_options();
    const auto parsed = po::command_line_parser(words).options(options).style(kStyle).run();
    for (const auto& option : parsed.options) {
      if (option.position_key >= 0)
        given.commands.insert(given.commands.end(), option.value.begin(), option.value.end());
      else
        given.options.emplace_back(option.string_key, option.value);
    }
  } catch (const po::unknown_option& error) {
    // Without what follows the name: it might be a secret.
    const std::string token = error.get_option_name();
    const std::string name = token.substr(0, token.find('='));
    return usage("unknown option " + in_quotes(name) + option_suggestion(name));
  } catch (const po::invalid_command_line_syntax& error) {
    return usage("option " + in_quotes(error.get_option_name()) +
                 (error.kind() == po::invalid_syntax::extra_parameter ? " takes no value" : " needs a value"));
  } catch (const po::error& error) {
    return usage(error.what());
  }
  return given;
}

Error unfit(std::string_view name, const std::string& value, std::string_view allowed) {
  return usage("--" + std::string(name) + ": found " + in_quotes(value) + "; allowed: " + std::string(allowed));
}

std::optional<unsigned> parse_cycle_day(std::string_view text) {
  unsigned day = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), day);
  if (failed != std::errc() || end != text.data() + text.size() || day < 1 || day > 31) return std::nullopt;
  return day;
}

// Of forecast and backtest.
Result<void> take_forecast_value(Arguments& arguments, std::string_view name, const std::string& value) {
  if (name == "input") {
    arguments.input = value;
  } else if (name == "now") {
    arguments.now = value;
  } else if (name == "timezone") {
    arguments.timezone = value;
  } else if (name == "cycle-day") {
    arguments.cycle_day = parse_cycle_day(value);
    if (!arguments.cycle_day) return unfit(name, value, "1 to 31 (31 means the last day of every month)");
  } else if (name == "allocation") {
    const auto size = parse_size(value);
    const auto* const parsed = std::get_if<SizeText>(&size);
    if (value != "unlimited" && (parsed == nullptr || parsed->bytes <= Bytes{0}))
      return unfit(name, value, "an amount such as 1 TB or 1000 GB, more than 0, or unlimited");
    arguments.allocation = parsed == nullptr ? std::nullopt : std::optional(parsed->bytes);
  }
  return {};
}

Result<void> take_credentials_value(Arguments& arguments, std::string_view name, const std::string& value) {
  if (name == "sealed-file") {
    arguments.sealed_file = value;
  } else if (name == "name") {
    if (!is_sealed_name(value)) return usage("--name: allowed: " + std::string(kSealedNameAllowed));
    arguments.name = value;
  } else if (name == "secret-file") {
    arguments.secret_file = value;
  } else if (name == "master-file") {
    arguments.master.file = value;
  } else if (name == "new-master-file") {
    arguments.new_master.file = value;
  } else {
    if (!is_sealed_name(value)) return usage("--" + std::string(name) + ": allowed: a name such as taara-master");
    (name == "master-credential" ? arguments.master : arguments.new_master).credential = value;
  }
  return {};
}

Result<void> take_value(Arguments& arguments, std::string_view name, const std::string& value) {
  if (value.empty() || value.starts_with('-')) return usage("option \"--" + std::string(name) + "\" needs a value");
  if (name == "config.file") {
    arguments.config_file = value;
  } else if (name == "web.listen-address") {
    const auto address = parse_listen_address(value);
    if (address.has_error()) return usage("--web.listen-address: " + address.error().what);
    if (address->port != 0 &&
        std::find(arguments.listen.begin(), arguments.listen.end(), *address) != arguments.listen.end())
      return unfit(name, value, "each address once");
    arguments.listen.push_back(*address);
  } else if (name == "web.config.file") {
    arguments.web_config_file = value;
  } else if (name == "log.level") {
    arguments.log_level = log_level_named(value);
    if (!arguments.log_level) return unfit(name, value, kLogLevelAllowed);
  } else if (name == "log.format") {
    arguments.log_format = log_format_named(value);
    if (!arguments.log_format) return unfit(name, value, kLogFormatAllowed);
  } else if (name == "standby") {
    arguments.standby = value;
  } else if (name == "household") {
    arguments.household = value;
  } else if (name == "format") {
    arguments.format = value;
  } else if (name == "output") {
    arguments.output = value;
  } else if (name == "dir") {
    arguments.dir = value;
  } else if (name == "series") {
    arguments.series = value;
  } else if (arguments.command == credentials) {
    return take_credentials_value(arguments, name, value);
  } else {
    return take_forecast_value(arguments, name, value);
  }
  return {};
}

void set_flag(Arguments& arguments, std::string_view name) {
  if (name == "help") arguments.help = true;
  if (name == "version") arguments.version = true;
  if (name == "config.check") arguments.check_config = true;
  if (name == "damaged-files") arguments.damaged_files = true;
  if (name == "web.allow-public") arguments.allow_public = true;
  if (name == "yes") arguments.yes = true;
}

// "serve, probe and import".
std::string listed(CommandSet commands) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kCommandNames.size(); ++i)
    if (commands.has(static_cast<Command>(i))) names.push_back(kCommandNames.at(i));
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text.append(i == 0 ? "" : i + 1 < names.size() ? ", " : " and ").append(names[i]);
  return text;
}

constexpr std::array<std::string_view, 3> kDeedNames{"seal", "rotate", "check"};  // in the order of CredentialsDeed

Result<void> take_deed(Arguments& arguments, const std::string& word) {
  const auto* const found = std::find(kDeedNames.begin(), kDeedNames.end(), word);
  if (found == kDeedNames.end()) return usage("credentials knows seal, rotate and check, not " + in_quotes(word));
  arguments.deed = static_cast<CredentialsDeed>(found - kDeedNames.begin());
  return {};
}

// What only one of the three takes, and what it can't do without.
Result<void> check_deed(const Arguments& arguments) {
  if (!arguments.deed) return usage("say what credentials shall do: seal, rotate or check");
  const bool seals = arguments.deed == CredentialsDeed::seal;
  const bool rotates = arguments.deed == CredentialsDeed::rotate;
  if (seals && !arguments.name) return usage("credentials seal needs a name for the secret: --name=home.passcode");
  if (!seals && (arguments.name || arguments.secret_file))
    return usage("--name and --secret-file belong to credentials seal");
  if (!rotates && (arguments.new_master.file || arguments.new_master.credential))
    return usage("--new-master-file and --new-master-credential belong to credentials rotate");
  for (const auto* const place : {&arguments.master, &arguments.new_master})
    if (place->file && place->credential)
      return usage("a master secret comes from a file or from a credential, not both");
  return {};
}

Result<void> take_command(Arguments& arguments, const std::vector<std::string>& commands) {
  if (commands.empty()) return {};
  const auto* const found = std::find(kCommandNames.begin(), kCommandNames.end(), commands.front());
  if (found == kCommandNames.end()) {
    const auto near = nearest(commands.front(), kCommandNames);
    return usage("unknown command " + in_quotes(commands.front()) +
                 (near ? "; did you mean " + std::string(*near) + "?" : "; there are " + listed(kAllCommands)));
  }
  arguments.command = static_cast<Command>(found - kCommandNames.begin());
  arguments.command_given = true;
  const bool takes_file = kTakeAFile.has(arguments.command);
  const std::size_t most = takes_file || arguments.command == credentials ? 2 : 1;
  if (commands.size() > most) {
    return usage((takes_file ? "one file at a time is enough, but " : "one command is enough, but ") +
                 in_quotes(commands[most]) + " follows");
  }
  if (commands.size() == 2 && arguments.command == credentials) return take_deed(arguments, commands[1]);
  if (commands.size() == 2) arguments.file = commands[1];
  return {};
}

}  // namespace

Result<Arguments> parse_arguments(std::span<const char* const> words) {
  const auto given = split({words.begin(), words.end()});
  if (given.has_error()) return given.error();
  Arguments arguments;
  if (const auto command = take_command(arguments, given->commands); command.has_error()) return command.error();

  std::set<std::string_view> seen;
  for (const auto& [name, values] : given->options) {
    const auto* const option =
        std::find_if(kOptions.begin(), kOptions.end(), [&n = name](const Option& o) { return o.name == n; });
    if (option == kOptions.end()) return usage("unknown option " + in_quotes(name));
    if (!seen.insert(option->name).second && option->takes != Takes::values)
      return usage("--" + name + " is given twice");
    if (!option->commands.has(arguments.command))
      return usage("--" + name + " belongs to the command " + listed(option->commands));
    set_flag(arguments, name);
    for (const auto& value : values)
      if (const auto taken = take_value(arguments, name, value); taken.has_error()) return taken.error();
  }
  if (kTakeAFile.has(arguments.command) && arguments.file.empty() && !arguments.help && !arguments.version)
    return usage(std::string(kCommandNames.at(static_cast<std::size_t>(arguments.command))) +
                 " needs the file to read, as its first word");
  if (kNeedInput.has(arguments.command) && arguments.input.empty() && !arguments.help && !arguments.version)
    return usage(std::string(kCommandNames.at(static_cast<std::size_t>(arguments.command))) +
                 " needs the history to read: --input=FILE.csv");
  if (arguments.command == credentials && !arguments.help && !arguments.version)
    if (const auto fits = check_deed(arguments); fits.has_error()) return fits.error();
  return arguments;
}

std::string version_text() { return "taara_exporter " TAARA_VERSION "\n"; }

}  // namespace taara
