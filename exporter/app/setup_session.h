// SPDX-License-Identifier: Apache-2.0
// One run of setup: from the first question, or from where an earlier run was left, to the files in their place.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "app/setup_talk.h"
#include "app/setup_trials.h"
#include "io/config_folder.h"
#include "io/system_account.h"

namespace taara {

inline constexpr std::string_view kDraftName = "setup.draft";

class SetupSession {
 public:
  // `service`: the account that will run the exporter; files are made for it.
  SetupSession(Terminal terminal, ConfigFolder folder, SetupWorld world, std::optional<SystemAccount> service,
               const Clock& clock);

  // The program's exit code.
  [[nodiscard]] int run();

 private:
  enum class Next { go_on, left, done };

  [[nodiscard]] Next welcome();
  [[nodiscard]] Next answer(const SetupQuestion& question);
  void look_for_partner_id(const SetupQuestion& question);
  [[nodiscard]] Next ask_for(const SetupQuestion& question);
  [[nodiscard]] Next ask_unseen(const SetupQuestion& question);
  [[nodiscard]] Next attempt(const SetupQuestion& question);
  [[nodiscard]] Next attempt_line(const SetupQuestion& question);
  [[nodiscard]] Next attempt_message(const SetupQuestion& question);
  [[nodiscard]] Next after_failure(const SetupQuestion& question, std::string_view secret, bool secret_first);
  [[nodiscard]] Next finish();
  [[nodiscard]] Next may_replace();
  [[nodiscard]] Next write_files();
  [[nodiscard]] Result<std::vector<std::string>> stage_and_place();
  void tell_what_next(const std::vector<std::string>& kept) const;
  void go_back();
  void keep_draft();
  [[nodiscard]] Next leave(const Left& left);
  [[nodiscard]] std::string_view store() const;
  [[nodiscard]] std::vector<std::string> file_names() const;

  Terminal terminal_;
  SetupTalk talk_;
  ConfigFolder folder_;
  SetupWorld world_;
  std::optional<SystemAccount> service_;
  const Clock* clock_;
  SetupAnswers answers_;
  SetupSecrets secrets_;
  std::vector<std::string_view> asked_;  // questions, in the order in which they were answered in this run
  std::optional<SetupPart> part_;        // whose heading was shown last
  bool looked_for_partner_id_ = false;
  int code_ = 0;
};

}  // namespace taara
