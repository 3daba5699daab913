// SPDX-License-Identifier: Apache-2.0
// fast_time: see --help.
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "world.h"

namespace taara::fast_time {
namespace {

constexpr int kWrongUsage = 64;
constexpr int kNotHere = 77;

constexpr const char* kHelp =
    R"(fast_time runs a command, and all that it starts, in a world whose time skips the waiting.

  fast_time [--start TIME] [--grain SECONDS] [--progress SECONDS] -- COMMAND [ARGUMENT]...
  fast_time --start 2040-03-01T00:00:00Z -- sh -c 'date; sleep 86400; date'

While any of the programs has something to do, time passes as usual. When all of them wait, it jumps to the moment
at which the first one goes on by itself. So a day of little work takes seconds, no timeout comes early because a
machine is slow, and all programs share one clock. It ends with the command, and ends all that this started.

  --start TIME        what the clock shows at first, in UTC, not in the past (usual: the real time)
  --grain SECONDS     time jumps to multiples of that only, so that many waits end at once: faster (usual: exact)
  --progress SECONDS  tell the time to standard error every so many real seconds, and at the end

It changes CLOCK_REALTIME, CLOCK_MONOTONIC and their like, gettimeofday and time, for static programs and Go too,
and the timeouts of poll, select, epoll, futex (locks, conditions), sleeps and sigtimedwait.
Real stay: clocks of processor time, times of files, /proc, what the kernel times itself (TCP, SO_RCVTIMEO, timerfd,
setitimer, timer_create), and a clock that a program reads by a system call instead of the C library.

Exit code: the command's (128 + N if signal N ended it); 64 wrong usage; 77 it can't work here, the reason is told.
)";

struct Options {
  std::int64_t start_ns = 0;
  std::int64_t grain_ns = 0;
  std::int64_t progress_seconds = 0;
  std::vector<std::string> command;
  bool help = false;
};

std::optional<std::int64_t> parse_number(const std::string& text, std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_utc(const std::string& text) {
  std::tm parts{};
  const char* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return timegm(&parts);
}

// Empty when all is well, else what is wrong.
std::string parse(const std::vector<std::string>& words, Options& options) {
  std::size_t i = 0;
  for (; i < words.size() && words[i] != "--"; ++i) {
    const std::string& name = words[i];
    if (name == "--help" || name == "-h") {
      options.help = true;
      return "";
    }
    if (name != "--start" && name != "--grain" && name != "--progress") return "there is no option '" + name + "'";
    if (++i == words.size()) return name + " needs a value";
    if (name == "--start") {
      const auto start = parse_utc(words[i]);
      if (!start) return "--start is a time such as 2040-03-01T00:00:00Z, not '" + words[i] + "'";
      if (*start < std::time(nullptr))
        return "--start may not lie in the past: waits until a time of day would end early";
      options.start_ns = *start * 1'000'000'000;
    } else {
      const auto value = parse_number(words[i], 86'400);
      if (!value) return name + " is a number of seconds from 0 to 86400, not '" + words[i] + "'";
      (name == "--grain" ? options.grain_ns : options.progress_seconds) =
          name == "--grain" ? *value * 1'000'000'000 : *value;
    }
  }
  if (i + 1 >= words.size()) return "a command must follow after --";
  options.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
  return "";
}

std::int64_t real_ms() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

// Tells where the time is.
class Progress {
 public:
  Progress(const World& world, std::int64_t every_seconds)
      : world_(world),
        every_ms_(every_seconds * 1000),
        begun_ms_(real_ms()),
        begun_(world.now()),
        next_ms_(begun_ms_ + every_ms_) {}

  void maybe_tell() {
    if (every_ms_ == 0 || real_ms() < next_ms_) return;
    next_ms_ += every_ms_;
    tell();
  }

  void tell() const {
    if (every_ms_ == 0) return;
    const Now now = world_.now();
    const std::time_t shown = now.realtime_ns / 1'000'000'000;
    std::tm parts{};
    std::string text(20, ' ');
    text.resize(std::strftime(text.data(), text.size() + 1, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&shown, &parts)));
    const auto real = std::max<std::int64_t>(1, real_ms() - begun_ms_);
    const std::int64_t passed = (now.monotonic_ns - begun_.monotonic_ns) / 1'000'000;
    std::cerr << "fast_time: " << text << ", " << passed / 3'600'000 << " hours in " << real / 1000 << " s, "
              << passed / real << " times real time, " << world_.jumps() << " jumps" << std::endl;
  }

 private:
  const World& world_;
  std::int64_t every_ms_;
  std::int64_t begun_ms_;
  Now begun_;
  std::int64_t next_ms_;
};

int run(const Options& options) {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
  sigprocmask(SIG_BLOCK, &wanted, nullptr);

  World world(options.start_ns, options.grain_ns);
  Progress progress(world, options.progress_seconds);
  std::string trouble = world.start(options.command);
  constexpr long kSoonNs = 50'000;
  constexpr long kLaterNs = 400'000;
  long pause_ns = kSoonNs;
  while (trouble.empty() && !world.ended()) {
    pause_ns = world.turn() ? kSoonNs : std::min(kLaterNs, pause_ns + kSoonNs);
    const timespec pause{0, pause_ns};
    const int signal = sigtimedwait(&wanted, nullptr, &pause);
    if (signal > 0 && signal != SIGCHLD) world.pass_on(signal);
    progress.maybe_tell();
    trouble = world.trouble();
  }
  progress.tell();
  if (!trouble.empty()) {
    std::cerr << "fast_time: " << trouble << "\n";
    return kNotHere;
  }
  return world.exit_code();
}

}  // namespace
}  // namespace taara::fast_time

int main(int argc, char** argv) {
  using namespace taara::fast_time;
  Options options;
  const std::string wrong = parse(std::vector<std::string>(argv + 1, argv + argc), options);
  if (!wrong.empty()) {
    std::cerr << "fast_time: " << wrong << ". --help shows how.\n";
    return kWrongUsage;
  }
  if (options.help) {
    std::cout << kHelp;
    return 0;
  }
  return run(options);
}
