// SPDX-License-Identifier: Apache-2.0
#include "app/setup_talk.h"

#include <algorithm>
#include <iostream>

#include "core/wrapped_text.h"

namespace taara {
namespace {

constexpr std::size_t kNarrowest = 30;
constexpr std::size_t kWidest = 100;
constexpr std::size_t kIndent = 2;

std::string without_spaces_around(const std::string& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace

void SetupTalk::tell(std::string_view text, std::size_t indent) const {
  const auto width = std::clamp(terminal_->width() - 1, kNarrowest, kWidest);
  std::cout << wrapped(text, width, indent) << std::flush;
}

std::variant<std::string, Back, Left> SetupTalk::ask(const SetupQuestion& question, const SetupAnswers& answers,
                                                     const SetupWorld& world) {
  std::cout << '\n';
  tell(question.purpose, kIndent);
  const std::string proposal = offered(question, answers, world);
  const std::string prompt = std::string(question.prompt) + (proposal.empty() ? "" : " [" + proposal + "]") +
                             (question.asked == Asked::attempt ? "? " : ": ");
  for (;;) {
    auto typed = terminal_->ask(prompt);
    if (const auto* const left = std::get_if<Left>(&typed)) return *left;
    std::string answer = without_spaces_around(std::get<std::string>(typed));
    if (answer == "quit") return Left{};
    if (answer == "back") return Back{};
    if (answer == "?") {
      tell(question.more.empty() ? question.purpose : question.more, kIndent);
      continue;
    }
    if (answer.empty()) answer = proposal;
    auto checked = check_answer(question, answer, answers, world);
    if (checked.has_value()) return *std::move(checked);
    tell("That does not fit: " + checked.error().what + ".", kIndent);
  }
}

std::variant<Secret, Left> SetupTalk::ask_secret(const SetupQuestion& question) {
  std::cout << '\n';
  tell(question.purpose, kIndent);
  for (;;) {
    std::cout << std::flush;
    auto typed = terminal_->ask_unseen(std::string(question.prompt) + " (unseen while you type): ");
    if (const auto* const left = std::get_if<Left>(&typed)) return *left;
    auto& secret = std::get<Secret>(typed);
    const auto checked = check_secret_answer(question, secret.reveal());
    if (checked.has_value()) return std::move(secret);
    tell(checked.error().what + ".", kIndent);
  }
}

std::variant<std::string, Left> SetupTalk::choose(std::string_view prompt, std::span<const std::string_view> words) {
  std::string list;
  for (const auto word : words) list += (list.empty() ? "" : word == words.back() ? " or " : ", ") + std::string(word);
  for (;;) {
    std::cout << std::flush;
    auto typed = terminal_->ask(std::string(prompt) + " [" + std::string(words.front()) + "]: ");
    if (const auto* const left = std::get_if<Left>(&typed)) return *left;
    const std::string answer = without_spaces_around(std::get<std::string>(typed));
    if (answer == "quit") return Left{};
    if (answer.empty()) return std::string(words.front());
    const auto found = std::find(words.begin(), words.end(), answer);
    if (found != words.end()) return answer;
    tell("That does not fit; allowed: " + list + ", or quit.", kIndent);
  }
}

}  // namespace taara
