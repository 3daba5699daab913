// SPDX-License-Identifier: Apache-2.0
#include "line_sim/faults.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace taara::line_sim {
namespace {

using enum FaultInfo::Value;
constexpr auto kLogin = static_cast<unsigned>(Exchange::login);
constexpr auto kRead = static_cast<unsigned>(Exchange::read);
constexpr auto kLogout = static_cast<unsigned>(Exchange::logout);
constexpr unsigned kAny = kAllExchanges;

// clang-format off
constexpr std::array kFaults{
  FaultInfo{Fault::html_login, "html_login", none, "", kRead, 0, "R01", "200 with the HTML login page"},
  FaultInfo{Fault::html_as_json, "html_as_json", none, "", kRead, 0, "R02", "the HTML login page called application/json"},
  FaultInfo{Fault::redirect, "redirect", text, "http://portal.example.invalid/login?next=%2F", kRead, 0, "R03,R04", "302 to the value"},
  FaultInfo{Fault::redirect_loop, "redirect_loop", none, "", kRead, 0, "R04", "302 to itself"},
  FaultInfo{Fault::redirect_file, "redirect_file", none, "", kRead, 0, "R04", "302 to file:///etc/passwd"},
  FaultInfo{Fault::bot_403, "bot_403", none, "", kRead, 0, "R05", "403 with an \"Access denied\" page"},
  FaultInfo{Fault::status, "status", text, "503", kRead, 0, "R13,R14,R33,R36", "any status; STATUS,TEXT adds Retry-After: TEXT"},
  FaultInfo{Fault::truncated_json, "truncated_json", none, "", kRead, 0, "R06", "half the body without a length, then a proper close"},
  FaultInfo{Fault::content_length_short, "content_length_short", none, "", kRead, 0, "R07", "Content-Length says more than comes"},
  FaultInfo{Fault::chunk_cut, "chunk_cut", none, "", kRead, 0, "R07", "a chunked body that ends within a chunk"},
  FaultInfo{Fault::empty, "empty", none, "", kRead, 0, "R08", "200 without a body"},
  FaultInfo{Fault::no_content_204, "no_content_204", none, "", kRead, 0, "R08", "204"},
  FaultInfo{Fault::whitespace, "whitespace", none, "", kRead, 0, "R08", "200 with blanks only"},
  FaultInfo{Fault::trailing_garbage, "trailing_garbage", none, "", kRead, 0, "R09", "the document, then <!-- served -->"},
  FaultInfo{Fault::two_documents, "two_documents", none, "", kRead, 0, "R09", "the document twice"},
  FaultInfo{Fault::bom, "bom", none, "", kRead, 0, "R09", "a byte order mark before the document"},
  FaultInfo{Fault::gzip_bomb, "gzip_bomb", none, "", kRead, 0, "R10", "1 MB of gzip that inflates to 1 GiB"},
  FaultInfo{Fault::chunked_flood, "chunked_flood", none, "", kRead, 0, "R10", "200 MB in chunks"},
  FaultInfo{Fault::header_flood, "header_flood", none, "", kRead, 0, "R10", "20 MB of headers"},
  FaultInfo{Fault::body_exact_1mib, "body_exact_1mib", none, "", kRead, 0, "R11", "a good body padded to exactly 1 MiB"},
  FaultInfo{Fault::body_1mib_plus_1, "body_1mib_plus_1", none, "", kRead, 0, "R11", "a good body padded to 1 MiB and one byte"},
  FaultInfo{Fault::deep_nesting, "deep_nesting", integer, "33", kRead, 0, "R12", "a good body with a further field, this many levels deep in all"},
  FaultInfo{Fault::huge_array, "huge_array", integer, "500000", kRead, 0, "R12", "a good body with an array of this many numbers"},
  FaultInfo{Fault::huge_string, "huge_string", integer, "1000000", kRead, 0, "R12", "a good body with a string of this many bytes"},
  FaultInfo{Fault::data_401_once, "data_401_once", none, "", kRead, 1, "R15", "one 401 in mid-session"},
  FaultInfo{Fault::data_401_always, "data_401_always", none, "", kRead, 0, "R16", "logins work, data stays 401"},
  FaultInfo{Fault::login_401, "login_401", none, "", kLogin, 0, "R17,R18", "wrong password, whatever it is; with a count: a line that boots"},
  FaultInfo{Fault::login_html, "login_html", none, "", kLogin, 0, "R17", "the login page again"},
  FaultInfo{Fault::locked, "locked", integer, "403", kLogin, 0, "R19", "\"Already logged in\" with this status"},
  FaultInfo{Fault::other_session, "other_session", none, "", kRead, 0, "R20", "a token is good for one reading, as if somebody else logged in"},
  FaultInfo{Fault::counter_back, "counter_back", decimal, "0.5", kRead, 0, "R21", "the usage is lower by this percentage"},
  FaultInfo{Fault::meter_zero, "meter_zero", none, "", kRead, 0, "R23", "the usage starts again from 0 in mid-cycle"},
  FaultInfo{Fault::meter_zero_once, "meter_zero_once", none, "", kRead, 1, "R25", "one answer without any usage"},
  FaultInfo{Fault::wrap32, "wrap32", none, "", kRead, 0, "R24", "the usage in bytes wraps at 2^32"},
  FaultInfo{Fault::balance_text, "balance_text", text, "885,1 GB", kRead, 0, "R26", "the balance is this text"},
  FaultInfo{Fault::unit_switch, "unit_switch", none, "", kRead, 0, "R27", "taara: what was GB is called MB; router: what was MiB is counted in KiB"},
  FaultInfo{Fault::number_text, "number_text", text, "1e400", kRead, 0, "R28,R29,R30,R31", "this text in place of the exact balance (taara) or the usage (router)"},
  FaultInfo{Fault::field_missing, "field_missing", text, "", kRead, 0, "R31", "the field of this name is gone (usual: the balance or the usage)"},
  FaultInfo{Fault::field_renamed, "field_renamed", text, "", kRead, 0, "R31", "the field of this name has another one"},
  FaultInfo{Fault::duplicate_key, "duplicate_key", text, "", kRead, 0, "R32", "the field of this name comes twice with two values"},
  FaultInfo{Fault::endpoint_404, "endpoint_404", none, "", kRead, 0, "R33", "404, as after an update"},
  FaultInfo{Fault::endpoint_410, "endpoint_410", none, "", kRead, 0, "R33", "410, as after an update"},
  FaultInfo{Fault::constant_zero, "constant_zero", none, "", kRead, 0, "R34", "all meters say 0"},
  FaultInfo{Fault::same_data, "same_data", text, "", kRead, 0, "R35", "the answer of the moment it was switched on; a value becomes the Age header"},
  FaultInfo{Fault::slow_body, "slow_body", none, "", kRead, 0, "R37", "the body comes with 1 byte each 500 ms"},
  FaultInfo{Fault::slow_headers, "slow_headers", none, "", kRead, 0, "R37", "headers and body come with 1 byte each 500 ms"},
  FaultInfo{Fault::bad_token, "bad_token", text, "not_jwt", kLogin, 0, "R38", "a working token that is not_jwt, bad_base64, no_exp, past_exp or far_exp"},
  FaultInfo{Fault::plan_name, "plan_name", text, "newline", kRead, 0, "R39", "newline, quote, nul, invalid_utf8, rtl, long, or a name with \\n and \\xHH"},
  FaultInfo{Fault::cookie_flood, "cookie_flood", none, "", kAny, 0, "R40", "200 cookies, some for another domain"},
  FaultInfo{Fault::cl_and_te, "cl_and_te", none, "", kRead, 0, "R41", "Content-Length and Transfer-Encoding together"},
  FaultInfo{Fault::double_cl, "double_cl", none, "", kRead, 0, "R41", "two different Content-Length"},
  FaultInfo{Fault::delay, "delay", integer, "2000", kAny, 0, "R42,N13", "waits this many milliseconds"},
  FaultInfo{Fault::wedge, "wedge", integer, "6", kAny, 0, "R42", "this percentage of the calls is never answered"},
  FaultInfo{Fault::rst_after_request, "rst_after_request", none, "", kAny, 0, "N07", "RST instead of an answer"},
  FaultInfo{Fault::rst_after_headers, "rst_after_headers", none, "", kAny, 0, "N07", "RST after the headers"},
  FaultInfo{Fault::rst_in_body, "rst_in_body", none, "", kAny, 0, "N07", "RST in the middle of the body"},
  FaultInfo{Fault::silent, "silent", none, "", kAny, 0, "N08", "takes the request and never answers"},
  FaultInfo{Fault::tls_silent, "tls_silent", none, "", 0, 0, "N08", "never answers a TLS hello (for all households)"},
  FaultInfo{Fault::exact_disagrees, "exact_disagrees", none, "", kRead, 0, "line", "totalDataUsage is the usage instead of the balance"},
  FaultInfo{Fault::expires_text, "expires_text", text, "soon", kRead, 0, "line", "expiresIn is this text"},
  FaultInfo{Fault::purchase_missing, "purchase_missing", none, "", kRead, 0, "line", "no purchase of the home plan in the history"},
  FaultInfo{Fault::no_home_plan, "no_home_plan", none, "", kRead, 0, "line", "only the bonus plan is there"},
  FaultInfo{Fault::two_home_plans, "two_home_plans", none, "", kRead, 0, "line", "two active home plans"},
  FaultInfo{Fault::bonus_only_active, "bonus_only_active", none, "", kRead, 0, "line", "the bonus plan is active, the home plan is not"},
  FaultInfo{Fault::logout_hang, "logout_hang", none, "", kLogout, 0, "line", "a logout is never answered"},
  FaultInfo{Fault::date_header, "date_header", text, "none", kAny, 0, "C03", "the Date header is this text; none leaves it out"},
};
// clang-format on

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<unsigned> exchanges_of(std::string_view on) {
  if (on == "login") return kLogin;
  if (on == "read") return kRead;
  if (on == "status") return static_cast<unsigned>(Exchange::status);
  if (on == "logout") return kLogout;
  if (on == "config") return static_cast<unsigned>(Exchange::config);
  if (on == "all") return kAny;
  return std::nullopt;
}

// Why the value can't be taken; empty when it can.
std::string objection(const FaultInfo& info, const std::string& value) {
  const std::string name(info.name);
  if (info.value == FaultInfo::Value::none && !value.empty()) return name + " takes no value";
  if (info.value == FaultInfo::Value::integer) {
    const auto number = whole<std::uint32_t>(value);
    if (!number || *number > 10'000'000) return name + " takes a number from 0 to 10000000, not \"" + value + "\"";
  }
  if (info.value == FaultInfo::Value::decimal) {
    const auto number = whole<double>(value);
    if (!number || !(*number >= 0 && *number <= 100))
      return name + " takes a percentage from 0 to 100, not \"" + value + "\"";
  }
  if (info.fault == Fault::status || info.fault == Fault::locked) {
    const auto code = whole<unsigned>(std::string_view(value).substr(0, value.find(',')));
    if (!code || *code < 200 || *code > 599) return name + " takes a status from 200 to 599, not \"" + value + "\"";
  }
  if (info.fault == Fault::deep_nesting && *whole<std::uint32_t>(value) < 3) return name + " takes 3 levels or more";
  if (info.fault == Fault::wedge && *whole<std::uint32_t>(value) > 100)
    return name + " takes a percentage from 0 to 100";
  constexpr std::array<std::string_view, 5> kTokens{"not_jwt", "bad_base64", "no_exp", "past_exp", "far_exp"};
  if (info.fault == Fault::bad_token && std::find(kTokens.begin(), kTokens.end(), value) == kTokens.end()) {
    return name + " takes not_jwt, bad_base64, no_exp, past_exp or far_exp, not \"" + value + "\"";
  }
  return {};
}

}  // namespace

std::span<const FaultInfo> all_faults() { return kFaults; }

Result<ActiveFault> make_fault(const FaultRequest& request) {
  const auto* const info =
      std::find_if(kFaults.begin(), kFaults.end(), [&](const FaultInfo& one) { return one.name == request.name; });
  if (info == kFaults.end()) {
    return Error{Errc::not_found,
                 "no fault is called \"" + std::string(request.name) + "\"; --list-faults shows them all"};
  }
  ActiveFault fault;
  fault.fault = info->fault;
  fault.value = request.value.value_or(info->usual);
  if (std::string why = objection(*info, fault.value); !why.empty()) return Error{Errc::invalid, std::move(why)};
  fault.strikes = info->strikes;
  if (request.on) {
    const auto exchanges = exchanges_of(*request.on);
    if (!exchanges)
      return Error{Errc::invalid,
                   "on is login, read, status, logout, config or all, not \"" + std::string(*request.on) + "\""};
    fault.strikes = *exchanges;
  }
  if (info->count > 0) fault.left = info->count;
  if (request.count) {
    const auto count = whole<unsigned>(*request.count);
    if (!count || *count == 0)
      return Error{Errc::invalid, "count is a number from 1 on, not \"" + std::string(*request.count) + "\""};
    fault.left = *count;
  }
  return fault;
}

Result<PlacedFault> parse_fault_flag(std::string_view text) {
  PlacedFault placed;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    const std::string_view place = text.substr(at + 1);
    const auto number = whole<unsigned>(place);
    // An @ within a value is part of the value.
    if (number || place == "all") {
      placed.household = number;
      text = text.substr(0, at);
    }
  }
  FaultRequest request{text.substr(0, text.find(':')), {}, {}, {}};
  if (request.name.size() < text.size()) request.value = text.substr(request.name.size() + 1);
  Result<ActiveFault> fault = make_fault(request);
  if (!fault) return fault.error();
  placed.fault = std::move(fault.value());
  return placed;
}

void FaultSet::add(ActiveFault fault) {
  std::erase_if(active_, [&](const ActiveFault& old) { return old.fault == fault.fault; });
  active_.push_back(std::move(fault));
}

std::vector<ActiveFault> FaultSet::take(Exchange exchange) {
  std::vector<ActiveFault> striking;
  for (ActiveFault& one : active_) {
    if ((one.strikes & static_cast<unsigned>(exchange)) == 0) continue;
    striking.push_back(one);
    if (one.left) --*one.left;
  }
  std::erase_if(active_, [](const ActiveFault& one) { return one.left == 0U; });
  return striking;
}

const ActiveFault* find_fault(std::span<const ActiveFault> faults, Fault fault) {
  const auto found =
      std::find_if(faults.begin(), faults.end(), [&](const ActiveFault& one) { return one.fault == fault; });
  return found == faults.end() ? nullptr : &*found;
}

std::string fault_list_text() {
  std::string out;
  for (const FaultInfo& info : kFaults) {
    std::string name(info.name);
    if (info.value != FaultInfo::Value::none) name += "[:VALUE]";
    name.resize(std::max<std::size_t>(name.size() + 1, 31), ' ');
    std::string ids(info.ids);
    ids.resize(std::max<std::size_t>(ids.size() + 1, 17), ' ');
    out += name + ids + std::string(info.help);
    if (!info.usual.empty()) out += " (usual: " + std::string(info.usual) + ")";
    if (info.count > 0) out += " (ends by itself)";
    out += '\n';
  }
  return out;
}

}  // namespace taara::line_sim
