// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>

#include "app/daemon.h"

namespace taara {
namespace {

TEST(PrepareProcess, S09_NobodyElseMayLookInAndNoCoreIsLeft) {
  const auto closed = [] {
    rlimit core{1, 1};
    const bool none = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
    return none && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  };
  ASSERT_FALSE(closed()) << "the test's own process is as usual";
  EXPECT_EXIT(
      {
        prepare_process();
        std::_Exit(closed() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace taara
