// SPDX-License-Identifier: Apache-2.0
#include "core/setup_answers.h"

namespace taara {

std::string_view SetupAnswers::said(std::string_view id) const {
  const auto found = said_.find(id);
  return found == said_.end() ? std::string_view() : found->second;
}

void SetupAnswers::settle(std::string_view id, std::string_view answer) {
  said_.insert_or_assign(std::string(id), std::string(answer));
  settled_.emplace(id);
}

void SetupAnswers::reopen(std::string_view id) {
  const auto found = settled_.find(id);
  if (found != settled_.end()) settled_.erase(found);
}

void SetupAnswers::forget(std::string_view id) {
  reopen(id);
  const auto found = said_.find(id);
  if (found != said_.end()) said_.erase(found);
}

ConfigNode SetupAnswers::draft() const {
  ConfigNode draft;
  draft.kind = ConfigNode::Kind::map;
  for (const auto& [id, answer] : said_)
    if (is_settled(id)) child(draft, id) = text_node(answer);
  return draft;
}

}  // namespace taara
