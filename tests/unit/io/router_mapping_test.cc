// SPDX-License-Identifier: Apache-2.0
#include "io/router_mapping.h"

#include "io/router_reply.h"
#include "line_fixture.h"

namespace taara {
namespace {

std::string pointers(std::string_view body) {
  std::string all;
  for (const auto& field : numeric_fields(body)) all += field.pointer + "=" + field.shown + " ";
  return all;
}

std::string proposed(std::string_view body) {
  const auto proposal = propose_mapping(body);
  if (!proposal) return "nothing";
  const auto text = [](const std::optional<MappedField>& field) {
    return field ? field->pointer + ":" + std::to_string(static_cast<int>(field->unit)) : "-";
  };
  const Mapping& mapping = proposal->mapping;
  return text(mapping.used) + " " + text(mapping.remaining) + " " + text(mapping.allocated) +
         (proposal->adds_up ? " sum" : " names");
}
std::string unit(Unit unit) { return std::to_string(static_cast<int>(unit)); }

TEST(RouterMapping, ListsNumbersAndAmountsButNothingPersonal) {
  EXPECT_EQ(pointers(line_fixture("router/good-default-mapping.json")),
            "/total_used_mb=153428 /remaining_mb=895148 /total_allocated_mb=1048576 ");
  EXPECT_EQ(pointers(line_fixture("router/nested-strings.json")),
            "/wan/uptime=86399 /plan/used=114.9 GB /plan/left=885.1 GB /plan/quota=1000.0 GB ");
  EXPECT_EQ(pointers(R"({"phone":700000001,"a":{"lat":-1.5,"b~/c":1,"x":1e400},"list":[3,{"id":4,"n":5}]})"),
            "/list/0=3 /list/1/n=5 ");
  EXPECT_EQ(pointers("<html>"), "");
}

TEST(RouterMapping, ProposesWhatNamesAndSumAgreeOn) {
  EXPECT_EQ(proposed(line_fixture("router/good-default-mapping.json")),
            "/total_used_mb:" + unit(Unit::MiB) + " /remaining_mb:" + unit(Unit::MiB) +
                " /total_allocated_mb:" + unit(Unit::MiB) + " sum");
  EXPECT_EQ(proposed(line_fixture("router/nested-strings.json")), "/plan/used:0 /plan/left:0 /plan/quota:0 sum");
  EXPECT_EQ(proposed(R"({"usedBytes":4000000000,"leftBytes":6000000000,"dataCap":10000000000})"),
            "/usedBytes:" + unit(Unit::B) + " /leftBytes:" + unit(Unit::B) + " /dataCap:" + unit(Unit::B) + " sum");
  EXPECT_EQ(proposed(R"({"used_gb":114.9,"left_gb":885.1,"total_gb":1000})"),
            "/used_gb:" + unit(Unit::GB) + " /left_gb:" + unit(Unit::GB) + " /total_gb:" + unit(Unit::GB) + " sum");
}

TEST(RouterMapping, TheSumChoosesBetweenFieldsOfOneName) {
  EXPECT_EQ(
      proposed(
          R"({"today":{"used_mb":17,"total_mb":99},"month":{"used_mb":400000,"left_mb":600000,"total_mb":1000000}})"),
      "/month/used_mb:" + unit(Unit::MB) + " /month/left_mb:" + unit(Unit::MB) + " /month/total_mb:" + unit(Unit::MB) +
          " sum");
}

TEST(RouterMapping, NamesAloneAreSaidToBeNamesAlone) {
  EXPECT_EQ(proposed(R"({"used_mb":400000,"total_mb":1048576})"),
            "/used_mb:" + unit(Unit::MiB) + " - /total_mb:" + unit(Unit::MiB) + " names");
  EXPECT_EQ(proposed(R"({"a":40,"b":60,"c":100})"), "nothing");
  EXPECT_EQ(proposed(R"({"used_percent":40,"uptime":60})"), "nothing");
  EXPECT_EQ(proposed("{}"), "nothing");
}

TEST(RouterMapping, FindsTheExpiry) {
  EXPECT_EQ(propose_mapping(line_fixture("router/nested-strings.json"))->mapping.expires_pointer, "/plan/expires");
  EXPECT_EQ(propose_mapping(line_fixture("router/fractions.json"))->mapping.expires_pointer, "/usage/valid_until");
  EXPECT_FALSE(propose_mapping(R"({"used_mb":1,"expired":true})")->mapping.expires_pointer);
}

TEST(RouterMapping, WhatIsProposedCanBeRead) {
  for (const auto* name : {"router/good-default-mapping.json", "router/nested-strings.json", "router/fractions.json"}) {
    const auto body = line_fixture(name);
    EXPECT_EQ(parse_usage(body, propose_mapping(body)->mapping, Time{}, nullptr).reading.status, ReadingStatus::success)
        << name;
  }
}

TEST(RouterMapping, AnAnswerFullOfNumbersTakesNoTime) {
  std::string body = "{";
  for (int i = 0; i < 2'000; ++i) body += "\"used" + std::to_string(i % 100) + "x" + std::to_string(i / 100) + "\":0,";
  EXPECT_EQ(numeric_fields(body + "\"left\":0}").size(), kMaxNumericFields);
  EXPECT_EQ(proposed(body + "\"left\":0}"), "/used0x0:" + unit(Unit::GiB) + " - - names");
}

}  // namespace
}  // namespace taara
