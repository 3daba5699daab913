// SPDX-License-Identifier: Apache-2.0
#include "core/web_config_schema.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/config_reader.h"
#include "core/duration_text.h"
#include "core/utf8.h"

namespace taara {
namespace {

constexpr std::size_t kMostUsers = 1000;
constexpr std::size_t kMostUserBytes = 128;
constexpr std::size_t kMostHeaderBytes = 2048;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::optional<std::string> header_text(const std::string& text) {
  const auto visible = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (text.size() > kMostHeaderBytes || !std::all_of(text.begin(), text.end(), visible)) return std::nullopt;
  return text;
}

// An empty text counts as none.
auto one_of(std::string_view first, std::string_view second) {
  return [=](const std::string& text) -> std::optional<std::string> {
    if (text != first && text != second && !text.empty()) return std::nullopt;
    return text;
  };
}

void read_headers(const ConfigValue& value, WebConfig& config, ConfigProblems& problems) {
  auto headers = ConfigMap::of(value, "a map of header names and values", problems);
  if (!headers) return;
  constexpr std::string_view kText = "one line of at most 2048 ASCII characters";
  const auto read = [&](std::string_view name, std::string_view allowed, const auto& parse) {
    std::optional<std::string> text;
    headers->read(name, text, Shown::yes, allowed, parse);
    if (text && !text->empty()) config.headers.emplace_back(name, *std::move(text));
  };
  read("Content-Security-Policy", kText, header_text);
  read("Strict-Transport-Security", kText, header_text);
  read("X-XSS-Protection", kText, header_text);
  read("X-Content-Type-Options", "nosniff", one_of("nosniff", "nosniff"));
  read("X-Frame-Options", "deny or sameorigin", one_of("deny", "sameorigin"));
  headers->finish(SecretKeys::ordinary);
}

void read_http_server(const ConfigValue& value, WebConfig& config, ConfigProblems& problems) {
  auto http = ConfigMap::of(value, "a map with http2 and headers", problems);
  if (!http) return;
  // Both values lead to HTTP/1.1, which every client that offers HTTP/2 speaks as well.
  std::optional<bool> http2;
  http->read("http2", http2, Shown::yes, "true or false; either way this server speaks HTTP/1.1",
             [](const std::string& text) -> std::optional<bool> {
               if (text != "true" && text != "false") return std::nullopt;
               return text == "true";
             });
  if (const auto headers = http->find("headers")) read_headers(*headers, config, problems);
  http->finish(SecretKeys::ordinary);
}

bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostUserBytes && name.find(':') == std::string_view::npos &&
         std::none_of(name.begin(), name.end(), is_control) && valid_utf8_bytes(name) == name.size();
}

// A password hash is never shown.
void read_user(const ConfigEntry& entry, const ConfigValue& value, WebConfig& config, ConfigProblems& problems) {
  if (!is_user_name(entry.key))
    return problems.add(entry.line, entry.column, value.key,
                        "found a user name that can't be sent; allowed: 1 to 128 bytes without a colon or control "
                        "characters");
  constexpr std::string_view kAllowed =
      "a bcrypt hash, 60 characters from $2y$ (or $2a$, $2b$) on, as this prints it: htpasswd -nBC 10 NAME";
  const auto text = text_of(value, Shown::no, kAllowed, problems);
  if (!text) return;
  auto hash = parse_bcrypt_hash(*text);
  if (!hash) return problems.unfit(value, Shown::no, kAllowed);
  if (hash->cost < kLeastBcryptCost || hash->cost > kMostBcryptCost)
    return problems.add(value, "found a bcrypt hash of cost " + std::to_string(hash->cost) +
                                   "; allowed: 4 to 14 (10 is usual; each step doubles the time of a login, and from "
                                   "15 on a single one would hold this server up); make a new one: htpasswd -nBC 10 "
                                   "NAME");
  config.users.emplace(entry.key, *std::move(hash));
}

void read_users(const ConfigValue& value, WebConfig& config, ConfigProblems& problems) {
  constexpr std::string_view kAllowed =
      "a map of 1 to 1000 user names and their bcrypt hashes; without users leave basic_auth_users out";
  if (value.node->kind != ConfigNode::Kind::map || value.node->entries.empty() ||
      value.node->entries.size() > kMostUsers)
    return problems.unfit(value, Shown::no, kAllowed);
  for (const ConfigEntry& entry : value.node->entries)
    read_user(entry, {&entry.value, key_below(value.key, entry.key)}, config, problems);
}

void read_rate_limit(const ConfigValue& value, RateLimit& target, ConfigProblems& problems) {
  auto limit = ConfigMap::of(value, "a map with interval and burst", problems);
  if (!limit) return;
  const auto problems_before = problems.count();
  limit->read("interval", target.interval, Shown::yes,
              "a whole number directly followed by ms, s, m or h, up to 24h, such as 100ms; 0 for no limit",
              [](const std::string& text) -> std::optional<milliseconds> {
                if (text == "0") return milliseconds(0);
                const auto interval = parse_duration(text);
                if (!interval || *interval > std::chrono::hours(24)) return std::nullopt;
                return *interval;
              });
  limit->read("burst", target.burst, Shown::yes, "a whole number from 0 to 1000000, such as 10",
              [](const std::string& text) -> std::optional<int> {
                int burst = 0;
                const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), burst);
                if (failed != std::errc() || end != text.data() + text.size() || burst < 0 || burst > 1'000'000)
                  return std::nullopt;
                return burst;
              });
  limit->finish(SecretKeys::ordinary);
  if (problems.count() == problems_before && target.interval > milliseconds(0) && target.burst == 0)
    problems.add(value,
                 "found an interval without a burst, which would refuse every request; allowed: a burst from 1, or "
                 "interval: 0 for no limit");
}

}  // namespace

std::variant<WebConfig, std::vector<ConfigProblem>> read_web_config(const ConfigNode& tree, const std::string& folder,
                                                                    std::vector<ConfigProblem> known) {
  WebConfig config;
  ConfigProblems problems(std::move(known));
  const ConfigValue whole{&tree, ""};
  // An empty file is a good one: nothing is asked for.
  if (tree.kind != ConfigNode::Kind::nothing) {
    if (auto top = ConfigMap::of(
            whole, "the keys tls_server_config, http_server_config, basic_auth_users and rate_limit", problems)) {
      if (const auto tls = top->find("tls_server_config"))
        read_tls_server(*tls, folder, config.tls.emplace(), problems);
      if (const auto http = top->find("http_server_config")) read_http_server(*http, config, problems);
      if (const auto users = top->find("basic_auth_users")) read_users(*users, config, problems);
      if (const auto limit = top->find("rate_limit")) read_rate_limit(*limit, config.rate_limit, problems);
      top->finish(SecretKeys::ordinary);
    }
  }
  if (problems.count() > 0) return problems.take();
  return config;
}

}  // namespace taara
