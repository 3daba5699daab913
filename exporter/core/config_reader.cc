// SPDX-License-Identifier: Apache-2.0
#include "core/config_reader.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/in_quotes.h"
#include "core/nearest.h"

namespace taara {
namespace {

constexpr std::array<std::string_view, 17> kSecretKeys{
    "passcode", "password",     "passwd",  "pass",   "passphrase", "pwd",    "pin",           "secret",    "secrets",
    "token",    "access_token", "api_key", "apikey", "credential", "master", "master_secret", "master_key"};

bool names_a_secret(std::string_view key) {
  std::string lower;
  for (const char c : key) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c;
  return std::find(kSecretKeys.begin(), kSecretKeys.end(), lower) != kSecretKeys.end();
}

std::string found(const ConfigNode& node, Shown shown) {
  switch (node.kind) {
    case ConfigNode::Kind::nothing:
      return "found nothing";
    case ConfigNode::Kind::list:
      return node.items.empty() ? "found an empty list" : "found a list";
    case ConfigNode::Kind::map:
      return "found a map";
    case ConfigNode::Kind::scalar:
      break;
  }
  if (shown == Shown::yes) return "found " + in_quotes(node.text);
  return node.text.empty() ? "found an empty text" : "found a value that is not shown here";
}

std::string joined(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

}  // namespace

void ConfigProblems::add(const ConfigValue& at, std::string text, ConfigFault fault) {
  add(at.node->line, at.node->column, at.key, std::move(text), fault);
}

void ConfigProblems::add(int line, int column, std::string key, std::string text, ConfigFault fault) {
  if (problems_.size() > kMost) return;
  if (problems_.size() == kMost) {
    constexpr int kAfterAllOthers = 0x7FFFFFFF;
    problems_.push_back(
        {ConfigFault::invalid, kAfterAllOthers, 0, "", "there are more problems; these are the first 1000"});
    return;
  }
  problems_.push_back({fault, line, column, std::move(key), std::move(text)});
}

void ConfigProblems::unfit(const ConfigValue& at, Shown shown, std::string_view allowed) {
  add(at, found(*at.node, shown) + "; allowed: " + std::string(allowed));
}

std::vector<ConfigProblem> ConfigProblems::take() {
  std::stable_sort(problems_.begin(), problems_.end(), [](const ConfigProblem& a, const ConfigProblem& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (problems_.size() > kMost) problems_.back().line = 0;
  return std::move(problems_);
}

std::optional<std::string> text_of(const ConfigValue& value, Shown shown, std::string_view allowed,
                                   ConfigProblems& problems) {
  if (value.node->kind == ConfigNode::Kind::scalar) return value.node->text;
  problems.unfit(value, shown, allowed);
  return std::nullopt;
}

std::optional<ConfigMap> ConfigMap::of(const ConfigValue& value, std::string_view allowed, ConfigProblems& problems) {
  if (value.node->kind == ConfigNode::Kind::map) return ConfigMap(value, problems);
  if (value.node->kind == ConfigNode::Kind::scalar)
    problems.add(value, "found a text; allowed: " + std::string(allowed));
  else
    problems.unfit(value, Shown::no, allowed);
  return std::nullopt;
}

std::optional<ConfigValue> ConfigMap::find(std::string_view key) {
  known_.push_back(key);
  const auto& entries = value_.node->entries;
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const ConfigEntry& e) { return e.key == key; });
  if (entry == entries.end()) return std::nullopt;
  return ConfigValue{&entry->value, key_below(value_.key, key)};
}

std::optional<ConfigValue> ConfigMap::need(std::string_view key, std::string_view what) {
  auto value = find(key);
  if (!value)
    problems_->add(value_.node->line, value_.node->column, key_below(value_.key, key),
                   "found nothing, but it is needed; allowed: " + std::string(what));
  return value;
}

void ConfigMap::refuse(std::string_view key, std::string_view why) {
  const auto value = find(key);
  known_.pop_back();  // it is no suggestion for others
  if (!value) return;
  refused_.push_back(key);
  problems_->add(*value, std::string(why));
}

void ConfigMap::finish(SecretKeys secrets) {
  for (const auto& entry : value_.node->entries) {
    const auto is_entry = [&](std::string_view key) { return key == entry.key; };
    if (std::any_of(known_.begin(), known_.end(), is_entry) ||
        std::any_of(refused_.begin(), refused_.end(), is_entry) ||
        (secrets == SecretKeys::reported_apart && names_a_secret(entry.key)))
      continue;
    const auto suggestion = nearest(entry.key, known_);
    problems_->add(entry.line, entry.column, key_below(value_.key, entry.key),
                   (suggestion ? "unknown key; did you mean " + std::string(*suggestion) + "? Allowed here: "
                               : std::string("unknown key; allowed here: ")) +
                       joined(known_));
  }
}

void refuse_inline_secrets(const ConfigValue& tree, ConfigProblems& problems) {
  for (std::size_t i = 0; i < tree.node->items.size(); ++i)
    refuse_inline_secrets({&tree.node->items[i], item_of(tree.key, i)}, problems);
  for (const auto& entry : tree.node->entries) {
    const ConfigValue value{&entry.value, key_below(tree.key, entry.key)};
    if (names_a_secret(entry.key))
      problems.add(entry.line, entry.column, value.key,
                   "a secret does not belong in this file; put it alone into a file with mode 0600 and name that file "
                   "with passcode_file (source taara) or password_file (source router)");
    else
      refuse_inline_secrets(value, problems);
  }
}

}  // namespace taara
