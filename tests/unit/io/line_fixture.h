// SPDX-License-Identifier: Apache-2.0
// Bodies of lines and small changes to them.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "core/line_source.h"

namespace taara {

inline std::string line_fixture(std::string_view name) {
  std::ifstream file(TAARA_SOURCE_DIR "/tests/fixtures/" + std::string(name));
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The text with the one place that says `from` saying `to`.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  if (place != std::string::npos) text.replace(place, from.size(), to);
  return text;
}

inline std::string violated(const PollOutcome& outcome) {
  std::string fields;
  for (const auto& violation : outcome.violations)
    fields += (fields.empty() ? "" : " ") + std::string(name_of(kFieldNames, violation.field));
  return fields;
}

// Whatever of an outcome may be logged, stored or shown.
inline std::string everything_shown(const PollOutcome& outcome) {
  std::string text = outcome.detail + "\n" + outcome.raw + "\n" + outcome.reading.plan;
  for (const auto& violation : outcome.violations) text += "\n" + violation.detail;
  for (const auto& plan : outcome.reading.plans) text += "\n" + plan.plan;
  return text;
}

}  // namespace taara
