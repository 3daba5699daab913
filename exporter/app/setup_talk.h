// SPDX-License-Identifier: Apache-2.0
// How setup talks: explains, asks until an answer fits, and lets go at any time.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/setup_questions.h"
#include "io/terminal.h"

namespace taara {

struct Back {};  // to the question before

class SetupTalk {
 public:
  explicit SetupTalk(Terminal& terminal) : terminal_(&terminal) {}

  // Lines that fit the window.
  void tell(std::string_view text, std::size_t indent = 0) const;
  // A text or an attempt, as it is kept.
  [[nodiscard]] std::variant<std::string, Back, Left> ask(const SetupQuestion& question, const SetupAnswers& answers,
                                                          const SetupWorld& world);
  [[nodiscard]] std::variant<Secret, Left> ask_secret(const SetupQuestion& question);
  // One of a few words; nothing is typed: the first of them.
  [[nodiscard]] std::variant<std::string, Left> choose(std::string_view prompt,
                                                       std::span<const std::string_view> words);

 private:
  Terminal* terminal_;
};

}  // namespace taara
