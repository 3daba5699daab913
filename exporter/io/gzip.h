// SPDX-License-Identifier: Apache-2.0
// gzip, piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace taara {

class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // Append what is ready to `out`. False when memory is short: the stream is then of no use.
  [[nodiscard]] bool feed(std::string_view data, std::string& out);
  [[nodiscard]] bool finish(std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace taara
