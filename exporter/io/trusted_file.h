// SPDX-License-Identifier: Apache-2.0
// Configuration is believed, so it may not be writable for just anybody.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"
#include "io/regular_file.h"

namespace taara {

// It belongs to root or to us, and not everybody may write it. Error: permission, without the path; `because` says why
// that matters.
[[nodiscard]] Result<void> check_trusted(const RegularFile& file, std::string_view because = "names secrets");

// All of it; `none` where it has more bytes.
[[nodiscard]] Result<std::string> read_whole(RegularFile& file, std::size_t most, std::string_view none);

}  // namespace taara
