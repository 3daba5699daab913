// SPDX-License-Identifier: Apache-2.0
// The questions of the guided first configuration, in their order: which of them apply, what each is for, what is
// proposed, and whether an answer fits.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/config_schema.h"
#include "core/result.h"
#include "core/setup_answers.h"

namespace taara {

enum class SetupPart { line, plan, alerts, messages };
inline constexpr std::array<std::string_view, 4> kSetupPartNames{"your line", "your plan", "when to speak up",
                                                                 "where messages go"};

// attempt: yes or no to something that is done at once; never kept for another day.
enum class Asked { text, secret, attempt };

// What the questions want to know of the world.
struct SetupWorld {
  ConfigSurroundings surroundings;  // check_secret is not asked
  std::string system_zone;          // empty where the system doesn't say
  std::optional<Bytes> allocation;  // as the line told it, when it was tried
  std::string partner_id;           // as the line told it, and checked; empty where it didn't
};

struct SetupQuestion {
  std::string_view id;
  SetupPart part;
  Asked asked;
  std::string_view prompt;
  std::string_view purpose;  // what it is for; always shown
  std::string_view more;     // shown for a question mark
  std::string_view key;      // where the answer stands within the household of the configuration; empty: nowhere
  bool (*applies)(const SetupAnswers&);
  // Empty: there is none, an answer is needed.
  std::string (*proposal)(const SetupAnswers&, const SetupWorld&);
  // The answer as it is kept, or what was found and what is allowed. Null: the configuration's own reader decides.
  Result<std::string> (*check)(std::string_view answer);
};

[[nodiscard]] std::span<const SetupQuestion> setup_questions();
[[nodiscard]] const SetupQuestion& setup_question(std::string_view id);

// The first one that applies and isn't settled; null when all is said.
[[nodiscard]] const SetupQuestion* next_question(const SetupAnswers& answers);

// What was said before, else what is proposed; empty for secrets.
[[nodiscard]] std::string offered(const SetupQuestion& question, const SetupAnswers& answers, const SetupWorld& world);

// Of a text or an attempt; spaces around it don't count. The error is a sentence part that never repeats a secret.
[[nodiscard]] Result<std::string> check_answer(const SetupQuestion& question, std::string_view answer,
                                               const SetupAnswers& answers, const SetupWorld& world);
// Of a secret, whose error says nothing of it.
[[nodiscard]] Result<void> check_secret_answer(const SetupQuestion& question, std::string_view secret);

// Takes a checked answer. With another source, what belonged to the old one is forgotten.
void settle_answer(const SetupQuestion& question, const std::string& answer, SetupAnswers& answers);

// What a draft still says and still fits; the rest of it is dropped.
[[nodiscard]] SetupAnswers answers_of_draft(const ConfigNode& draft, const SetupWorld& world);

// The question is to be asked again, and what it was tried with is to be tried again.
void reopen_question(const SetupQuestion& question, SetupAnswers& answers);
// All of a part is to be asked again.
void reopen_part(SetupPart part, SetupAnswers& answers);

}  // namespace taara
