// SPDX-License-Identifier: Apache-2.0
// Host names and ports as they stand in addresses, strictly.
#pragma once

#include <string_view>

namespace taara {

// A DNS name in ASCII, at most 253 bytes. One whose last label begins with a digit is none: 127.1, 0x7f.1 and
// 2130706433 are addresses to some libraries.
[[nodiscard]] bool is_host_name(std::string_view host);

// 1 to 65535, without a leading zero.
[[nodiscard]] bool is_port(std::string_view text);

}  // namespace taara
