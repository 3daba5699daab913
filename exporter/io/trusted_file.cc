// SPDX-License-Identifier: Apache-2.0
#include "io/trusted_file.h"

#include <array>

namespace taara {

Result<void> check_trusted(const RegularFile& file, std::string_view because) {
  if (!file.owned_by_root_or_us())
    return Error{Errc::permission, "belongs to another user (uid " + std::to_string(file.status().st_uid) + ") and " +
                                       std::string(because) +
                                       "; it must belong to root or to the user that runs the exporter: chown it"};
  if ((file.status().st_mode & 02U) != 0)
    return Error{Errc::permission, "can be changed by every user (mode " + mode_text(file.status().st_mode) + ") and " +
                                       std::string(because) + "; take that away: chmod o-w FILE"};
  return {};
}

Result<std::string> read_whole(RegularFile& file, std::size_t most, std::string_view none) {
  std::string text;
  std::array<char, 16384> piece{};
  while (text.size() <= most) {
    const auto got = file.read(piece);
    if (got.has_error()) return got.error();
    text.append(piece.data(), *got);
    if (*got < piece.size()) return text;
  }
  return Error{Errc::invalid, std::string(none)};
}

}  // namespace taara
