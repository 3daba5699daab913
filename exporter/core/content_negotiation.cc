// SPDX-License-Identifier: Apache-2.0
#include "core/content_negotiation.h"

#include <algorithm>
#include <optional>

namespace taara {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the part before `separator` off `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// A weight in thousandths: 0 to 1 with at most three decimals.
std::optional<int> weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int thousandths = (text[0] - '0') * 1000;
  int place = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    thousandths += (c - '0') * place;
    place /= 10;
  }
  if (thousandths > 1000) return std::nullopt;
  return thousandths;
}

struct Choice {
  std::string_view name;
  std::string_view version;
  int weight = 1000;  // 0: not wanted, or not understood
};

Choice parse_choice(std::string_view text) {
  Choice choice;
  choice.name = next_part(text, ';');
  while (!text.empty()) {
    std::string_view value = next_part(text, ';');
    const std::string_view key = next_part(value, '=');
    if (same(key, "q")) choice.weight = weight(trimmed(value)).value_or(0);
    if (same(key, "version")) choice.version = trimmed(value);
  }
  return choice;
}

}  // namespace

PageFormat page_format(std::string_view accept) {
  int open_metrics = 0;
  int text = 0;
  while (!accept.empty()) {
    const Choice choice = parse_choice(next_part(accept, ','));
    if (same(choice.name, "application/openmetrics-text")) {
      const bool ours = choice.version.empty() || choice.version == "1.0.0" || choice.version == "\"1.0.0\"";
      if (ours) open_metrics = std::max(open_metrics, choice.weight);
    } else if (same(choice.name, "text/plain")) {
      text = std::max(text, choice.weight);
    }
  }
  return open_metrics > 0 && open_metrics >= text ? PageFormat::open_metrics : PageFormat::text;
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> any;
  while (!accept_encoding.empty()) {
    const Choice choice = parse_choice(next_part(accept_encoding, ','));
    if (same(choice.name, "gzip") || same(choice.name, "x-gzip")) gzip = std::max(gzip.value_or(0), choice.weight);
    if (choice.name == "*") any = choice.weight;
  }
  return gzip.value_or(any.value_or(0)) > 0;
}

std::string_view content_type(PageFormat format) {
  return format == PageFormat::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                            : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace taara
