// SPDX-License-Identifier: Apache-2.0
#include "io/process_stats.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace taara {
namespace {

TEST(ProcessStats, SaysWhatTheProcessCosts) {
  const ProcessStats stats = process_stats();
  EXPECT_GT(stats.cpu_seconds.value(), 0);
  EXPECT_GT(stats.resident_bytes.value(), 1'000'000U);
  EXPECT_GT(stats.virtual_bytes.value(), stats.resident_bytes.value());
  EXPECT_GE(stats.open_fds.value(), 3U);
}

TEST(ProcessStats, CountsFileDescriptorsWithoutItsOwn) {
  const auto before = process_stats().open_fds;
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto during = process_stats().open_fds;
  close(fd);
  EXPECT_EQ(during.value(), before.value() + 1);
  EXPECT_EQ(process_stats().open_fds, before);
}

}  // namespace
}  // namespace taara
