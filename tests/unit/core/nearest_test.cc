// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace taara {
namespace {

constexpr std::array<std::string_view, 6> kNames{"interval",           "timeout", "config.file",
                                                 "web.listen-address", "at",      "day"};

TEST(Nearest, FindsTheNameBehindASlip) {
  EXPECT_EQ(nearest("intervall", kNames), "interval");
  EXPECT_EQ(nearest("itnerval", kNames), "interval");
  EXPECT_EQ(nearest("Timeout", kNames), "timeout");
  EXPECT_EQ(nearest("timout", kNames), "timeout");
  EXPECT_EQ(nearest("config", kNames), "config.file");
  EXPECT_EQ(nearest("listen-address", kNames), "web.listen-address");
  EXPECT_EQ(nearest("days", kNames), "day");
}

TEST(Nearest, SaysNothingWhereNoneIsNear) {
  for (const auto* word : {"", "x", "grafana", "to", "zz", "password"})
    EXPECT_EQ(nearest(word, kNames), std::nullopt) << word;
  EXPECT_EQ(nearest(std::string(10'000, 'i'), kNames), std::nullopt);
  EXPECT_EQ(nearest("interval", {}), std::nullopt);
}

}  // namespace
}  // namespace taara
