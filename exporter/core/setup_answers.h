// SPDX-License-Identifier: Apache-2.0
// What has been said so far in a guided first configuration. Secrets are never among it: that they were given is
// settled, what they are is not said here.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/config_tree.h"

namespace taara {

class SetupAnswers {
 public:
  // By the question's id; empty where nothing was said.
  [[nodiscard]] std::string_view said(std::string_view id) const;
  [[nodiscard]] bool is_settled(std::string_view id) const { return settled_.find(id) != settled_.end(); }
  [[nodiscard]] std::size_t settled() const { return settled_.size(); }

  void settle(std::string_view id, std::string_view answer);
  void settle_secret(std::string_view id) { settled_.emplace(id); }
  // The question is to be asked again; what was said stays, to be offered.
  void reopen(std::string_view id);
  // As if it had never been asked.
  void forget(std::string_view id);

  // What is settled, as a map of texts, to be read again after a pause.
  [[nodiscard]] ConfigNode draft() const;

 private:
  std::map<std::string, std::string, std::less<>> said_;
  std::set<std::string, std::less<>> settled_;
};

}  // namespace taara
