// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 requests out of a byte stream.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "line_sim/wire.h"

namespace taara::line_sim {

inline constexpr std::size_t kMaxRequestHead = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxRequestBody = std::size_t{1024} * 1024;

struct ParsedRequest {
  enum class State { incomplete, complete, bad };
  State state = State::incomplete;
  std::size_t size = 0;  // bytes that it took, when complete
  Request request;
};

[[nodiscard]] ParsedRequest parse_request(std::string_view bytes);

// "a=1&b=%20" with + as a blank; also the body of a form.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text);

}  // namespace taara::line_sim
