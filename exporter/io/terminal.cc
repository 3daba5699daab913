// SPDX-License-Identifier: Apache-2.0
#include "io/terminal.h"

#include <openssl/crypto.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace taara {
namespace {

constexpr std::size_t kMaxLine = 4096;  // what a terminal holds of a line

void show(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return;  // whoever reads it is gone; the next read says so
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

// Echo off, and stopping by Ctrl-Z with it: a stopped process would leave the shell without echo.
class Unseen {
 public:
  Unseen() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
    works_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;  // what was typed ahead is thrown away
  }
  ~Unseen() {
    if (works_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  [[nodiscard]] bool works() const { return works_; }

 private:
  termios before_{};
  bool works_ = false;
};

}  // namespace

Result<Terminal> Terminal::open() {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
    return Error{Errc::invalid, "there is no terminal to ask on"};
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) return Error{Errc::io, "signals can't be watched: " + std::generic_category().message(errno)};
  return Terminal(descriptor);
}

Terminal::Terminal(Terminal&& other) noexcept : signals_(std::exchange(other.signals_, -1)), asked_(other.asked_) {}

Terminal::~Terminal() {
  if (signals_ >= 0) ::close(signals_);
}

bool Terminal::wants_to_leave() {
  signalfd_siginfo info{};
  if (!asked_ && ::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    asked_ = Left{static_cast<int>(info.ssi_signo)};
  return asked_.has_value();
}

std::size_t Terminal::width() const {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// Nothing: a whole line came. Bytes of it stand nowhere else afterwards.
std::optional<Left> Terminal::read_line(std::string& line) {
  struct Buffer {
    std::array<char, kMaxLine> bytes{};
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  } buffer;
  line.reserve(kMaxLine);  // growing later would leave copies behind
  while (!wants_to_leave()) {
    std::array<pollfd, 2> watched{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signals_, POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return asked_ = Left{};
    if (watched[1].revents != 0) continue;
    if (watched[0].revents == 0) continue;
    const ssize_t got = ::read(STDIN_FILENO, buffer.bytes.data(), buffer.bytes.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return asked_ = Left{};
    std::string_view piece(buffer.bytes.data(), static_cast<std::size_t>(got));
    const bool ended = piece.ends_with('\n');
    if (ended) piece.remove_suffix(1);
    line.append(piece.substr(0, kMaxLine - std::min(line.size(), kMaxLine)));
    if (ended) return std::nullopt;
  }
  return asked_;
}

std::variant<std::string, Left> Terminal::ask(std::string_view prompt) {
  show(prompt);
  std::string line;
  if (const auto left = read_line(line)) return *left;
  return line;
}

std::variant<Secret, Left> Terminal::ask_unseen(std::string_view prompt) {
  const Unseen unseen;
  if (!unseen.works()) return asked_.emplace();  // rather not at all than to be seen
  show(prompt);
  std::string line;
  if (const auto left = read_line(line)) {
    wipe(line);
    return *left;
  }
  return Secret(std::move(line));
}

}  // namespace taara
