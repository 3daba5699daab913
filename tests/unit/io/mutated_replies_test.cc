// SPDX-License-Identifier: Apache-2.0
// Good answers, damaged at random: nothing crashes, and a success never holds a number that the line did not mean.
#include <cstdlib>
#include <random>

#include "io/redact.h"
#include "io/router_mapping.h"
#include "io/router_reply.h"
#include "io/taara_reply.h"
#include "line_fixture.h"

namespace taara {
namespace {

using namespace std::chrono_literals;
constexpr Time kNow = date::sys_days{date::year{2025} / 8 / 24} + 10h;
constexpr int kRounds = 3000;

class Damage {
 public:
  explicit Damage(unsigned seed) : random_(seed) {}

  // One change at one place.
  std::string once(std::string text) {
    if (text.empty()) return text;
    const std::size_t place = below(text.size());
    switch (below(6)) {
      case 0:
        text[place] = static_cast<char>(below(256));
        break;
      case 1:
        text[place] = static_cast<char>(static_cast<unsigned char>(text[place]) ^ (1U << below(8)));
        break;
      case 2:
        text.resize(place);
        break;
      case 3:
        text.erase(place, 1 + below(20));
        break;
      case 4:
        text.insert(place, text.substr(below(text.size()), 1 + below(20)));
        break;
      default:
        replace_digit(text, place);
    }
    return text;
  }
  // The first digit from `place` on, wherever in the answer it stands, becomes another.
  void replace_digit(std::string& text, std::size_t place) {
    place = text.find_first_of("0123456789", place);
    if (place == std::string::npos) return;
    text[place] = static_cast<char>('0' + (text[place] - '0' + 1 + static_cast<int>(below(9))) % 10);
  }
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

 private:
  std::mt19937 random_;
};

// What holds for every outcome, whatever the body was.
void expect_sound(const PollOutcome& outcome) {
  const Reading& reading = outcome.reading;
  ASSERT_EQ(reading.error.has_value(), reading.status == ReadingStatus::failed);
  if (reading.status == ReadingStatus::failed) {
    ASSERT_FALSE(reading.remaining || reading.used || reading.allocation || reading.expiry || reading.purchased);
    ASSERT_FALSE(outcome.detail.empty());
    ASSERT_FALSE(outcome.violations.empty());
  } else {
    ASSERT_TRUE(reading.remaining || reading.used);
    ASSERT_EQ(outcome.violations.empty(), reading.status == ReadingStatus::success);
  }
  for (const auto& bytes : {reading.remaining, reading.used, reading.allocation})
    ASSERT_TRUE(!bytes || (*bytes >= Bytes{0} && *bytes <= kMaxPlausible));
  ASSERT_GE(reading.resolution, Bytes{1});
  ASSERT_LE(reading.plan.size(), 128U);
}

TEST(MutatedReplies, ADamagedBundleNeverGivesAWrongNumberAsSuccess) {
  const auto good = line_fixture("taara/good.json");
  const Reading truth = parse_bundle(good, kNow, nullptr).reading;
  Damage damage(20250824);
  int successes = 0;
  int partials = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto body = damage.once(good);
    SCOPED_TRACE(body);
    const auto outcome = parse_bundle(body, kNow, nullptr);
    ASSERT_NO_FATAL_FAILURE(expect_sound(outcome));
    partials += outcome.reading.status == ReadingStatus::partial;
    if (outcome.reading.status != ReadingStatus::success) continue;
    ++successes;
    // Exact bytes are believed only within the step of the string beside them: 0.1 GB to either side.
    ASSERT_LT(std::abs(outcome.reading.remaining->count - truth.remaining->count), 200'000'000);
    ASSERT_LE(std::chrono::abs(*outcome.reading.expiry - *truth.expiry), 24h);
    ASSERT_LE(std::chrono::abs(*outcome.reading.purchased - *truth.purchased), 48h);
  }
  // Damage that nothing notices and damage that is noticed both occur, so the assertions above were reached.
  EXPECT_GT(successes, kRounds / 20);
  EXPECT_GT(partials, kRounds / 20);
}

TEST(MutatedReplies, ADamagedUsageNeverGivesAWrongNumberAsSuccess) {
  const auto good = line_fixture("router/good-default-mapping.json");
  const Reading truth = parse_usage(good, {}, kNow, nullptr).reading;
  Damage damage(20250825);
  int successes = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto body = damage.once(good);
    SCOPED_TRACE(body);
    const auto outcome = parse_usage(body, {}, kNow, nullptr);
    ASSERT_NO_FATAL_FAILURE(expect_sound(outcome));
    if (outcome.reading.status != ReadingStatus::success) continue;
    ++successes;
    // One changed digit is caught by used + remaining = allocated, but for the two steps that rounding may take.
    const std::int64_t step = 2 * std::max(truth.resolution, outcome.reading.resolution).count;
    ASSERT_LE(std::abs(outcome.reading.used->count - truth.used->count), step);
    ASSERT_LE(std::abs(outcome.reading.remaining->count - truth.remaining->count), step);
    ASSERT_LE(std::abs(outcome.reading.allocation->count - truth.allocation->count), step);
  }
  EXPECT_GT(successes, kRounds / 50);
}

TEST(MutatedReplies, ManyDamagesAtOnceCrashNothing) {
  Damage damage(20250826);
  for (const auto* name : {"taara/bonus-plans.json", "taara/renewal-bought-early.json", "router/nested-strings.json"}) {
    const auto good = line_fixture(name);
    for (int round = 0; round < kRounds / 12; ++round) {
      std::string body = good;
      for (std::size_t i = 1 + damage.below(6); i > 0; --i) body = damage.once(std::move(body));
      SCOPED_TRACE(body);
      ASSERT_NO_FATAL_FAILURE(expect_sound(parse_bundle(body, kNow, nullptr)));
      ASSERT_NO_FATAL_FAILURE(expect_sound(parse_usage(body, {}, kNow, nullptr)));
      const auto proposal = propose_mapping(body);
      const Mapping mapping = proposal ? proposal->mapping : Mapping{};
      ASSERT_NO_FATAL_FAILURE(expect_sound(parse_usage(body, mapping, kNow, nullptr)));
      const auto kept = redact(body, "application/json");
      for (const auto* canary : {"CANARY", "203.0.113.77", "02:00:5E"})
        // A damaged key may no longer look personal; the text under it is removed all the same.
        ASSERT_EQ(kept.find(canary), std::string::npos) << kept;
      std::ignore = subscriber_of("h." + body + ".s");
      std::ignore = parse_login(body);
    }
  }
}

}  // namespace
}  // namespace taara
