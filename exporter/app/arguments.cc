// SPDX-License-Identifier: Apache-2.0
#include "app/arguments.h"

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <set>
#include <utility>

#include "core/in_quotes.h"
#include "core/listen_address.h"
#include "core/log_text.h"
#include "core/nearest.h"

namespace taara {
namespace {

namespace po = boost::program_options;

constexpr std::array<std::string_view, 2> kCommandNames{"serve", "probe"};  // in the order of Command

struct Option {
  std::string_view name;
  bool takes_value;
  bool may_repeat;
  bool for_serve;
  bool for_probe;
};

constexpr std::array<Option, 8> kOptions{{{"config.file", true, false, true, true},
                                          {"config.check", false, false, true, false},
                                          {"web.listen-address", true, true, true, false},
                                          {"log.level", true, false, true, true},
                                          {"log.format", true, false, true, true},
                                          {"household", true, false, false, true},
                                          {"version", false, false, true, true},
                                          {"help", false, false, true, true}}};

Error usage(const std::string& text) {
  return {Errc::invalid, text + (text.ends_with('?') ? " See" : "; see") + " taara_exporter --help"};
}

po::options_description described_options() {
  po::options_description options;
  for (const auto& option : kOptions) {
    const std::string names = std::string(option.name) + (option.name == "help" ? ",h" : "");
    if (option.takes_value)
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

Result<void> take_value(Arguments& arguments, std::string_view name, const std::string& value) {
  if (value.empty() || value.starts_with('-')) return usage("option \"--" + std::string(name) + "\" needs a value");
  const auto unfit = [&](std::string_view allowed) {
    return usage("--" + std::string(name) + ": found " + in_quotes(value) + "; allowed: " + std::string(allowed));
  };
  if (name == "config.file") {
    arguments.config_file = value;
  } else if (name == "web.listen-address") {
    const auto address = parse_listen_address(value);
    if (address.has_error()) return usage("--web.listen-address: " + address.error().what);
    if (address->port != 0 &&
        std::find(arguments.listen.begin(), arguments.listen.end(), *address) != arguments.listen.end())
      return unfit("each address once");
    arguments.listen.push_back(*address);
  } else if (name == "log.level") {
    arguments.log_level = log_level_named(value);
    if (!arguments.log_level) return unfit(kLogLevelAllowed);
  } else if (name == "log.format") {
    arguments.log_format = log_format_named(value);
    if (!arguments.log_format) return unfit(kLogFormatAllowed);
  } else if (name == "household") {
    arguments.household = value;
  }
  return {};
}

Result<void> take_command(Arguments& arguments, const std::vector<std::string>& commands) {
  if (commands.empty()) return {};
  const auto* const found = std::find(kCommandNames.begin(), kCommandNames.end(), commands.front());
  if (found == kCommandNames.end()) {
    const auto near = nearest(commands.front(), kCommandNames);
    return usage("unknown command " + in_quotes(commands.front()) +
                 (near ? "; did you mean " + std::string(*near) + "?" : "; there are serve and probe"));
  }
  if (commands.size() > 1) return usage("one command is enough, but " + in_quotes(commands[1]) + " follows");
  arguments.command = static_cast<Command>(found - kCommandNames.begin());
  arguments.command_given = true;
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
    if (!seen.insert(option->name).second && !option->may_repeat) return usage("--" + name + " is given twice");
    if (arguments.command == Command::serve ? !option->for_serve : !option->for_probe)
      return usage("--" + name + " belongs to the command " + (option->for_serve ? "serve" : "probe"));
    if (name == "help") arguments.help = true;
    if (name == "version") arguments.version = true;
    if (name == "config.check") arguments.check_config = true;
    for (const auto& value : values)
      if (const auto taken = take_value(arguments, name, value); taken.has_error()) return taken.error();
  }
  return arguments;
}

std::string version_text() { return "taara_exporter " TAARA_VERSION "\n"; }

}  // namespace taara
