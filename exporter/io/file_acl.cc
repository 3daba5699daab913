// SPDX-License-Identifier: Apache-2.0
#include "io/file_acl.h"

#include <endian.h>
#include <sys/xattr.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace taara {
namespace {

// The kernel's form of the list (linux/posix_acl_xattr.h), little endian: a version, then entries.
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kEntryBytes = 8;
constexpr std::size_t kMostEntries = 16;  // more is no credential of ours
enum Tag : std::uint16_t { kOwner = 0x01, kUser = 0x02, kMask = 0x10 };

std::uint16_t read_16(const char* at) {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return le16toh(value);
}

std::uint32_t read_32(const char* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return le32toh(value);
}

}  // namespace

bool acl_admits_only(int descriptor, uid_t us) {
  std::array<char, kHeaderBytes + kMostEntries * kEntryBytes> list{};
  const ssize_t got = ::fgetxattr(descriptor, "system.posix_acl_access", list.data(), list.size());
  if (got < static_cast<ssize_t>(kHeaderBytes) || read_32(list.data()) != kVersion) return false;
  const auto size = static_cast<std::size_t>(got);
  if ((size - kHeaderBytes) % kEntryBytes != 0) return false;
  for (std::size_t at = kHeaderBytes; at < size; at += kEntryBytes) {
    const std::uint16_t tag = read_16(list.data() + at);
    const std::uint16_t allowed = read_16(list.data() + at + 2);
    const std::uint32_t id = read_32(list.data() + at + 4);
    if (tag == kOwner || tag == kMask || allowed == 0) continue;
    if (tag != kUser || (id != us && id != 0)) return false;
  }
  return true;
}

}  // namespace taara
