// SPDX-License-Identifier: Apache-2.0
// From an answer to the bytes on the wire, spoilt as the faults say.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "line_sim/faults.h"

namespace taara::line_sim {

struct Request {
  std::string method;
  std::string path;                                          // as sent
  std::vector<std::pair<std::string, std::string>> query;    // decoded
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  bool keep_alive = true;
  std::uint64_t connection = 0;

  [[nodiscard]] std::string_view header(std::string_view name) const;  // empty when absent
  [[nodiscard]] const std::string* param(std::string_view name) const;
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

enum class Ending { keep, close, reset, reset_now, hang };  // reset waits until the client has seen what was sent

inline constexpr std::size_t kNotSlow = static_cast<std::size_t>(-1);

// What the server does with a connection: waits, sends `start`, `block` so many times, `tail`, and ends.
struct Wire {
  milliseconds delay{0};
  std::string start;
  std::shared_ptr<const std::string> block;
  std::uint64_t repeat = 0;
  std::string tail;
  std::size_t slow_from = kNotSlow;  // from this byte of `start` on, one byte each 500 ms
  Ending ending = Ending::keep;
};

// The bodies that are too large to build each time.
class Arsenal {
 public:
  [[nodiscard]] std::shared_ptr<const std::string> gzip_bomb();     // 1 MB that inflates to 1 GiB
  [[nodiscard]] std::shared_ptr<const std::string> flood_chunk();   // one HTTP chunk of 64 KiB
  [[nodiscard]] std::shared_ptr<const std::string> flood_header();  // a header line of 1 KiB

 private:
  std::shared_ptr<const std::string> bomb_;
  std::shared_ptr<const std::string> chunk_;
  std::shared_ptr<const std::string> header_;
};

struct WireContext {
  Time now;
  bool keep_alive = true;
  std::string_view target;  // of the request, for the redirect to itself
  double luck = 1;          // [0,1), for the fault that strikes some calls only
  std::span<const ActiveFault> faults;
};

[[nodiscard]] Wire to_wire(Answer answer, const WireContext& context, Arsenal& arsenal);

[[nodiscard]] Answer html_login_page();
[[nodiscard]] Answer message(int status, std::string_view text);  // {"message":"…"}

}  // namespace taara::line_sim
