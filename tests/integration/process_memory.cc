// SPDX-License-Identifier: Apache-2.0
#include "process_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "temp_dir.h"

namespace taara::test {
namespace {

std::string shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += c >= 0x20 && c < 0x7F ? c : '.';
  return text;
}

}  // namespace

std::vector<std::string> found_in_memory(pid_t pid, const std::string& text, std::size_t* bytes) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  constexpr std::size_t kAround = 48;
  constexpr std::size_t kShadow = std::size_t{1} << 36U;  // of a sanitizer: terabytes that hold no bytes of the program
  const std::string proc = "/proc/" + std::to_string(pid);
  const int memory = open((proc + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  std::vector<std::string> found;
  std::istringstream maps(read_file(proc + "/maps"));
  std::string piece;
  for (std::string line; memory >= 0 && std::getline(maps, line);) {
    const std::string access = line.substr(line.find(' ') + 1, 4);
    if (access[0] != 'r' || line.ends_with("[vvar]")) continue;
    const std::size_t begin = std::stoull(line, nullptr, 16);
    const std::size_t end = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
    if (end - begin > kShadow) continue;
    // Pieces overlap, so that nothing is missed at their ends.
    for (std::size_t at = begin; at < end; at += kPiece) {
      piece.resize(std::min(kPiece + text.size(), end - at));
      const ssize_t got = pread(memory, piece.data(), piece.size(), static_cast<off_t>(at));
      if (got <= 0) break;
      piece.resize(static_cast<std::size_t>(got));
      if (bytes != nullptr) *bytes += std::min(piece.size(), kPiece);
      for (auto place = piece.find(text); place != std::string::npos && place < kPiece;
           place = piece.find(text, place + 1)) {
        const std::size_t from = place - std::min(place, kAround);
        found.push_back(line + ": " + shown(std::string_view(piece).substr(from, 2 * kAround)));
      }
    }
  }
  close(memory);
  return found;
}

}  // namespace taara::test
