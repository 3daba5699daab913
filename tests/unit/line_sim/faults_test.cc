// SPDX-License-Identifier: Apache-2.0
#include "line_sim/faults.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace taara::line_sim {
namespace {

std::set<std::string> ids_of(const FaultInfo& info) {
  std::set<std::string> out;
  std::string ids(info.ids);
  for (std::size_t at = 0; at <= ids.size();) {
    const std::size_t comma = std::min(ids.find(',', at), ids.size());
    out.insert(ids.substr(at, comma - at));
    at = comma + 1;
  }
  return out;
}

TEST(SimFaults, EveryNameParsesAndTheTableIsInTheOrderOfTheEnum) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < all_faults().size(); ++i) {
    const FaultInfo& info = all_faults()[i];
    EXPECT_EQ(static_cast<std::size_t>(info.fault), i) << info.name;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.help.empty()) << info.name;
    const auto parsed = parse_fault_flag(info.name);
    ASSERT_TRUE(parsed) << info.name << ": " << parsed.error().what;
    EXPECT_EQ(parsed.value().fault.fault, info.fault);
    EXPECT_EQ(parsed.value().fault.value, info.usual);
    EXPECT_NE(fault_list_text().find(info.name), std::string::npos);
  }
  EXPECT_EQ(all_faults().back().fault, Fault::date_header);
}

TEST(SimFaults, EveryFaultOfTheLineIsThere) {
  const std::regex form("R(0[1-9]|[1-3][0-9]|4[0-2])|N(0[1-9]|1[0-6])|C03|line");
  std::set<std::string> all;
  for (const FaultInfo& info : all_faults()) {
    for (const std::string& id : ids_of(info)) {
      EXPECT_TRUE(std::regex_match(id, form)) << info.name << ' ' << id;
      all.insert(id);
    }
  }
  for (int number = 1; number <= 42; ++number) {
    if (number == 22) continue;  // a new cycle is no fault: /control/renew and the calendar do it
    const std::string id = (number < 10 ? "R0" : "R") + std::to_string(number);
    EXPECT_TRUE(all.contains(id)) << id;
  }
  EXPECT_TRUE(all.contains("N07"));
  EXPECT_TRUE(all.contains("N08"));
}

TEST(SimFaults, AFlagTellsValueAndHousehold) {
  const auto placed = parse_fault_flag("status:429,Wed, 21 Oct 2026 07:28:00 GMT@3");
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed.value().fault.value, "429,Wed, 21 Oct 2026 07:28:00 GMT");
  EXPECT_EQ(placed.value().household, 3U);
  EXPECT_FALSE(parse_fault_flag("silent@all").value().household);
  const auto url = parse_fault_flag("redirect:http://user@elsewhere.example/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url.value().fault.value, "http://user@elsewhere.example/");
}

TEST(SimFaults, NonsenseIsRefusedWithTheReason) {
  for (const char* const bad :
       {"", "nosuch", "silent:7", "delay:soon", "delay:-1", "status:999", "status:abc", "bad_token:nice",
        "counter_back:101", "counter_back:nan", "deep_nesting:1", "wedge:101"}) {
    const auto parsed = parse_fault_flag(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_FALSE(parsed.error().what.empty());
  }
  EXPECT_FALSE(make_fault({"silent", {}, "0", {}}));
  EXPECT_FALSE(make_fault({"silent", {}, {}, "sometimes"}));
}

TEST(SimFaults, ACountedFaultEndsAfterItsAnswers) {
  FaultSet faults;
  faults.add(make_fault({"empty", {}, "2", {}}).value());
  EXPECT_EQ(faults.take(Exchange::read).size(), 1U);
  EXPECT_TRUE(faults.take(Exchange::login).empty());
  EXPECT_EQ(faults.take(Exchange::read).size(), 1U);
  EXPECT_TRUE(faults.take(Exchange::read).empty());
}

TEST(SimFaults, TheNewestOfAKindHolds) {
  FaultSet faults;
  faults.add(make_fault({"status", "500", {}, {}}).value());
  faults.add(make_fault({"status", "429,60", {}, "login"}).value());
  EXPECT_TRUE(faults.take(Exchange::read).empty());
  const auto striking = faults.take(Exchange::login);
  ASSERT_EQ(striking.size(), 1U);
  EXPECT_EQ(striking.front().value, "429,60");
}

}  // namespace
}  // namespace taara::line_sim
