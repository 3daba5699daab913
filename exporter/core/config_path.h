// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace taara {

inline constexpr std::string_view kPathAllowed = "a path that begins with /, ./ or ../, at most 1024 bytes";

// A path of the configuration. ./ and ../ start at the folder of the file. A bare word is refused: it is more likely a
// secret written in the wrong place than a file name.
[[nodiscard]] std::optional<std::string> parse_config_path(std::string_view text, std::string_view folder);

// "/etc/taara" of "/etc/taara/taara.yml"; empty where the path names no folder.
[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace taara
