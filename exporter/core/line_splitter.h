// SPDX-License-Identifier: Apache-2.0
// A text from outside, line by line, whatever pieces it comes in and however long a line is.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace taara {

enum class LineFault { none, too_long, not_text, carriage_return };

struct TextLine {
  std::size_t number = 1;
  std::string_view text;  // without its end; empty where there is a fault
  LineFault fault = LineFault::none;
};

class LineSplitter {
 public:
  static constexpr std::size_t kLongestLine = 4096;

  explicit LineSplitter(std::function<void(const TextLine&)> take) : take_(std::move(take)) {}
  void feed(std::string_view piece);
  // The last line may lack its end.
  void finish();

 private:
  void add(std::string_view part);
  void end_line();

  std::function<void(const TextLine&)> take_;
  std::string line_;
  std::size_t number_ = 1;
  bool too_long_ = false;
};

}  // namespace taara
