// SPDX-License-Identifier: Apache-2.0
// What the page says of a household at one moment, in words. Pure, and nothing is computed here that /metrics and the
// API do not show: these are their values as a family reads them. What isn't known is said to be not known yet.
#pragma once

#include <string>
#include <string_view>

#include "core/household_now.h"

namespace taara {

struct Glance : HouseholdNow {
  Glance(const HouseholdView& household_view, LineStatus line_status, Time page_time);

  const HouseholdView& view;
  LineStatus line;
  Time now;
  bool unlimited;  // read well, and there is no cap
  bool used_up;    // nothing is left of this cycle
};

// The chance of crossing the cap has reached the owner's threshold, as in the message CapLikely.
[[nodiscard]] bool crossing_likely(const Glance& glance);

inline constexpr std::string_view kNotKnownYet = "not known yet";

// How it looks; the words always say the same.
enum class Mood { good, information, worth_a_look };
inline constexpr std::array<std::string_view, 3> kMoodNames{"good", "info", "look"};
inline constexpr std::array<std::string_view, 3> kMoodWords{"On track", "Not known yet", "Worth a look"};
[[nodiscard]] Mood mood_of(const Glance& glance);

// "plan" or "month": what the household's cycle is called.
[[nodiscard]] std::string_view cycle_word(const Glance& glance);
// "31.2 GB" and "7 %" whose parts stay on one line.
[[nodiscard]] std::string shown(double bytes);
[[nodiscard]] std::string shown(Bytes bytes);
[[nodiscard]] std::string shown(const std::optional<Bytes>& bytes);
[[nodiscard]] std::string shown_percent(double ratio);
// "18 days", "31 hours", "12 minutes".
[[nodiscard]] std::string span_text(seconds span);
// "Tue 31 March, 00:00" on the household's clock.
[[nodiscard]] std::string moment_text(const Glance& glance, Time time);
// The same without the day where it is today.
[[nodiscard]] std::string recent_text(const Glance& glance, Time time);

// "18 days", "No limit", "Used up".
[[nodiscard]] std::string safe_time_words(const Glance& glance);
// Why it is that long, or why it isn't known.
[[nodiscard]] std::string lasting_words(const Glance& glance);
// Empty where the words on safe time have said it already, as for the others below.
[[nodiscard]] std::string today_words(const Glance& glance);
[[nodiscard]] std::string end_words(const Glance& glance);
[[nodiscard]] std::string trend_words(const Glance& glance);
[[nodiscard]] std::string streak_words(const Glance& glance);
[[nodiscard]] std::string efficiency_words(const Glance& glance);
[[nodiscard]] std::string reading_words(const Glance& glance);
// What holds while the line can't be read; empty while it can.
[[nodiscard]] std::string line_words(const Glance& glance);
[[nodiscard]] std::string estimate_words(const Glance& glance);

struct NextStep {
  std::string title;
  std::string words;
};
[[nodiscard]] NextStep next_step(const Glance& glance);

}  // namespace taara
