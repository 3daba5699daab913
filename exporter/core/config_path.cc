// SPDX-License-Identifier: Apache-2.0
#include "core/config_path.h"

#include <algorithm>

namespace taara {
namespace {

constexpr std::size_t kMaxPathBytes = 1024;

}  // namespace

std::optional<std::string> parse_config_path(std::string_view text, std::string_view folder) {
  const bool absolute = text.starts_with('/');
  if (!absolute && !text.starts_with("./") && !text.starts_with("../")) return std::nullopt;
  if (text.size() > kMaxPathBytes) return std::nullopt;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
  if (absolute || folder.empty()) return std::string(text);
  if (text.starts_with("./")) text.remove_prefix(2);
  return std::string(folder) + (folder.ends_with('/') ? "" : "/") + std::string(text);
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, std::max<std::size_t>(slash, 1));
}

}  // namespace taara
