// SPDX-License-Identifier: Apache-2.0
#include "core/duration_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

using std::chrono::days;

TEST(DurationText, ANumberDirectlyFollowedByItsUnit) {
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("10m"), seconds(600));
  EXPECT_EQ(parse_duration("1h"), seconds(3600));
  EXPECT_EQ(parse_duration("366d"), days(366));
  EXPECT_EQ(parse_duration("0s"), milliseconds(0));
  EXPECT_EQ(parse_duration("999999999d"), days(999'999'999));
}

TEST(DurationText, F03_AnythingElseIsNoDuration) {
  for (const auto* text :
       {"",     "0",     "600", "-1",  "-10m", "+10m", "10 min", "10 m", "10min", "1e9",         "1e9s",  "10y",
        "1.5h", "1h30m", "10M", "10S", "m",    "s",    " 10m",   "10m ", "1,5h",  "9999999999s", "0x10s", "\xD9\xA1s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(DurationText, TimesToKeepMayBeSaidInWords) {
  EXPECT_EQ(parse_retention("30 days"), days(30));
  EXPECT_EQ(parse_retention("1 day"), days(1));
  EXPECT_EQ(parse_retention("30d"), days(30));
  EXPECT_EQ(parse_retention("1 month"), days(31));
  EXPECT_EQ(parse_retention("12 months"), days(366));
  EXPECT_EQ(parse_retention("24 months"), days(732));
  for (const auto* text : {"", "12", "12 month", "1 months", "1 days", "12months", "12  months", "12 Months", "1 year",
                           "1 month 2 days", "-1 month", "1.5 months", "30 d", "12m"})
    EXPECT_FALSE(parse_retention(text)) << text;
}

TEST(DurationText, IsWrittenAsItIsRead) {
  for (const auto* text :
       {"0ms", "250ms", "1500ms", "59s", "60500ms", "90s", "10m", "1h", "24h", "36h", "3d", "366d"}) {
    ASSERT_TRUE(parse_duration(text)) << text;
    EXPECT_EQ(duration_text(*parse_duration(text)), text);
  }
  EXPECT_EQ(duration_text(seconds(60)), "1m");
  EXPECT_EQ(duration_text(days(2)), "48h");
}

}  // namespace
}  // namespace taara
