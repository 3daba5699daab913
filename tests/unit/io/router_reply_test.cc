// SPDX-License-Identifier: Apache-2.0
#include "io/router_reply.h"

#include "line_fixture.h"

namespace taara {
namespace {

using namespace std::chrono_literals;
constexpr Time kNow = date::sys_days{date::year{2025} / 8 / 24} + 10h;
constexpr std::int64_t kMiB = 1 << 20;

PollOutcome parse(std::string_view body, const Mapping& mapping = {}) {
  return parse_usage(body, mapping, kNow, nullptr);
}
std::string good() { return line_fixture("router/good-default-mapping.json"); }

void expect_failed(const PollOutcome& outcome, PollError error) {
  EXPECT_EQ(outcome.reading.status, ReadingStatus::failed);
  EXPECT_EQ(outcome.reading.error, error);
  EXPECT_FALSE(outcome.reading.used || outcome.reading.remaining || outcome.reading.allocation);
  EXPECT_FALSE(outcome.detail.empty());
}

TEST(RouterReply, ReadsTheDefaultMapping) {
  const auto outcome = parse(good());
  EXPECT_EQ(outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(outcome.reading.used, Bytes{153'428 * kMiB});
  EXPECT_EQ(outcome.reading.remaining, Bytes{895'148 * kMiB});
  EXPECT_EQ(outcome.reading.allocation, Bytes{1'048'576 * kMiB});
  EXPECT_EQ(outcome.reading.resolution, Bytes{kMiB});
  EXPECT_EQ(outcome.reading.time, kNow);
  EXPECT_FALSE(outcome.reading.expiry || outcome.reading.purchased);
}

TEST(RouterReply, ReadsNestedStringsAndAnExpiry) {
  Mapping mapping;
  mapping.used = MappedField{"/plan/used", Unit::automatic};
  mapping.remaining = MappedField{"/plan/left", Unit::automatic};
  mapping.allocated = MappedField{"/plan/quota", Unit::automatic};
  mapping.expires_pointer = "/plan/expires";
  const auto outcome = parse(line_fixture("router/nested-strings.json"), mapping);
  EXPECT_EQ(outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(outcome.reading.used, Bytes{114'900'000'000});
  EXPECT_EQ(outcome.reading.resolution, Bytes{100'000'000});
  EXPECT_EQ(outcome.reading.expiry, Time{date::sys_days{date::year{2025} / 9 / 17} + 21h});
  EXPECT_EQ(outcome.reading.expiry_resolution, 1s);
}

TEST(RouterReply, FractionsOfAUnitAreFiner) {
  Mapping mapping;
  mapping.used = MappedField{"/usage/data_used_mb", Unit::MiB};
  mapping.remaining = MappedField{"/usage/data_left_mb", Unit::MiB};
  mapping.allocated = MappedField{"/usage/data_limit_mb", Unit::MiB};
  mapping.expires_pointer = "/usage/valid_until";
  const auto outcome = parse(line_fixture("router/fractions.json"), mapping);
  EXPECT_EQ(outcome.reading.status, ReadingStatus::success);
  EXPECT_EQ(outcome.reading.used, Bytes{153'428 * kMiB + kMiB / 4});
  EXPECT_EQ(outcome.reading.resolution, Bytes{kMiB / 100});
  EXPECT_EQ(outcome.reading.expiry, Time{1'758'142'800s});
}

TEST(RouterReply, ExpiryMayBeADateATimeASpanOrSeconds) {
  Mapping mapping;
  mapping.expires_pointer = "/ends";
  const auto ends = [&](std::string_view value) {
    return parse(with(good(), "{", "{\"ends\": " + std::string(value) + ","), mapping);
  };
  EXPECT_EQ(ends("\"2025-09-17\"").reading.expiry, Time{date::sys_days{date::year{2025} / 9 / 17}});
  EXPECT_EQ(ends("\"2025-09-17\"").reading.expiry_resolution, 24h);
  EXPECT_EQ(ends("\"27 days\"").reading.expiry, kNow + 27 * 24h);
  EXPECT_EQ(ends("1758142800").reading.expiry, Time{1'758'142'800s});
  for (const auto* value : {"\"soon\"", "0", "-1", "1758142800000", "1.5", "null", "true", "[]", "\"\""}) {
    const auto outcome = ends(value);
    EXPECT_EQ(outcome.reading.status, ReadingStatus::partial) << value;
    EXPECT_EQ(violated(outcome), "expiry") << value;
    EXPECT_FALSE(outcome.reading.expiry) << value;
  }
  EXPECT_EQ(violated(parse(good(), mapping)), "expiry");
}

TEST(RouterReply, WhatContradictsIsDropped) {
  const auto outcome = parse(line_fixture("router/contradiction.json"));
  EXPECT_EQ(outcome.reading.status, ReadingStatus::partial);
  EXPECT_EQ(violated(outcome), "meter");
  EXPECT_EQ(outcome.reading.used, Bytes{153'428 * kMiB});
  EXPECT_FALSE(outcome.reading.remaining);
  EXPECT_FALSE(outcome.reading.allocation);
}

TEST(RouterReply, TheSumMayBeOffByTwoSteps) {
  EXPECT_EQ(parse(with(good(), "895148", "895150")).reading.status, ReadingStatus::success);
  EXPECT_EQ(parse(with(good(), "895148", "895146")).reading.status, ReadingStatus::success);
  EXPECT_EQ(violated(parse(with(good(), "895148", "895151"))), "meter");
  EXPECT_EQ(violated(parse(with(good(), "895148", "895145"))), "meter");
}

TEST(RouterReply, MoreLeftThanAllocatedIsAContradictionMoreUsedIsNot) {
  Mapping mapping;
  mapping.used.reset();
  const auto outcome = parse(with(good(), "895148", "1048579"), mapping);
  EXPECT_EQ(violated(outcome), "meter");
  EXPECT_EQ(outcome.reading.remaining, Bytes{1'048'579 * kMiB});
  EXPECT_FALSE(outcome.reading.allocation);
  mapping = {};
  mapping.remaining.reset();
  EXPECT_EQ(parse(with(good(), "153428", "2000000"), mapping).reading.status, ReadingStatus::success);
}

TEST(RouterReply, R34_ZerosEverywhereHaveNoAllocation) {
  const auto outcome = parse(line_fixture("router/all-zero.json"));
  EXPECT_EQ(outcome.reading.status, ReadingStatus::partial);
  EXPECT_EQ(violated(outcome), "allocation");
  EXPECT_FALSE(outcome.reading.allocation);
}

TEST(RouterReply, R31_AQuotedNumberIsNotRead) {
  const auto outcome = parse(line_fixture("router/quoted-number.json"));
  EXPECT_EQ(outcome.reading.status, ReadingStatus::partial);
  EXPECT_EQ(violated(outcome), "used");
  EXPECT_FALSE(outcome.reading.used);
  EXPECT_EQ(outcome.reading.remaining, Bytes{895'148 * kMiB});
  EXPECT_EQ(outcome.violations[0].detail, "/total_used_mb: a string where a number is expected");
}

TEST(RouterReply, R31_MissingFieldsLeaveWhatIsThere) {
  EXPECT_EQ(violated(parse(with(good(), "total_allocated_mb", "quota"))), "allocation");
  EXPECT_EQ(violated(parse(with(good(), "remaining_mb", "left"))), "remaining");
  for (const auto* body : {"{}", "[]", "7", "null", R"({"total_allocated_mb":1048576})"}) {
    const auto outcome = parse(body);
    expect_failed(outcome, PollError::schema);
    EXPECT_EQ(outcome.detail, "/total_used_mb: missing") << body;
  }
}

TEST(RouterReply, R29_R30_NumbersBeyondReasonFail) {
  for (const auto* number : {"1e400", "-1e400", "-1", "9223372036854775808", "18446744073709551616"}) {
    const auto body = with(with(good(), "153428", number), "895148", number);
    expect_failed(parse(body), PollError::range);
  }
  EXPECT_EQ(parse(with(with(good(), "153428", "-0"), "895148", "1048576")).reading.used, Bytes{0});
}

TEST(RouterReply, R26_StringsWithoutUnitFail) {
  Mapping mapping;
  mapping.used = MappedField{"/used", Unit::automatic};
  mapping.remaining.reset();
  mapping.allocated.reset();
  expect_failed(parse(R"({"used":"885.1"})", mapping), PollError::unit);
  expect_failed(parse(R"({"used":"885,1 GB"})", mapping), PollError::unit);
  expect_failed(parse(R"({"used":885.1})", mapping), PollError::schema);
}

TEST(RouterReply, AMappingOfNothingFails) {
  expect_failed(parse(good(), Mapping{std::nullopt, std::nullopt, std::nullopt, std::nullopt}), PollError::schema);
}

TEST(RouterReply, R06_R32_BodiesThatAreNoAnswer) {
  expect_failed(parse(good().substr(0, 50)), PollError::truncated);
  expect_failed(parse(line_fixture("router/login-page.html")), PollError::not_json);
  expect_failed(parse(R"({"total_used_mb":1,"total_used_mb":2})"), PollError::schema);
  EXPECT_EQ(violated(parse("")), "body");
}

}  // namespace
}  // namespace taara
