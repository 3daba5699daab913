// SPDX-License-Identifier: Apache-2.0
#include "core/utf8.h"

namespace taara {
namespace {

// What the first byte says: how many bytes follow, and between which bounds the second one must be (Unicode, table
// 3-7).
struct Lead {
  std::size_t following;
  unsigned char second_min;
  unsigned char second_max;
};

constexpr Lead kNoLead{0, 1, 0};

constexpr Lead lead(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return kNoLead;
}

}  // namespace

std::size_t valid_utf8_bytes(std::string_view text) {
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::size_t at = 0;
  while (at < text.size()) {
    if (byte_at(at) < 0x80) {
      ++at;
      continue;
    }
    const Lead form = lead(byte_at(at));
    if (form.following == 0 || text.size() - at <= form.following) return at;
    if (byte_at(at + 1) < form.second_min || byte_at(at + 1) > form.second_max) return at;
    for (std::size_t i = 2; i <= form.following; ++i)
      if ((byte_at(at + i) & 0xC0U) != 0x80U) return at;
    at += form.following + 1;
  }
  return at;
}

}  // namespace taara
