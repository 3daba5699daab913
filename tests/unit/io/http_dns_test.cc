// SPDX-License-Identifier: Apache-2.0
// Names that cannot be looked up. Each case runs in a child process with its own network and /etc/resolv.conf.
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstring>
#include <fstream>

#include "fetch.h"
#include "io/http.h"
#include "scripted_server.h"

namespace taara {
namespace {

constexpr int kNotAllowed = 77;

// A network of our own with nothing but loopback, and 127.0.0.1 as the name server.
bool enter_lonely_network(const std::string& resolv_conf) {
  if (::unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  std::ofstream(resolv_conf) << "nameserver 127.0.0.1\n";
  if (::mount(resolv_conf.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) != 0) return false;
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  const bool up = ::ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
  ::close(fd);
  return up;
}

// A name server that takes every question and answers none.
bool listen_mutely() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(::socket(AF_INET, SOCK_DGRAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

struct Seen {
  bool allowed = false;
  std::string kind;
  bool reached = true;
  long long whole_ms = 0;  // with the end of Http
};

Seen look_up(bool mute_server, const HttpLimits& limits) {
  const std::string resolv_conf = ::testing::TempDir() + "http_dns_test_" + std::to_string(::getpid());
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter_lonely_network(resolv_conf) || (mute_server && !listen_mutely())) ::_exit(kNotAllowed);
    const Steady start = std::chrono::steady_clock::now();
    HttpDone done;
    {
      const auto http = test::make_http();
      done = test::get(*http, "http://line.example/", limits);
    }
    const auto took = std::chrono::ceil<milliseconds>(std::chrono::steady_clock::now() - start);
    const std::string report =
        test::kind_name(done) + (test::failure_of(done).reached ? " 1 " : " 0 ") + std::to_string(took.count()) + "\n";
    (void)!::write(ends[1], report.data(), report.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  char text[100] = {};
  const ssize_t size = ::read(ends[0], text, sizeof text - 1);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  std::remove(resolv_conf.c_str());
  Seen seen;
  seen.allowed = !(WIFEXITED(status) && WEXITSTATUS(status) == kNotAllowed);
  char kind[32] = {};
  int reached = 1;
  if (size > 0 && std::sscanf(text, "%31s %d %lld", kind, &reached, &seen.whole_ms) == 3) {
    seen.kind = kind;
    seen.reached = reached != 0;
  }
  return seen;
}

TEST(HttpDns, N01_NoNameServerIsADnsErrorAtOnce) {
  const Seen seen = look_up(false, {});
  if (!seen.allowed) GTEST_SKIP() << "needs the right to make a network of its own (root)";
  EXPECT_EQ(seen.kind, "dns");
  EXPECT_FALSE(seen.reached);
  EXPECT_LT(seen.whole_ms, 1000);
}

TEST(HttpDns, N02_ASilentNameServerHoldsNobodyUp) {  // 10 s where curl waits for its resolver thread
  const Seen seen = look_up(true, {.connect_timeout = milliseconds{200}});
  if (!seen.allowed) GTEST_SKIP() << "needs the right to make a network of its own (root)";
  EXPECT_EQ(seen.kind, "dns");
  EXPECT_FALSE(seen.reached);
  EXPECT_LT(seen.whole_ms, 2000);
}

}  // namespace
}  // namespace taara
