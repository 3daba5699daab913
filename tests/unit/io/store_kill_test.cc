// SPDX-License-Identifier: Apache-2.0
// kill -9 at any moment: what was acknowledged is there, nothing is there twice.
#include <csignal>
#include <random>

#include "store_fixture.h"

namespace taara {
namespace {

class StoreKill : public StoreTest {};

TEST_F(StoreKill, D21_NothingAcknowledgedIsLostByAKill) {
  const char* asked = std::getenv("TAARA_KILL_ROUNDS");
  const int rounds = asked != nullptr ? std::atoi(asked) : 50;
  std::mt19937 random(17);
  int acknowledged = 0;  // readings 0 … acknowledged-1
  int noted = -1;        // attempt that was acknowledged last
  int last_total = 0;
  for (int round = 0; round < rounds; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto say = [&](int number) {
        if (::write(pipe[1], &number, sizeof(number)) != sizeof(number)) ::_exit(3);
      };
      auto opened = try_open();
      if (!opened) ::_exit(2);
      for (int i = acknowledged; i < acknowledged + 500; ++i) {
        (*opened)->note_attempts({"home"}, kStart + kPoll * i);
        if (!(*opened)->view().writable) ::_exit(4);
        say(-1 - i);
        save(**opened, i, i + 1);
        if ((*opened)->view().pending_readings != 0) ::_exit(4);
        say(i);
        if (i % 5 == 0) (*opened)->prune(kStart);
      }
      opened->reset();
      ::_exit(0);
    }
    ::close(pipe[1]);
    // After a few words of the child, or none, and a random moment.
    int number = 0;
    const auto hear = [&] {
      if (::read(pipe[0], &number, sizeof(number)) != sizeof(number)) return false;
      if (number >= 0) acknowledged = number + 1;
      if (number < 0) noted = -1 - number;
      return true;
    };
    for (auto words = random() % 12; words > 0 && hear(); --words) {
    }
    // Real time, so that the kill meets the other process anywhere in its work.
    ::usleep(static_cast<useconds_t>(random() % 3000));
    ::kill(child, SIGKILL);
    while (hear()) {
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);

    auto store = open();
    ASSERT_TRUE(store);
    EXPECT_EQ(store->view().salvages, 0U);
    auto found = store->recall("home", kStart + kPoll * std::max(acknowledged, noted));
    ASSERT_TRUE(found);
    const std::string checked = sql("PRAGMA integrity_check");
    ASSERT_EQ(checked, "ok") << round;
    const int total = static_cast<int>(store->view().readings);
    ASSERT_TRUE(total == acknowledged || total == acknowledged + 1) << round << ": " << total << " " << acknowledged;
    ASSERT_EQ(sql("SELECT count(*), count(DISTINCT started), coalesce(max(started)-min(started), -600) FROM readings"),
              std::to_string(total) + "|" + std::to_string(total) + "|" + std::to_string((total - 1) * 600))
        << round;
    // The state is the one after the last reading, and the attempt counts.
    if (total > 0) {
      EXPECT_EQ(found->book.usage_total, Bytes{(total - 1) * 1'000'000LL});
    }
    if (noted >= 0) {
      EXPECT_GE(found->polling.last_attempt, kStart + kPoll * noted);
    }
    acknowledged = total;
    EXPECT_GE(total, last_total);
    last_total = total;
  }
  EXPECT_GT(last_total, rounds) << "the children have got somewhere";
}

}  // namespace
}  // namespace taara
