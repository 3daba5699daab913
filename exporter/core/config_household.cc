// SPDX-License-Identifier: Apache-2.0
#include "core/config_household.h"

#include <algorithm>

#include "core/config_mapping.h"
#include "core/config_path.h"
#include "core/duration_text.h"
#include "core/in_quotes.h"
#include "core/line_url.h"
#include "core/nearest.h"
#include "core/ratio_text.h"
#include "core/size_text.h"
#include "core/speed_text.h"

namespace taara {
namespace {

using std::chrono::days;

constexpr std::size_t kMaxNameBytes = 63;
constexpr std::size_t kMaxIdBytes = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

auto digits(std::size_t least, std::size_t most) {
  return [=](const std::string& text) -> std::optional<std::string> {
    if (text.size() < least || text.size() > most || !std::all_of(text.begin(), text.end(), is_digit)) return {};
    return text;
  };
}

std::optional<std::string> parse_name(const std::string& text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-'; };
  if (text.empty() || text.size() > kMaxNameBytes || !std::all_of(text.begin(), text.end(), fits)) return {};
  return text;
}

// An id of the ISP: printable ASCII without spaces, so that nothing can be smuggled into a request.
std::optional<std::string> parse_id(const std::string& text) {
  const auto fits = [](char c) { return c > 0x20 && c < 0x7F; };
  if (text.empty() || text.size() > kMaxIdBytes || !std::all_of(text.begin(), text.end(), fits)) return {};
  return text;
}

std::optional<std::string> parse_username(const std::string& text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (text.empty() || text.size() > kMaxIdBytes || std::any_of(text.begin(), text.end(), is_control)) return {};
  return text;
}

std::optional<SourceKind> parse_source(const std::string& text) {
  if (text == "taara") return SourceKind::taara;
  if (text == "router") return SourceKind::router;
  return {};
}

void read_account(const ConfigValue& value, SourceKind source, Account& target, const SealedSection* sealed,
                  const ConfigSurroundings& surroundings, ConfigProblems& problems) {
  auto account = ConfigMap::of(value, "a map with the login of this household", problems);
  if (!account) return;
  constexpr std::string_view kId = "1 to 128 printable ASCII characters without spaces";
  if (source == SourceKind::taara) {
    account->read("country_code", target.country_code, Shown::no, "1 to 3 digits without +, such as \"254\"",
                  digits(1, 3));
    account->read_needed("phone", target.phone, Shown::no, "4 to 15 digits, without the country code", digits(4, 15));
    account->read_needed("partner_id", target.partner_id, Shown::no, kId, parse_id);
    account->read_needed("hotspot_id", target.hotspot_id, Shown::no, kId, parse_id);
    read_secret_place(*account, source, target, sealed, surroundings, problems);
    for (const auto* key : {"username", "password_file", "password_sealed"})
      account->refuse(key, "this key belongs to source router, and this household's source is taara");
  } else {
    account->read_needed("username", target.username, Shown::no, "1 to 128 characters on one line", parse_username);
    read_secret_place(*account, source, target, sealed, surroundings, problems);
    for (const auto* key : {"country_code", "phone", "partner_id", "hotspot_id", "passcode_file", "passcode_sealed"})
      account->refuse(key, "this key belongs to source taara, and this household's source is router");
  }
  account->finish();
}

void read_url(ConfigMap& household, Household& target, ConfigProblems& problems) {
  target.url = target.source == SourceKind::taara ? "https://share.taara.company" : "http://192.168.88.1";
  const auto value = household.find("url");
  if (!value) return;
  const auto text = text_of(*value, Shown::no, "a URL such as " + target.url, problems);
  if (!text) return;
  auto url = parse_line_url(*text, target.source);
  if (url.has_error()) return problems.add(*value, url.error().what);
  target.url = std::move(*url);
}

void read_ca_file(ConfigMap& household, Household& target, const ConfigSurroundings& surroundings,
                  ConfigProblems& problems) {
  const auto value = household.find("ca_file");
  if (!value) return;
  const auto text = text_of(*value, Shown::yes, kPathAllowed, problems);
  if (!text) return;
  auto path = parse_config_path(*text, surroundings.folder);
  if (!path) return problems.unfit(*value, Shown::yes, kPathAllowed);
  if (target.url.starts_with("http:"))
    return problems.add(*value, "found it beside a URL with http, where no certificate is shown; allowed: with https");
  const auto checked = surroundings.check_authorities ? surroundings.check_authorities(*path) : Result<void>();
  if (checked.has_error())
    return problems.add(*value, checked.error().what,
                        checked.error().code == Errc::permission ? ConfigFault::permission : ConfigFault::invalid);
  target.ca_file = std::move(*path);
}

void read_zone(ConfigMap& household, Household& target, const ConfigSurroundings& surroundings,
               ConfigProblems& problems) {
  constexpr std::string_view kAllowed = "an IANA time zone such as Africa/Nairobi";
  const auto value = household.find("timezone");
  std::string name = "Africa/Nairobi";
  if (value) {
    const auto text = text_of(*value, Shown::yes, kAllowed, problems);
    if (!text) return;
    name = *text;
  }
  target.zone = surroundings.zone(name);
  if (target.zone != nullptr) return;
  if (!value)
    return problems.add(household.value(), "the default time zone Africa/Nairobi is not known here; install tzdata");
  const auto names = surroundings.zone_names();
  const auto suggestion = nearest(name, names);
  problems.add(*value, "found " + in_quotes(name) +
                           (suggestion ? "; did you mean " + std::string(*suggestion) + "? Allowed: " : "; allowed: ") +
                           std::string(kAllowed));
}

std::optional<std::chrono::minutes> parse_time_of_day(const std::string& text) {
  if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) ||
      !is_digit(text[4]))
    return {};
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return {};
  return std::chrono::minutes(hour * 60 + minute);
}

void read_allocation(ConfigMap& plan, Plan& target, ConfigProblems& problems) {
  constexpr std::string_view kAllowed = "an amount such as 1 TB or 1000 GB, more than 0, or unlimited";
  const auto value = plan.find("allocation");
  if (!value) return;
  const auto text = text_of(*value, Shown::yes, kAllowed, problems);
  if (!text) return;
  if (*text == "unlimited") {
    target.allocation.reset();
    return;
  }
  const auto size = parse_size(*text);
  if (const auto* fault = std::get_if<SizeFault>(&size))
    return problems.add(*value, "found " + in_quotes(*text) + "; " + std::string(explain(*fault)) + ", or unlimited");
  const Bytes bytes = std::get<SizeText>(size).bytes;
  if (bytes <= Bytes{0}) return problems.unfit(*value, Shown::yes, kAllowed);
  target.allocation = bytes;
}

void read_plan(const ConfigValue& value, Plan& target, ConfigProblems& problems) {
  auto plan = ConfigMap::of(value, "a map with allocation and cycle", problems);
  if (!plan) return;
  read_allocation(*plan, target, problems);
  plan->read("cycle", target.cycle, Shown::yes, "plan or monthly", [](const auto& text) -> std::optional<CycleKind> {
    if (text == "plan") return CycleKind::plan;
    if (text == "monthly") return CycleKind::monthly;
    return {};
  });
  if (target.cycle == CycleKind::plan) {
    plan->read("length", target.length, Shown::yes, "whole days from 1d to 366d, such as 30d",
               [](const auto& text) -> std::optional<days> {
                 const auto length = parse_duration(text);
                 if (!length || *length < days(1) || *length > days(366) || *length % days(1) != milliseconds(0))
                   return {};
                 return std::chrono::floor<days>(*length);
               });
    for (const auto* key : {"day", "at"})
      plan->refuse(key, "this key belongs to cycle monthly, and the cycle here is plan");
  } else {
    plan->read("day", target.day, Shown::yes, "1 to 31 (31 means the last day of every month)",
               [](const auto& text) -> std::optional<unsigned> {
                 if (!digits(1, 2)(text) || text.front() == '0') return {};
                 const auto day = static_cast<unsigned>(std::stoi(text));
                 return day <= 31 ? std::optional(day) : std::nullopt;
               });
    plan->read("at", target.at, Shown::yes, "a local time from \"00:00\" to \"23:59\"", parse_time_of_day);
    plan->refuse("length", "this key belongs to cycle plan, and the cycle here is monthly");
  }
  plan->finish();
}

void read_thresholds(const ConfigValue& value, Thresholds& target, ConfigProblems& problems) {
  auto thresholds = ConfigMap::of(value, "a map with used, today and crossing", problems);
  if (!thresholds) return;
  const auto up_to = [](double most) {
    return [=](const std::string& text) -> std::optional<double> {
      const auto ratio = parse_ratio(text);
      return ratio && *ratio >= 0.01 && *ratio <= most ? ratio : std::nullopt;
    };
  };
  thresholds->read("used", target.used, Shown::yes, "1% to 100%, such as 75% or 0.75", up_to(1));
  thresholds->read("today", target.today, Shown::yes, "1% to 200%, such as 100% or 1.0", up_to(2));
  thresholds->read("crossing", target.crossing, Shown::yes, "1% to 99%, such as 50% or 0.5", up_to(0.99));
  thresholds->finish();
}

void read_digest(const ConfigValue& value, Digest& target, ConfigProblems& problems) {
  auto digest = ConfigMap::of(value, "a map with hour and weekday", problems);
  if (!digest) return;
  digest->read("hour", target.hour, Shown::yes, "a whole hour from 0 to 23, such as 7",
               [](const auto& text) -> std::optional<unsigned> {
                 if (!digits(1, 2)(text) || (text.size() == 2 && text.front() == '0')) return {};
                 const auto hour = static_cast<unsigned>(std::stoi(text));
                 return hour <= 23 ? std::optional(hour) : std::nullopt;
               });
  digest->read("weekday", target.weekday, Shown::yes,
               "monday, tuesday, wednesday, thursday, friday, saturday or sunday",
               [](const auto& text) -> std::optional<unsigned> {
                 const auto* const found = std::find(kWeekdayNames.begin(), kWeekdayNames.end(), text);
                 if (found == kWeekdayNames.end()) return {};
                 return static_cast<unsigned>(found - kWeekdayNames.begin());
               });
  digest->finish();
}

}  // namespace

Household read_household(const ConfigValue& value, const SealedSection* sealed, const ConfigSurroundings& surroundings,
                         ConfigProblems& problems) {
  Household target;
  auto household = ConfigMap::of(value, "a map with name, source and account", problems);
  if (!household) return target;
  household->read_needed("name", target.name, Shown::yes, "1 to 63 of a-z, 0-9, _ and -", parse_name);
  std::optional<SourceKind> source = target.source;
  if (const auto kind = household->find("source")) {
    constexpr std::string_view kAllowed = "taara or router";
    source = std::nullopt;
    if (const auto text = text_of(*kind, Shown::yes, kAllowed, problems)) {
      source = parse_source(*text);
      if (!source) problems.unfit(*kind, Shown::yes, kAllowed);
    }
  }
  const auto account = household->need("account", "a map with the login of this household");
  const auto mapping = household->find("mapping");
  if (source) {  // without it nobody can say what belongs here
    target.source = *source;
    read_url(*household, target, problems);
    read_ca_file(*household, target, surroundings, problems);
    if (account) read_account(*account, target.source, target.account, sealed, surroundings, problems);
    if (mapping && target.source == SourceKind::router) read_mapping(*mapping, target.mapping, problems);
    if (mapping && target.source == SourceKind::taara)
      problems.add(*mapping, "this key belongs to source router, and this household's source is taara");
  } else {
    for (const auto* key : {"url", "ca_file"}) (void)household->find(key);
  }
  read_zone(*household, target, surroundings, problems);
  if (const auto plan = household->find("plan")) read_plan(*plan, target.plan, problems);
  if (const auto thresholds = household->find("thresholds")) read_thresholds(*thresholds, target.thresholds, problems);
  if (const auto digest = household->find("digest")) read_digest(*digest, target.digest, problems);
  household->read("speed", target.speed_bits_per_second, Shown::yes,
                  "a speed from 1 Mbit/s to 100 Gbit/s, such as 100 Mbit/s", parse_speed);
  household->finish();
  return target;
}

}  // namespace taara
