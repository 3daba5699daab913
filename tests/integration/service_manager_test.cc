// SPDX-License-Identifier: Apache-2.0
// What the real daemon tells systemd, heard on a real socket.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "daemon_process.h"

namespace taara::test {
namespace {

constexpr milliseconds kSoon{10'000};

class Systemd {
 public:
  explicit Systemd(std::filesystem::path path)
      : path_(std::move(path)), socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  Systemd(const Systemd&) = delete;
  Systemd& operator=(const Systemd&) = delete;
  ~Systemd() { close(socket_); }

  [[nodiscard]] std::vector<std::string> environment(int watchdog_seconds) const {
    return {"NOTIFY_SOCKET=" + path_.string(), "WATCHDOG_USEC=" + std::to_string(watchdog_seconds) + "000000"};
  }
  // The next message; empty when there is none.
  [[nodiscard]] std::string heard() const {
    std::array<char, 512> text{};
    const ssize_t size = recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
  }
  // Waits for a message that begins with `word`, past others; empty when it doesn't come.
  [[nodiscard]] std::string wait_for(const std::string& word, milliseconds longest = kSoon) const {
    std::string message;
    const bool came = within(longest, [&] {
      message = heard();
      return message.starts_with(word);
    });
    return came ? message : "";
  }
  void forget() const {
    while (!heard().empty()) {
    }
  }

 private:
  std::filesystem::path path_;
  int socket_;
};

// The threads of a process that have this name.
std::vector<pid_t> threads_named(pid_t pid, const std::string& name) {
  std::vector<pid_t> found;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    if (read_file(task.path() / "comm") == name + "\n") found.push_back(std::stoi(task.path().filename().string()));
  return found;
}

// Threads of another process that stand still, as if each waited for a lock that nobody gives back.
class Frozen {
 public:
  explicit Frozen(std::vector<pid_t> threads) : threads_(std::move(threads)) {
    for (const pid_t thread : threads_) {
      EXPECT_EQ(ptrace(PTRACE_SEIZE, thread, nullptr, nullptr), 0) << std::strerror(errno);
      EXPECT_EQ(ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr), 0);
      EXPECT_EQ(waitpid(thread, nullptr, __WALL), thread);
    }
  }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  ~Frozen() {
    for (const pid_t thread : threads_) ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
  }

 private:
  std::vector<pid_t> threads_;
};

class ServiceManagerTold : public testing::Test {
 protected:
  TempDir dir_;
  Systemd systemd_{dir_.path() / "notify"};
  SimProcess sim_{{"--seed", "1", "--punctual"}};
};

TEST_F(ServiceManagerTold, ItsWholeLifeFromReadyToStopping) {
  DaemonProcess daemon(sim_, {.environment = systemd_.environment(2)});
  EXPECT_EQ(systemd_.wait_for("READY"), "READY=1\nSTATUS=Polls 1 household.");
  EXPECT_EQ(fetch(daemon.url() + "/-/ready").status, 200) << "ready means that it answers and has read its store";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(systemd_.wait_for("WATCHDOG"), "WATCHDOG=1") << i;
  daemon.signal(SIGTERM);
  EXPECT_EQ(systemd_.wait_for("STOPPING"), "STOPPING=1\nSTATUS=Stopping.");
  EXPECT_EQ(daemon.wait(), 0) << daemon.log();
}

TEST_F(ServiceManagerTold, AReloadAndHowItEnded) {
  DaemonProcess daemon(sim_, {.environment = systemd_.environment(120)});
  ASSERT_NE(systemd_.wait_for("READY"), "");
  daemon.signal(SIGHUP);
  EXPECT_TRUE(systemd_.wait_for("RELOADING").starts_with("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(systemd_.wait_for("READY"), "READY=1\nSTATUS=Polls 1 household.");
  write_file(daemon.config_file(), read_file(daemon.config_file()) + "colour: red\n");
  daemon.signal(SIGHUP);
  EXPECT_NE(systemd_.wait_for("RELOADING"), "");
  EXPECT_EQ(systemd_.wait_for("READY"),
            "READY=1\nSTATUS=Polls 1 household; the changed configuration was refused, the log says why.");
}

TEST_F(ServiceManagerTold, NothingWhenItCannotStart) {
  DaemonProcess daemon(sim_, {.extra = "colour: red\n", .environment = systemd_.environment(120)});
  EXPECT_EQ(daemon.wait(), 78);
  EXPECT_EQ(systemd_.heard(), "");
}

TEST_F(ServiceManagerTold, P05_APollerThatHangsFeedsNoWatchdog) {
  DaemonProcess daemon(sim_, {.environment = systemd_.environment(2)});
  ASSERT_NE(systemd_.wait_for("WATCHDOG"), "");
  {
    const auto poller = threads_named(daemon.pid(), "poller");
    ASSERT_EQ(poller.size(), 1U);
    const Frozen frozen(poller);
    (void)systemd_.wait_for("WATCHDOG", milliseconds{1000});  // for a turn just before
    systemd_.forget();
    EXPECT_EQ(fetch(daemon.url() + "/-/healthy").status, 200) << "the web side works";
    EXPECT_EQ(systemd_.wait_for("WATCHDOG", milliseconds{2500}), "");
  }
  EXPECT_EQ(systemd_.wait_for("WATCHDOG"), "WATCHDOG=1") << "it goes on, and so does the word";
}

TEST_F(ServiceManagerTold, P05_AWebSideThatHangsFeedsNoWatchdog) {
  DaemonProcess daemon(sim_, {.environment = systemd_.environment(2)});
  ASSERT_NE(systemd_.wait_for("WATCHDOG"), "");
  const auto workers = threads_named(daemon.pid(), "civetweb-worker");
  ASSERT_EQ(workers.size(), 8U);
  const Frozen frozen(workers);
  (void)systemd_.wait_for("WATCHDOG", milliseconds{1000});
  systemd_.forget();
  EXPECT_EQ(systemd_.wait_for("WATCHDOG", milliseconds{2500}), "");
  daemon.signal(SIGTERM);
  EXPECT_NE(systemd_.wait_for("STOPPING", milliseconds{1000}), "") << "a knock that waits holds up no stop";
}

}  // namespace
}  // namespace taara::test
