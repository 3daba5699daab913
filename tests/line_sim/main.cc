// SPDX-License-Identifier: Apache-2.0
// taara_line_sim: see --help.
#include <sys/resource.h>
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "line_sim/control.h"
#include "line_sim/options.h"

namespace taara::line_sim {
namespace {

int failed(const Error& error) {
  std::cerr << "taara_line_sim: " << error.what << " (--help shows how)\n";
  return 2;
}

// Ten thousand clients are ten thousand descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

Descriptor stop_signals() {
  sigset_t stop;
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTERM);
  ::sigaddset(&stop, SIGINT);
  ::sigprocmask(SIG_BLOCK, &stop, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
  return Descriptor(::signalfd(-1, &stop, SFD_CLOEXEC));
}

int serve(const Options& options) {
  const Descriptor stop = stop_signals();
  raise_descriptor_limit();
  SimClock clock(options.start, options.speed);
  Line line(options.line, clock);
  for (const PlacedFault& placed : options.faults) {
    for (Household& one : line.households()) {
      if (!placed.household || *placed.household == one.number()) line.add_fault(one, placed.fault);
    }
  }
  const auto answer = [&line](const Request& request) {
    return request.path.starts_with("/control/") ? line.plain(request, control(line, request)) : line.answer(request);
  };
  auto server = HttpServer::create(options.server, answer, [&line] { return line.tls_silent(); });
  if (!server) return failed(server.error());
  std::cout << "listening on " << options.server.address << ':' << server.value()->port() << std::endl;
  if (!options.port_file.empty()) {
    // Renamed into place, so that whoever waits for it never reads half of it.
    const std::string partial = options.port_file + ".part";
    std::ofstream(partial) << server.value()->port() << '\n';
    if (std::rename(partial.c_str(), options.port_file.c_str()) != 0) {
      return failed({Errc::io, options.port_file + " cannot be written"});
    }
  }
  server.value()->run(stop.get());
  return 0;
}

int print_history(const Options& options) {
  SimClock clock(options.history.to, 0);
  const Line rules(options.line, clock);
  const bool router = options.exporter.source == SourceKind::router;
  std::cout << kHistoryHeader;
  for (unsigned number = 1; number <= options.line.households; ++number) {
    std::cout << history_rows(options.line, router ? rules.month_rules() : rules.plan_rules(), number, options.history);
  }
  return std::cout.flush() ? 0 : 1;
}

int run(int argc, const char* const* argv) {
  const Result<Options> options = parse_options(argc, argv);
  if (!options) return failed(options.error());
  switch (options.value().task) {
    case Options::Task::help:
      std::cout << help_text();
      return 0;
    case Options::Task::list_faults:
      std::cout << fault_list_text();
      return 0;
    case Options::Task::print_history:
      return print_history(options.value());
    case Options::Task::print_config: {
      const Result<std::string> yaml = exporter_config(options.value().line, options.value().exporter);
      if (!yaml) return failed(yaml.error());
      std::cout << yaml.value();
      return 0;
    }
    case Options::Task::serve:
      break;
  }
  return serve(options.value());
}

}  // namespace
}  // namespace taara::line_sim

int main(int argc, char** argv) { return taara::line_sim::run(argc, argv); }
