// SPDX-License-Identifier: Apache-2.0
#include "io/system_account.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace taara {
namespace {

constexpr uid_t kFirstPerson = 1000;
constexpr std::size_t kEntryBytes = 16'384;

}  // namespace

std::optional<SystemAccount> system_account(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, kEntryBytes> bytes{};
  if (::getpwnam_r(name.c_str(), &entry, bytes.data(), bytes.size(), &found) != 0 || found == nullptr) return {};
  if (entry.pw_uid >= kFirstPerson) return {};
  return SystemAccount{entry.pw_uid, entry.pw_gid};
}

bool are_root() { return ::geteuid() == 0; }

std::string own_home() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, kEntryBytes> bytes{};
  if (::getpwuid_r(::geteuid(), &entry, bytes.data(), bytes.size(), &found) != 0 || found == nullptr) return "";
  return entry.pw_dir == nullptr ? "" : entry.pw_dir;
}

}  // namespace taara
