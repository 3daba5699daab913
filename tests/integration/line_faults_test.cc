// SPDX-License-Identifier: Apache-2.0
// Every fault of the line (design: faults R and the part of N that a server can play), played by the simulated line
// over a real connection. After each: no lie (values and their time stay), the failure has the right name, the daemon
// recovers.
#include <gtest/gtest.h>

#include <utility>

#include "house.h"

namespace taara::test {
namespace {

constexpr auto kTaara = SourceKind::taara;
constexpr auto kRouter = SourceKind::router;

struct LineFault {
  const char* id;
  SourceKind source;
  const char* fault;  // of the simulated line
  const char* kind;   // of taara_poll_errors_total; empty: the poll must be usable all the same
  const char* field;  // of taara_contract_violations_total; empty: none is asked for
};

std::string sample(const std::string& name, const std::string& label, const std::string& value) {
  return name + "{household=\"home-1\"," + label + "=\"" + value + "\"}";
}

void quick_timeouts(Config& config) {
  config.polling.connect_timeout = seconds{1};
  config.polling.timeout = seconds{1};
}

class LineFaults : public testing::TestWithParam<LineFault> {};

TEST_P(LineFaults, AreNamedTellNoLieAndPass) {
  const LineFault& fault = GetParam();
  const SimProcess sim({"--seed", "7", "--punctual"});
  House house(sim, fault.source, 1, quick_timeouts);
  house.polls(2);
  const Page before = house.page();
  ASSERT_EQ(before["taara_up{household=\"home-1\"}"], 1) << house.log();
  ASSERT_TRUE(before["taara_used_bytes{household=\"home-1\"}"]);

  sim.control("fault?household=home-1&name=" + std::string(fault.fault));
  house.poll();
  const Page during = house.page();
  const std::string kind = fault.kind;
  if (kind.empty()) {
    EXPECT_EQ(during["taara_up{household=\"home-1\"}"], 1) << house.log();
  } else {
    EXPECT_EQ(during["taara_up{household=\"home-1\"}"], 0) << house.log();
    EXPECT_EQ(during[sample("taara_poll_errors_total", "kind", kind)], 1) << house.log();
    for (const auto* value : {"taara_used_bytes", "taara_remaining_bytes", "taara_usage_bytes_total",
                              "taara_reading_timestamp_seconds", "taara_cycle_start_timestamp_seconds"}) {
      const std::string name = std::string(value) + "{household=\"home-1\"}";
      EXPECT_EQ(during[name], before[name]) << name;
    }
    EXPECT_NE(house.log().find("kind=" + kind), std::string::npos) << house.log();
  }
  if (*fault.field != '\0') {
    EXPECT_GE(during[sample("taara_contract_violations_total", "field", fault.field)].value_or(0), 1) << house.log();
  }

  sim.control("clear");
  for (int i = 0; i < 12 && house.page()["taara_up{household=\"home-1\"}"] != 1; ++i) house.poll();
  house.poll();
  EXPECT_EQ(house.page()["taara_up{household=\"home-1\"}"], 1) << "did not recover\n" << house.log();
}

INSTANTIATE_TEST_SUITE_P(
    Line, LineFaults,
    testing::Values(
        LineFault{"R01", kTaara, "html_login", "not_json", ""}, LineFault{"R01", kRouter, "login_html", "", ""},
        LineFault{"R02", kTaara, "html_as_json", "not_json", ""},
        LineFault{"R03", kTaara, "redirect&value=http://127.0.0.1:1/login", "redirect", ""},
        LineFault{"R03", kRouter, "redirect&value=http://127.0.0.1:1/login", "redirect", ""},
        LineFault{"R04", kTaara, "redirect_loop", "redirect", ""},
        LineFault{"R04", kTaara, "redirect_file", "redirect", ""}, LineFault{"R05", kTaara, "bot_403", "http_4xx", ""},
        LineFault{"R06", kTaara, "truncated_json", "truncated", ""},
        LineFault{"R06", kRouter, "truncated_json", "truncated", ""},
        LineFault{"R07", kTaara, "content_length_short", "truncated", ""},
        LineFault{"R08", kTaara, "empty", "not_json", ""}, LineFault{"R08", kTaara, "no_content_204", "not_json", ""},
        LineFault{"R08", kRouter, "whitespace", "not_json", ""},
        LineFault{"R09", kTaara, "trailing_garbage", "not_json", ""},
        LineFault{"R09", kTaara, "two_documents", "not_json", ""}, LineFault{"R09", kTaara, "bom", "not_json", ""},
        LineFault{"R10", kTaara, "gzip_bomb", "too_large", ""},
        LineFault{"R10", kTaara, "chunked_flood", "too_large", ""},
        LineFault{"R10", kTaara, "header_flood", "too_large", ""}, LineFault{"R11", kTaara, "body_exact_1mib", "", ""},
        LineFault{"R11", kTaara, "body_1mib_plus_1", "too_large", ""},
        LineFault{"R12", kTaara, "deep_nesting&value=33", "schema", ""},
        LineFault{"R12", kTaara, "huge_array", "schema", ""},
        LineFault{"R13", kTaara, "status&value=429", "rate_limited", ""},
        LineFault{"R16", kTaara, "data_401_always", "auth", ""}, LineFault{"R15", kTaara, "data_401_once", "", ""},
        LineFault{"R20", kTaara, "other_session", "", ""}, LineFault{"R25", kRouter, "meter_zero_once", "", "meter"},
        LineFault{"R26", kTaara, "balance_text&value=885,1%20GB", "unit", "remaining"},
        LineFault{"R26", kTaara, "balance_text&value=885.1", "unit", "remaining"},
        LineFault{"R27", kTaara, "unit_switch", "", "meter"},
        LineFault{"R28", kRouter, "number_text&value=NaN", "not_json", ""},
        LineFault{"R29", kRouter, "number_text&value=1e400", "", "used"},
        LineFault{"R30", kRouter, "number_text&value=-5", "", "used"},
        LineFault{"R30", kRouter, "number_text&value=18446744073709551616", "", "used"},
        LineFault{"R30", kTaara, "balance_text&value=-5%20GB", "range", "remaining"},
        LineFault{"R31", kTaara, "field_missing&value=remainingBalance", "schema", "remaining"},
        LineFault{"R31", kTaara, "field_renamed&value=expiresIn", "", "expiry"},
        LineFault{"R32", kTaara, "duplicate_key", "schema", ""},
        LineFault{"R33", kTaara, "status&value=404", "http_4xx", ""},
        LineFault{"R33", kRouter, "status&value=410", "http_4xx", ""},
        LineFault{"R36", kTaara, "status&value=500", "http_5xx", ""},
        LineFault{"R36", kTaara, "status&value=503", "http_5xx", ""},
        LineFault{"R37", kTaara, "slow_body", "timeout", ""}, LineFault{"R37", kRouter, "slow_headers", "timeout", ""},
        LineFault{"R39", kTaara, "plan_name&value=invalid_utf8", "", ""},
        LineFault{"R39", kTaara, "plan_name&value=nul", "", ""},
        LineFault{"R39", kTaara, "plan_name&value=newline", "", ""},
        LineFault{"R39", kTaara, "plan_name&value=quote", "", ""},
        LineFault{"R39", kTaara, "plan_name&value=rtl", "", ""},
        LineFault{"R39", kTaara, "plan_name&value=long", "", ""}, LineFault{"R40", kRouter, "cookie_flood", "", ""},
        LineFault{"N07", kTaara, "rst_after_request", "reset", ""},
        LineFault{"N07", kTaara, "rst_after_headers", "reset", ""},
        LineFault{"N07", kTaara, "rst_in_body", "reset", ""}, LineFault{"N08", kTaara, "silent", "timeout", ""},
        LineFault{"line", kTaara, "exact_disagrees", "", "remaining_exact"},
        LineFault{"line", kTaara, "expires_text&value=soon", "", "expiry"},
        LineFault{"line", kTaara, "purchase_missing", "", "purchase"}),
    [](const auto& test) {
      std::string name = std::string(test.param.id) + "_" + (test.param.source == kTaara ? "taara_" : "router_") +
                         test.param.fault + "_" + std::to_string(test.index);
      for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
      return name;
    });

}  // namespace
}  // namespace taara::test
