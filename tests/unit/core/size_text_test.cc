// SPDX-License-Identifier: Apache-2.0
#include "core/size_text.h"

#include <gtest/gtest.h>

namespace taara {
namespace {

std::optional<std::pair<std::int64_t, std::int64_t>> parsed(std::string_view text) {
  const auto result = parse_size(text);
  if (const auto* size = std::get_if<SizeText>(&result)) return {{size->bytes.count, size->resolution.count}};
  return std::nullopt;
}

SizeFault fault(std::string_view text) { return std::get<SizeFault>(parse_size(text)); }

using Pair = std::pair<std::int64_t, std::int64_t>;

TEST(SizeText, R26_DecimalAndBinaryUnitsAreKeptApart) {
  EXPECT_EQ(parsed("885.1 GB"), Pair(885'100'000'000, 100'000'000));
  EXPECT_EQ(parsed("885.1GB"), Pair(885'100'000'000, 100'000'000));
  EXPECT_EQ(parsed("0.86 TB"), Pair(860'000'000'000, 10'000'000'000));
  EXPECT_EQ(parsed("885.1 GiB"), Pair(950'368'888'422, 107'374'182));
  EXPECT_EQ(parsed("1 TiB"), Pair(1'099'511'627'776, 1'099'511'627'776));
  EXPECT_EQ(parsed("500.0 MB"), Pair(500'000'000, 100'000));
  EXPECT_EQ(parsed("7 B"), Pair(7, 1));
  EXPECT_EQ(parsed("12 KB"), parsed("12 kB"));
}

TEST(SizeText, R26_AnythingElseIsAFaultAndNeverAGuess) {
  for (const auto* text :
       {"885,1 GB", "885.1", "885.1 gb", "885.1 Gb", "885.1  GB", "885.1 GB ", "1 PB", "5 GB/s", "885.1 G"})
    EXPECT_EQ(fault(text), SizeFault::unit) << text;
  for (const auto* text : {"", " ", "GB", "+5 GB", ".5 GB", "5. GB", "1e3 GB extra", "NaN GB", "Infinity GB", "--5 GB"})
    EXPECT_FALSE(parsed(text)) << text;
}

TEST(SizeText, R29_R30_RangeIsCheckedAndMinusZeroIsZero) {
  EXPECT_EQ(fault("-5 GB"), SizeFault::range);
  EXPECT_EQ(fault("1001 TB"), SizeFault::range);
  EXPECT_EQ(fault("1000.1 TB"), SizeFault::range);
  EXPECT_EQ(fault("9223372036854775808 B"), SizeFault::range);
  EXPECT_EQ(fault("18446744073709551616 TiB"), SizeFault::range);
  EXPECT_EQ(parsed("-0 GB"), Pair(0, kGigabyte.count));
  EXPECT_EQ(parsed("1000 TB"), Pair(kMaxPlausible.count, kTerabyte.count));
}

TEST(SizeText, RoundsAFractionToTheNearestByte) {
  EXPECT_EQ(parsed("0.5 B")->first, 1);
  EXPECT_EQ(parsed("0.999999999999 TiB")->first, 1'099'511'627'775);
  EXPECT_FALSE(parsed("0.9999999999999 TiB"));
}

}  // namespace
}  // namespace taara
