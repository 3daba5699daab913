// SPDX-License-Identifier: Apache-2.0
#include "app/daemon.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <future>
#include <iostream>
#include <random>
#include <system_error>
#include <thread>

#include "app/account_secrets.h"
#include "app/line_sources.h"
#include "app/own_metrics.h"
#include "app/pages.h"
#include "app/poller.h"
#include "app/reloader.h"
#include "app/standby.h"
#include "app/watchdog.h"
#include "app/web_entrance.h"
#include "core/listen_address.h"
#include "io/machine_load.h"
#include "io/resident_memory.h"
#include "io/service_manager.h"
#include "io/store_learning.h"
#include "io/system_clock.h"

namespace taara {
namespace {

constexpr milliseconds kLogOut{400};
// With log-out and web server a stop takes less than a second. Only libcurl's resolver thread can hold it up longer.
constexpr milliseconds kPatience{800};
constexpr milliseconds kKnock{5'000};  // an answer of the web side that the watchdog asks for

// What is in memory stays there: no core file, and no look into it by other processes of the same user.
void leave_no_core() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

sigset_t waited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

ExitCode exit_code_of_store(Errc code) {
  if (code == Errc::busy || code == Errc::newer_schema) return exit_code_for(code);
  return ExitCode::state_directory;
}

ExitCode exit_code_of_web(Errc code) {
  return code == Errc::busy || code == Errc::permission ? ExitCode::port : exit_code_for(code);
}

// The next of our signals; nothing when none has come in time.
std::optional<int> wait_for_signal(std::optional<milliseconds> longest) {
  const sigset_t signals = waited_signals();
  if (!longest) {
    int signal = 0;
    return sigwait(&signals, &signal) == 0 ? std::optional(signal) : std::nullopt;
  }
  const timespec wait{longest->count() / 1000, longest->count() % 1000 * 1'000'000};
  const int signal = sigtimedwait(&signals, nullptr, &wait);
  return signal > 0 ? std::optional(signal) : std::nullopt;
}

bool signal_waits() {
  sigset_t pending;
  if (sigpending(&pending) != 0) return false;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    if (sigismember(&pending, signal) == 1) return true;
  return false;
}

ExitCode wait_for_the_end(const std::function<Result<void>()>& reload, Watchdog& watchdog, Log& log) {
  for (;;) {
    const auto signal = wait_for_signal(watchdog.idle());
    if (signal == SIGHUP) (void)reload();  // it logs what is wrong
    if (signal == SIGTERM || signal == SIGINT) {
      log.write(LogLevel::info, "stopping", {{"signal", signal == SIGTERM ? "TERM" : "INT"}});
      return ExitCode::ok;
    }
    watchdog.look();
  }
}

// For `systemctl status`, which everybody may read.
std::string status_text(std::size_t households, bool reload_refused, bool standby) {
  return (standby ? "Standby beside " : "Polls ") + std::to_string(households) +
         (households == 1 ? " household" : " households") +
         (reload_refused ? "; the changed configuration was refused, the log says why." : ".");
}

Habits learned_of(const Household& household, const Config& config, const Clock& clock, Log& log) {
  auto history = StoreHistory::open(config.store.path);
  auto habits = history ? learn_anew(*history, household, clock.wall()) : Result<Habits>(history.error());
  if (habits) return std::move(*habits);
  log.write(LogLevel::warn, "habits start anew: the stored history can't be read",
            {{"household", household.name}, {"detail", habits.error().what}});
  return {};
}

// Both files; everything that is wrong with either is said.
std::variant<Config, ExitCode> load_checked(const Arguments& arguments, SealedReader& sealed) {
  std::vector<ConfigProblem> all;
  const auto tell = [&all](const std::string& path, const std::vector<ConfigProblem>& problems) {
    for (const ConfigProblem& problem : problems) std::cerr << "taara_exporter: " << describe(path, problem) << '\n';
    all.insert(all.end(), problems.begin(), problems.end());
  };
  auto loaded = load_configured(arguments, sealed);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&loaded))
    tell(arguments.config_file, *problems);
  bool strangers_kept_out = false;
  const auto of_web = web_file_problems(arguments, strangers_kept_out);
  tell(arguments.web_config_file, of_web);
  if (const auto* const config = std::get_if<Config>(&loaded); config != nullptr && of_web.empty())
    tell(arguments.config_file, listening_problems(arguments, *config, strangers_kept_out));
  if (all.empty()) return std::get<Config>(std::move(loaded));
  return arguments.check_config ? ExitCode::config_check_failed : exit_code_for(all);
}

// Everything from the store on; taken down in reverse by leaving.
ExitCode run(const Arguments& arguments, const std::shared_ptr<const Config>& config, SealedReader& sealed,
             const Clock& clock, const ServiceManager& manager, Log& log) {
  auto store =
      Store::open(config->store, clock.wall(), [&](LogLevel level, std::string_view message, std::string_view detail) {
        log.write(level, message, {{"detail", detail}});
      });
  if (!store) {
    log.write(LogLevel::error, "the store can't be used", {{"detail", store.error().what}});
    return exit_code_of_store(store.error().code);
  }
  auto http = Http::create();
  if (!http) {
    log.write(LogLevel::error, "libcurl can't be used", {{"detail", http.error().what}});
    return ExitCode::os;
  }
  Latest<Snapshot> latest(std::make_shared<const Snapshot>());
  OwnMetrics own(clock.wall(), log);
  AccountSecrets secrets;  // the poller's
  const bool standby = !arguments.standby.empty();
  Poller poller({.clock = clock,
                 .http = **http,
                 .store = **store,
                 .log = log,
                 .latest = latest,
                 .make_source =
                     [&](std::shared_ptr<const Household> household) {
                       SecretReader secret = [&secrets, household, standby]() -> Result<Secret> {
                         if (standby) return Error{Errc::permission, "a standby logs in nowhere"};
                         return secrets.read(household->account);
                       };
                       return make_line_source(std::move(household), std::move(secret));
                     },
                 .secret_version = [&](const Account& account) { return secrets.version(account); },
                 .learn_anew = [&](const Household& household) { return learned_of(household, *config, clock, log); },
                 .standby = standby ? [&](const Line& line) { return read_kept_answer(config->store.path, line, log); }
                                    : std::function<KeptAnswer(const Line&)>(),
                 .machine_under_pressure = [] { return machine_under_pressure(); },
                 .rest = release_idle_memory,
                 .seed = std::random_device{}()},
                config);
  auto entrance = WebEntrance::open(arguments, *config, clock, poller, log);
  if (entrance.has_error()) {
    log.write(LogLevel::error, "the web configuration can't be used", {{"detail", entrance.error().what}});
    return ExitCode::config;
  }
  Reloader reloader(arguments, config, sealed, poller, **entrance, log);
  const auto reload = [&] {
    manager.reloading(clock.steady());
    auto taken = reloader.reload();
    manager.ready(status_text(reloader.households(), taken.has_error(), standby));
    return taken;
  };

  const PageSources sources{.snapshot = latest, .clock = clock, .own = own, .reload = reload, .started_with = config};
  std::atomic<std::uint64_t> answers{0};
  WebEvents events{.answered =
                       [&](std::string_view route, int status) {
                         own.count_request(route, status);
                         ++answers;
                       },
                   .failed =
                       [&](std::string_view route, std::string_view what) {
                         log.write(LogLevel::error, "a page failed", {{"route", route}, {"detail", what}});
                       }};
  WebEntrance::watch(events, own, log);
  auto web = WebServer::start(config->listen, make_routes(sources), std::move(events), clock, WebLimits{},
                              (*entrance)->access());
  if (!web) {
    log.write(LogLevel::error, "the web server can't listen", {{"detail", web.error().what}});
    return exit_code_of_web(web.error().code);
  }

  poller.turn(milliseconds{0});  // whoever is told that we are ready finds the first page made
  std::promise<void> ended;
  std::future<void> end = ended.get_future();
  std::jthread polling([&](const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "poller");
    poller.run(stop, watchdog_pace(manager.watchdog()).value_or(milliseconds::max()));
    try {
      poller.log_out(kLogOut);
    } catch (const std::exception& error) {  // no memory: the line ends the session by its own clock
      log.write(LogLevel::warn, "no log-out", {{"detail", error.what()}});
    }
    ended.set_value();
  });
  for (const ListenAddress& address : (*web)->addresses())
    log.write(LogLevel::info, "listening", {{"address", address_text(address)}});

  manager.ready(status_text(config->households.size(), false, standby));
  Watchdog watchdog({.clock = clock,
                     .limit = manager.watchdog(),
                     .turns = [&] { return poller.turns(); },
                     .answers = [&] { return answers.load(); },
                     .web_answers = [&] { return (*web)->answers(kKnock, signal_waits); },
                     .say_alive = [&] { manager.alive(); }});
  const ExitCode code = wait_for_the_end(reload, watchdog, log);
  manager.stopping("Stopping.");
  polling.request_stop();
  web->reset();
  if (end.wait_for(kPatience) == std::future_status::timeout) {
    // Every reading is in the store already; what hangs is a name look-up that nobody answers.
    log.write(LogLevel::warn, "a request did not end in time; leaving without it");
    std::_Exit(static_cast<int>(code));
  }
  polling.join();
  if (const auto pending = (*store)->view().pending_readings; pending > 0)
    log.write(LogLevel::error, "readings could not be saved before the end",
              {{"readings", static_cast<std::int64_t>(pending)}});
  log.write(LogLevel::info, "stopped");
  return code;
}

}  // namespace

void prepare_process() {
  for (const int ignored : {SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2}) (void)signal(ignored, SIG_IGN);
  const sigset_t signals = waited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  umask(077);
  leave_no_core();
  // A name server that never answers would hold a poll up for ten seconds; an owner's own setting stays.
  setenv("RES_OPTIONS", "timeout:2 attempts:2", 0);
  mallopt(M_ARENA_MAX, 1);  // a web thread is seldom busy: an arena of its own costs more memory than it saves time
  // Else the first large answer that is freed raises it, and the next ones leave holes in the heap for hours.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

void end_on_signals() {
  const sigset_t signals = waited_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

ExitCode serve(const Arguments& arguments) {
  const ServiceManager manager = ServiceManager::from_environment();
  const SystemClock clock;
  Log log(clock, STDERR_FILENO, arguments.log_level.value_or(LogLevel::info),
          arguments.log_format.value_or(LogFormat::logfmt));
  SealedReader sealed;  // for the checks of the configuration, now and at each reload; the poller has its own
  auto loaded = load_checked(arguments, sealed);
  if (const auto* const code = std::get_if<ExitCode>(&loaded)) return *code;
  auto config = std::make_shared<const Config>(std::get<Config>(std::move(loaded)));
  if (arguments.check_config) {
    std::cout << arguments.config_file << ": good, " << config->households.size() << " household"
              << (config->households.size() == 1 ? "" : "s") << '\n';
    if (!arguments.web_config_file.empty()) std::cout << arguments.web_config_file << ": good\n";
    return ExitCode::ok;
  }
  log.set(config->log_level, config->log_format);
  log.write(LogLevel::info, "starting",
            {{"version", version()}, {"households", static_cast<std::int64_t>(config->households.size())}});
  try {
    return run(arguments, config, sealed, clock, manager, log);
  } catch (const std::system_error& error) {  // std::jthread's constructor throws
    log.write(LogLevel::error, "the system refuses a thread", {{"detail", error.what()}});
    return ExitCode::os;
  }
}

}  // namespace taara
