// SPDX-License-Identifier: Apache-2.0
#include "io/secret_prompt.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "io/descriptor.h"
namespace taara {
namespace {

Error failed(std::string_view what) {
  return {Errc::io, "the terminal " + std::string(what) + ": " + std::generic_category().message(errno)};
}

// Signals that would end or stop us come by a descriptor while this lives; then they do what they do.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&held_, signal);
    pthread_sigmask(SIG_BLOCK, &held_, &before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  [[nodiscard]] const sigset_t& set() const { return held_; }

 private:
  sigset_t held_{};
  sigset_t before_{};
};

class QuietTerminal {
 public:
  explicit QuietTerminal(int fd) : fd_(fd), quiet_(::tcgetattr(fd, &before_) == 0) {
    if (!quiet_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet_ = ::tcsetattr(fd, TCSAFLUSH, &silent) == 0;  // what was typed before the question is dropped
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  ~QuietTerminal() {
    if (quiet_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool quiet() const { return quiet_; }

 private:
  int fd_;
  termios before_{};
  bool quiet_;
};

struct Typed {
  std::array<char, kMaxSecretBytes> bytes{};
  Typed() = default;
  Typed(const Typed&) = delete;
  Typed& operator=(const Typed&) = delete;
  ~Typed() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

bool say(int fd, std::string_view text) {
  return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// A line, or the number of the signal that came instead.
Result<Secret> read_line(int terminal, int signals, int& signal) {
  std::array<pollfd, 2> waited{pollfd{terminal, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
  while (::poll(waited.data(), waited.size(), -1) < 0)
    if (errno != EINTR) return failed("cannot be read");
  if (waited[1].revents != 0) {
    signalfd_siginfo info{};
    if (::read(signals, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info)))
      signal = static_cast<int>(info.ssi_signo);
    return Error{Errc::invalid, "was interrupted"};
  }
  Typed typed;
  const ssize_t got = ::read(terminal, typed.bytes.data(), typed.bytes.size());
  if (got < 0) return failed("cannot be read");
  auto secret = secret_from({typed.bytes.data(), static_cast<std::size_t>(got)});
  if (secret.has_error()) return Error{Errc::invalid, "what was typed " + secret.error().what};
  return secret;
}

}  // namespace

Result<Secret> ask_for_secret(std::string_view question) {
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.open()) return Error{Errc::not_found, "there is no terminal to ask on"};
  int signal = 0;
  auto secret = [&]() -> Result<Secret> {
    const HeldSignals held;
    const Descriptor signals(::signalfd(-1, &held.set(), SFD_CLOEXEC));
    if (!signals.open()) return failed("cannot be asked");
    const QuietTerminal quiet(terminal.get());
    if (!quiet.quiet()) return failed("cannot be made to hide what is typed");
    if (!say(terminal.get(), question)) return failed("cannot be written");
    auto line = read_line(terminal.get(), signals.get(), signal);
    (void)say(terminal.get(), "\n");
    return line;
  }();
  if (signal != 0) (void)::raise(signal);  // the terminal is as it was, and the signal does what it always does
  return secret;
}

}  // namespace taara
