// SPDX-License-Identifier: Apache-2.0
#include "io/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "io/descriptor.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

// What systemd has: a datagram socket. `name` is what NOTIFY_SOCKET says.
class Listener {
 public:
  explicit Listener(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0) << name;
  }

  // The next message; empty: there is none.
  [[nodiscard]] std::string heard() const {
    std::array<char, 512> text{};
    const ssize_t size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
  }

 private:
  Descriptor socket_;
};

class ServiceManagerTest : public testing::Test {
 protected:
  ~ServiceManagerTest() override { tell_nothing(); }
  static void tell_nothing() {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  static ServiceManager told(const std::string& socket, const std::string& usec = "", const std::string& pid = "") {
    tell_nothing();
    if (!socket.empty()) ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
    if (!usec.empty()) ::setenv("WATCHDOG_USEC", usec.c_str(), 1);
    if (!pid.empty()) ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    return ServiceManager::from_environment();
  }

  TempFolder folder_;
  std::string path_ = folder_.path("notify");
};

TEST_F(ServiceManagerTest, SaysEachThingInOneDatagram) {
  const Listener systemd(path_);
  const ServiceManager manager = told(path_);
  manager.ready("Polls 1 household.");
  EXPECT_EQ(systemd.heard(), "READY=1\nSTATUS=Polls 1 household.");
  manager.reloading(Steady(seconds{12}));
  EXPECT_EQ(systemd.heard(), "RELOADING=1\nMONOTONIC_USEC=12000000");
  manager.alive();
  EXPECT_EQ(systemd.heard(), "WATCHDOG=1");
  manager.stopping("Stopping.");
  EXPECT_EQ(systemd.heard(), "STOPPING=1\nSTATUS=Stopping.");
  EXPECT_EQ(systemd.heard(), "");
}

TEST_F(ServiceManagerTest, ReachesAnAbstractSocket) {
  const std::string name = "@" + path_;
  const Listener systemd(name);
  told(name).alive();
  EXPECT_EQ(systemd.heard(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, TakesItsVariablesOutOfTheEnvironment) {
  (void)told(path_, "120000000", std::to_string(::getpid()));
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(::getenv(name), nullptr) << name;
}

TEST_F(ServiceManagerTest, KnowsHowLongItIsWaitedFor) {
  EXPECT_EQ(told(path_, "120000000").watchdog(), milliseconds{120'000});
  EXPECT_EQ(told(path_, "120000000", std::to_string(::getpid())).watchdog(), milliseconds{120'000});
  EXPECT_EQ(told(path_, "120000000", "1").watchdog(), std::nullopt) << "another process is meant";
  EXPECT_EQ(told("", "120000000").watchdog(), std::nullopt) << "nobody to tell";
  for (const char* none : {"", "0", "999", "-1", "120s", "99999999999999999999"})
    EXPECT_EQ(told(path_, none).watchdog(), std::nullopt) << none;
}

TEST_F(ServiceManagerTest, SaysNothingWhereNobodyListens) {
  told("").ready("nobody told us where");
  told(path_).ready("a socket that is not there");
  told("relative/name").ready("no name of a socket");
  told("/" + std::string(200, 'x')).ready("a name that is too long");
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ServiceManagerTest, AListenerThatIsGoneStopsNobody) {
  auto systemd = std::make_unique<Listener>(path_);
  const ServiceManager manager = told(path_);
  manager.alive();
  systemd.reset();
  manager.alive();
  std::filesystem::remove(path_);
  const Listener again(path_);
  manager.alive();
  EXPECT_EQ(again.heard(), "WATCHDOG=1") << "each word finds its own way, as after systemd's daemon-reexec";
}

}  // namespace
}  // namespace taara
