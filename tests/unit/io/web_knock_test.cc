// SPDX-License-Identifier: Apache-2.0
#include "io/web_knock.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

#include "io/descriptor.h"
#include "io/system_clock.h"

namespace taara {
namespace {

constexpr milliseconds kPatience{5'000};

// A port that the system keeps open; nobody is at work behind it until somebody accepts.
class Port {
 public:
  Port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(any);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&any), size), 0);
    EXPECT_EQ(::listen(socket_.get(), 4), 0);
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&any), &size), 0);
    address.port = ntohs(any.sin_port);
  }
  [[nodiscard]] Descriptor accepted() const { return Descriptor(::accept(socket_.get(), nullptr, nullptr)); }
  void close() { socket_.close(); }

  ListenAddress address{"127.0.0.1", 0};

 private:
  Descriptor socket_;
};

class WebKnock : public testing::Test {
 protected:
  [[nodiscard]] bool answers(const ListenAddress& address, milliseconds longest = kPatience) const {
    return somebody_answers(address, longest, clock_, [] { return false; });
  }
  SystemClock clock_;
  Port port_;
};

TEST_F(WebKnock, AnAnswerIsASignOfLife) {
  const std::jthread server([this] {
    const Descriptor client = port_.accepted();
    char first = 0;
    EXPECT_EQ(::recv(client.get(), &first, 1, 0), 1);
    EXPECT_EQ(first, 'G');
    EXPECT_EQ(::send(client.get(), "x", 1, MSG_NOSIGNAL), 1);
  });
  EXPECT_TRUE(answers(port_.address));
}

TEST_F(WebKnock, SoIsAClosedDoor) {
  const std::jthread server([this] { (void)port_.accepted(); });
  EXPECT_TRUE(answers(port_.address));
}

TEST_F(WebKnock, AnyAddressIsReachedAtThisMachine) {
  const std::jthread server([this] { (void)port_.accepted(); });
  EXPECT_TRUE(answers({"0.0.0.0", port_.address.port}));
}

TEST_F(WebKnock, APortBehindWhichNobodyWorksIsSilent) {
  EXPECT_FALSE(answers(port_.address, milliseconds{20})) << "the system alone took the connection";
}

TEST_F(WebKnock, APortThatIsGoneIsNoAnswer) {
  port_.close();
  EXPECT_FALSE(answers(port_.address));
}

TEST_F(WebKnock, GivesUpWhenToldTo) {
  const Steady before = clock_.steady();
  EXPECT_FALSE(somebody_answers(port_.address, kPatience, clock_, [] { return true; }));
  EXPECT_LT(clock_.steady() - before, kPatience / 2);
}

}  // namespace
}  // namespace taara
