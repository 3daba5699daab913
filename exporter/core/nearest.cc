// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace taara {
namespace {

constexpr std::size_t kMaxWordBytes = 64;
constexpr std::size_t kMinPartBytes = 3;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// Edits (insert, delete, replace, swap neighbours) that turn a into b: optimal string alignment.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> names) {
  if (word.empty() || word.size() > kMaxWordBytes) return std::nullopt;
  const std::string wanted = lower_case(word);
  std::size_t least = std::clamp<std::size_t>(wanted.size() / 3, 1, 3) + 1;
  std::optional<std::string_view> found;
  for (const auto name : names) {
    const std::string candidate = lower_case(name);
    const bool part = wanted.size() >= kMinPartBytes && (candidate.starts_with(wanted) || candidate.ends_with(wanted));
    const std::size_t edits = part ? 1 : distance(wanted, candidate);
    if (edits < least) {
      least = edits;
      found = name;
    }
  }
  return found;
}

}  // namespace taara
