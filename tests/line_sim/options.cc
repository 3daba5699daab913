// SPDX-License-Identifier: Apache-2.0
#include "line_sim/options.h"

#include <boost/program_options.hpp>
#include <fstream>
#include <sstream>

#include "line_sim/control.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

namespace po = boost::program_options;

// The texts that still need a meaning.
struct Texts {
  std::string token_life = "24h";
  std::string session_life = "1h";
  std::string passcode_file, password_file;
  std::string wrong_login = "401";
  std::string expired_session = "html";
  std::string start, from, to, step = "1h";
  std::string source = "taara";
  std::vector<std::string> faults;
};

po::options_description described(Options& options, Texts& texts) {
  LineSettings& line = options.line;
  const auto text = [](std::string& target) { return po::value<std::string>(&target)->default_value(target); };
  const auto quiet = [](std::string& target) { return po::value<std::string>(&target); };
  po::options_description all("Options");
  all.add_options()("help,h", "this text")("address", text(options.server.address), "where it listens")(
      "port", po::value<std::uint16_t>(&options.server.port)->default_value(0), "0 takes a free one and prints it")(
      "port-file", quiet(options.port_file), "write the port there, too")(
      "tls-cert", quiet(options.server.tls_cert),
      "PEM certificate: HTTPS is spoken beside HTTP on the same port (an expired or foreign one gives N09)")(
      "tls-key", quiet(options.server.tls_key), "its key")(
      "tls-max", text(options.server.tls_max), "newest TLS that is spoken: 1.0, 1.1, 1.2, 1.3 (1.1 gives N10)")(
      "households", po::value<unsigned>(&line.households)->default_value(1), "how many: home-1, home-2, ...")(
      "seed", po::value<std::uint64_t>(&line.seed)->default_value(1), "all chance comes from it")(
      "allocation-gb", po::value<std::int64_t>(&line.allocation_gb)->default_value(1000), "what a fresh cycle holds")(
      "punctual", po::bool_switch(&line.punctual), "plans renew the moment they expire, never late")(
      "phone-base", po::value<std::uint64_t>(&line.phone_base)->default_value(line.phone_base),
      "cloud: phone number of home-1; home-2 has the next")("passcode-file", quiet(texts.passcode_file),
                                                            "cloud: the passcode of all (usual: 1234)")(
      "token-life", text(texts.token_life), "cloud: how long a login lasts")(
      "password-file", quiet(texts.password_file), "router: password of the user family (usual: secret)")(
      "session-life", text(texts.session_life), "router: how long a login lasts")(
      "cycle-day", po::value<unsigned>(&line.cycle_day)->default_value(1),
      "router: the usage starts anew on this day at 00:00 UTC+3")(
      "wrong-login", text(texts.wrong_login), "router: 401, 403, or html for 200 with the login page")(
      "expired-session", text(texts.expired_session), "router: html for 200 with the login page, redirect, or 401")(
      "start", quiet(texts.start), "the line's time at the start (usual: the real time)")(
      "speed", po::value<double>(&options.speed)->default_value(1), "seconds of the line per real second")(
      "fault", po::value<std::vector<std::string>>(&texts.faults)->composing(), "NAME[:VALUE][@HOUSEHOLD], repeatable")(
      "list-faults", "what can go wrong, and exit")(
      "print-history", "usage of all households as series,timestamp,bytes, and exit; needs --from and --to")(
      "from", quiet(texts.from), "start of that history")("to", quiet(texts.to), "its end")("step", text(texts.step),
                                                                                            "its step")(
      "print-config", "a taara_exporter configuration for these households, and exit; needs --port and --secrets-dir")(
      "source", text(texts.source), "taara (the cloud) or router: for --print-config and --print-history")(
      "secrets-dir", quiet(options.exporter.secrets_dir), "where --print-config writes the passcodes, mode 0600")(
      "interval", text(options.exporter.interval), "polling interval in that configuration")(
      "store", quiet(options.exporter.store), "store path in that configuration")(
      "web-listen-address", quiet(options.exporter.listen_address), "web address in that configuration");
  return all;
}

Result<std::string> first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return Error{Errc::io, path + " holds no line that could be read"};
  return line;
}

std::optional<Error> complaint(const Options& options) {
  const LineSettings& line = options.line;
  if (line.households < 1 || line.households > 1'000'000)
    return Error{Errc::invalid, "--households is a number from 1 to 1000000"};
  if (line.allocation_gb < 1 || line.allocation_gb > 100'000)
    return Error{Errc::invalid, "--allocation-gb is a number from 1 to 100000"};
  if (line.cycle_day < 1 || line.cycle_day > 31) return Error{Errc::invalid, "--cycle-day is a number from 1 to 31"};
  if (line.phone_base < 1 || line.phone_base > 1'000'000'000'000'000)
    return Error{Errc::invalid, "--phone-base is a phone number without the country code"};
  if (!(options.speed >= 0 && options.speed <= 1e6))
    return Error{Errc::invalid, "--speed is a number from 0 to 1000000"};
  for (const PlacedFault& fault : options.faults) {
    if (fault.household && (*fault.household < 1 || *fault.household > line.households)) {
      return Error{Errc::invalid, "--fault: there is no household " + std::to_string(*fault.household)};
    }
  }
  if (options.task == Options::Task::print_config &&
      (options.server.port == 0 || options.exporter.secrets_dir.empty())) {
    return Error{Errc::invalid, "--print-config needs --port and --secrets-dir"};
  }
  return std::nullopt;
}

// Takes a value out of a result, or keeps the first error.
template <class T>
void take(Result<T> result, T& target, std::optional<Error>& error) {
  if (result) {
    target = std::move(result.value());
  } else if (!error) {
    error = result.error();
  }
}

std::optional<Error> understand(const Texts& texts, Options& options) {
  std::optional<Error> error;
  LineSettings& line = options.line;
  take(parse_duration(texts.token_life), line.token_life, error);
  take(parse_duration(texts.session_life), line.session_life, error);
  if (!texts.passcode_file.empty()) take(first_line_of(texts.passcode_file), line.passcode, error);
  if (!texts.password_file.empty()) take(first_line_of(texts.password_file), line.password, error);
  if (!texts.start.empty()) take(parse_time(texts.start), options.start.emplace(), error);
  if (options.task == Options::Task::print_history)
    take(parse_history_span(texts.from, texts.to, texts.step), options.history, error);
  for (const std::string& fault : texts.faults) take(parse_fault_flag(fault), options.faults.emplace_back(), error);

  const std::string& wrong = texts.wrong_login;
  if (wrong == "html") line.wrong_login = WrongLogin::html;
  if (wrong == "403") line.wrong_login = WrongLogin::status_403;
  if (!error && wrong != "401" && wrong != "403" && wrong != "html")
    error = Error{Errc::invalid, "--wrong-login is 401, 403 or html"};
  const std::string& expired = texts.expired_session;
  if (expired == "redirect") line.expired_session = ExpiredSession::redirect;
  if (expired == "401") line.expired_session = ExpiredSession::status_401;
  if (!error && expired != "html" && expired != "redirect" && expired != "401")
    error = Error{Errc::invalid, "--expired-session is html, redirect or 401"};
  if (texts.source == "router") options.exporter.source = SourceKind::router;
  if (!error && texts.source != "taara" && texts.source != "router")
    error = Error{Errc::invalid, "--source is taara or router"};
  return error;
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  Texts texts;
  po::variables_map given;
  try {
    po::store(po::command_line_parser(argc, argv).options(described(options, texts)).positional({}).run(), given);
    po::notify(given);
  } catch (const po::error& error) {
    return Error{Errc::invalid, error.what()};
  }
  if (given.count("print-config") > 0) options.task = Options::Task::print_config;
  if (given.count("print-history") > 0) options.task = Options::Task::print_history;
  if (given.count("list-faults") > 0) options.task = Options::Task::list_faults;
  if (given.count("help") > 0) {
    options.task = Options::Task::help;
    return options;
  }
  if (auto error = understand(texts, options)) return *error;
  if (auto error = complaint(options)) return *error;
  options.exporter.base_url = (options.server.tls_cert.empty() ? "http://" : "https://") + options.server.address +
                              ":" + std::to_string(options.server.port);
  return options;
}

std::string help_text() {
  Options options;
  Texts texts;
  std::ostringstream out;
  out << R"(taara_line_sim plays the lines of any number of households, as the ISP's cloud and as the router, well or badly.

  taara_line_sim --port 8077 --households 3 --speed 600
  taara_line_sim --fault html_login@2 --fault status:429,120@3
  taara_line_sim --print-config --port 8077 --secrets-dir /tmp/demo > demo.yml

Household N is home-N. Cloud: phone 700000000 + N, passcode 1234, partner partner-1, hotspot hotspot-N.
Router: http://127.0.0.1:PORT/r/N, user family, password secret. GET /healthz says ok.

)" << described(options, texts)
      << '\n'
      << control_help();
  return out.str();
}

}  // namespace taara::line_sim
