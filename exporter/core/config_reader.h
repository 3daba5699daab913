// SPDX-License-Identifier: Apache-2.0
// Reads a configuration tree strictly: every value that doesn't fit and every key that nobody asked for becomes a
// problem, and reading goes on, so that all of them are reported at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config_problem.h"
#include "core/config_tree.h"

namespace taara {

// Whether a message may repeat the value: not where it is personal or may be a secret.
enum class Shown { yes, no };

// Whether refuse_inline_secrets reports the keys that name a secret, or they are keys as any other.
enum class SecretKeys { reported_apart, ordinary };

struct ConfigValue {
  const ConfigNode* node = nullptr;  // never null
  std::string key;                   // dotted
};

class ConfigProblems {
 public:
  // After this many, one last problem says that there are more.
  static constexpr std::size_t kMost = 1000;

  explicit ConfigProblems(std::vector<ConfigProblem> known = {}) : problems_(std::move(known)) {}
  void add(const ConfigValue& at, std::string text, ConfigFault fault = ConfigFault::invalid);
  void add(int line, int column, std::string key, std::string text, ConfigFault fault = ConfigFault::invalid);
  // "found …; allowed: …"
  void unfit(const ConfigValue& at, Shown shown, std::string_view allowed);
  [[nodiscard]] std::size_t count() const { return problems_.size(); }
  // In the order of the file.
  [[nodiscard]] std::vector<ConfigProblem> take();

 private:
  std::vector<ConfigProblem> problems_;
};

// The text of a scalar; anything else is reported.
[[nodiscard]] std::optional<std::string> text_of(const ConfigValue& value, Shown shown, std::string_view allowed,
                                                 ConfigProblems& problems);

// One map of the file. The tree and the problems must outlive it.
class ConfigMap {
 public:
  // Reported where the value is no map; nothing then.
  [[nodiscard]] static std::optional<ConfigMap> of(const ConfigValue& value, std::string_view allowed,
                                                   ConfigProblems& problems);

  // The value where the key is there. A key that was asked for is known from then on.
  [[nodiscard]] std::optional<ConfigValue> find(std::string_view key);
  // Reported where it isn't there.
  [[nodiscard]] std::optional<ConfigValue> need(std::string_view key, std::string_view what);
  // A key that exists but not in this place: reported with the reason where it is there.
  void refuse(std::string_view key, std::string_view why);
  // Reports every key that is not known, with the nearest one that is.
  void finish(SecretKeys secrets = SecretKeys::reported_apart);

  // Where the key is there and its text is allowed, `target` is set: `parse` gives std::optional, and nothing is
  // reported as found and allowed.
  template <class Target, class Parse>
  void read(std::string_view key, Target& target, Shown shown, std::string_view allowed, const Parse& parse) {
    if (const auto value = find(key)) read_value(*value, target, shown, allowed, parse);
  }
  // The same for a key that must be there.
  template <class Target, class Parse>
  void read_needed(std::string_view key, Target& target, Shown shown, std::string_view allowed, const Parse& parse) {
    if (const auto value = need(key, allowed)) read_value(*value, target, shown, allowed, parse);
  }

  [[nodiscard]] const ConfigValue& value() const { return value_; }

 private:
  ConfigMap(ConfigValue value, ConfigProblems& problems) : value_(std::move(value)), problems_(&problems) {}

  template <class Target, class Parse>
  void read_value(const ConfigValue& value, Target& target, Shown shown, std::string_view allowed, const Parse& parse) {
    const auto text = text_of(value, shown, allowed, *problems_);
    if (!text) return;
    if (auto parsed = parse(*text)) {
      target = *std::move(parsed);
    } else {
      problems_->unfit(value, shown, allowed);
    }
  }

  ConfigValue value_;
  ConfigProblems* problems_;
  std::vector<std::string_view> known_;  // views into the program's own names
  std::vector<std::string_view> refused_;
};

// Reports every key that names a secret outright (passcode, password, token, …), wherever it stands. Such a key is no
// unknown one for ConfigMap::finish().
void refuse_inline_secrets(const ConfigValue& tree, ConfigProblems& problems);

}  // namespace taara
