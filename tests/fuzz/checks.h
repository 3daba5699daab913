// SPDX-License-Identifier: Apache-2.0
// What must hold for any bytes from outside: one function for each way in. libFuzzer's programs call them, and so do
// the unit tests with every input that ever failed. Each throws std::logic_error, in words, where something does not
// hold.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace taara::fuzz {

using Input = std::span<const std::uint8_t>;

void check_taara_reply(Input input);   // what the ISP's cloud answers: login, bundle, partner; and what of it is kept
void check_router_reply(Input input);  // what a router answers, read with several mappings
void check_line_head(Input input);     // the head of an answer of the line
void check_config(Input input);        // taara.yml
void check_web_config(Input input);    // the file of --web.config.file
void check_web_request(Input input);   // a request to us: address, query, headers
void check_sealed_file(Input input);   // a file of sealed secrets
void check_usage_csv(Input input);     // use per interval, for the forecast and for the import
void check_history_csv(Input input);   // an export as CSV
void check_history_json(Input input);  // an export as JSON
void check_vnstat_json(Input input);   // what vnStat wrote

struct Check {
  std::string_view name;
  void (*run)(Input);
};
inline constexpr std::array<Check, 11> kChecks{{{"taara_reply", check_taara_reply},
                                                {"router_reply", check_router_reply},
                                                {"line_head", check_line_head},
                                                {"config", check_config},
                                                {"web_config", check_web_config},
                                                {"web_request", check_web_request},
                                                {"sealed_file", check_sealed_file},
                                                {"usage_csv", check_usage_csv},
                                                {"history_csv", check_history_csv},
                                                {"history_json", check_history_json},
                                                {"vnstat_json", check_vnstat_json}}};

}  // namespace taara::fuzz
