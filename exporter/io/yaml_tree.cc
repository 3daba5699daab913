// SPDX-License-Identifier: Apache-2.0
#include "io/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/utf8.h"

namespace taara {
namespace {

// Our deepest value is households[0].mapping.used.pointer. yaml-cpp recurses, so depth is memory of the stack.
constexpr std::size_t kMaxDepth = 12;
constexpr std::size_t kMostTextProblems = 20;

// Thrown through yaml-cpp out of the handler and caught in parse_yaml: the only way to stop it.
struct Refused {
  ConfigProblem problem;
};

ConfigProblem problem_at(const YAML::Mark& mark, std::string key, std::string text) {
  if (mark.is_null()) return {ConfigFault::invalid, 0, 0, std::move(key), std::move(text)};
  return {ConfigFault::invalid, mark.line + 1, mark.column + 1, std::move(key), std::move(text)};
}

// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      throw Refused{problem_at(mark, "", "found a second YAML document; allowed: one, without a line --- in between")};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_decoration(mark, "?", anchor);
    ConfigNode node = node_at(mark, ConfigNode::Kind::nothing);
    // An empty value is reported by yaml-cpp where the next thing begins; its own place is its key's.
    if (!open_.empty() && open_.back().key) {
      node.line = open_.back().key->line;
      node.column = open_.back().key->column;
    }
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_decoration(mark, tag, anchor);
    ConfigNode node = node_at(mark, ConfigNode::Kind::scalar);
    node.text = value;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, ConfigNode::Kind::list);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, ConfigNode::Kind::map);
  }
  void OnMapEnd() override { end(); }

  // The dotted name of the value that is being read.
  [[nodiscard]] std::string path() const {
    std::string path;
    for (const auto& level : open_) {
      if (level.node.kind == ConfigNode::Kind::list)
        path = item_of(path, level.node.items.size());
      else if (level.key)
        path = key_below(path, level.key->key);
    }
    return path;
  }
  [[nodiscard]] ConfigNode take_tree() { return std::move(tree_); }
  [[nodiscard]] std::vector<ConfigProblem> take_problems() { return std::move(problems_); }

 private:
  struct Level {
    ConfigNode node;
    std::optional<ConfigEntry> key;  // of a map: read, and waiting for its value
    std::unordered_map<std::string, int> line_of_key;
  };

  static ConfigNode node_at(const YAML::Mark& mark, ConfigNode::Kind kind) {
    ConfigNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  [[noreturn]] void refuse_anchor(const YAML::Mark& mark) const {
    throw Refused{
        problem_at(mark, path(),
                   "found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins "
                   "with & or * belongs in quotes")};
  }

  void refuse_decoration(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) refuse_anchor(mark);
    if (tag != "?" && tag != "!" && !tag.empty())
      throw Refused{
          problem_at(mark, path(), "found a tag (!); allowed: none; a text that begins with ! belongs in quotes")};
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, ConfigNode::Kind kind) {
    refuse_decoration(mark, tag, anchor);
    if (open_.size() >= kMaxDepth)
      throw Refused{problem_at(mark, path(), "found values nested too deeply; allowed: at most 12 levels")};
    if (wants_key()) refuse_key(node_at(mark, kind));
    open_.push_back({node_at(mark, kind), std::nullopt, {}});
  }

  void end() {
    ConfigNode node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  [[nodiscard]] bool wants_key() const {
    return !open_.empty() && open_.back().node.kind == ConfigNode::Kind::map && !open_.back().key;
  }

  [[noreturn]] void refuse_key(const ConfigNode& node) const {
    throw Refused{{ConfigFault::invalid, node.line, node.column, path(),
                   "found a key that is no text; allowed: one word followed by a colon"}};
  }

  void add(ConfigNode node) {
    if (open_.empty()) {
      tree_ = std::move(node);
      return;
    }
    Level& level = open_.back();
    if (level.node.kind == ConfigNode::Kind::list) {
      level.node.items.push_back(std::move(node));
    } else if (!level.key) {
      if (node.kind != ConfigNode::Kind::scalar) refuse_key(node);
      level.key = ConfigEntry{std::move(node.text), node.line, node.column, {}};
    } else {
      add_entry(level, std::move(node));
    }
  }

  // yaml-cpp lets a key stand twice and takes one of the two; here the second one is a problem.
  void add_entry(Level& level, ConfigNode value) {
    const auto [first, is_new] = level.line_of_key.emplace(level.key->key, level.key->line);
    if (!is_new) {
      problems_.push_back({ConfigFault::invalid, level.key->line, level.key->column, path(),
                           "found this key a second time (first in line " + std::to_string(first->second) +
                               "); allowed: each key once"});
    } else {
      level.key->value = std::move(value);
      level.node.entries.push_back(*std::move(level.key));
    }
    level.key.reset();
  }

  std::vector<Level> open_;
  ConfigNode tree_;
  std::vector<ConfigProblem> problems_;
  int documents_ = 0;
};

// yaml-cpp's own words, without the piece of the text that some of them end with: it might be a secret.
std::string syntax_error(const std::string& words) {
  return "not valid YAML (" + words.substr(0, words.find(':')) +
         "); check indentation, quotes and brackets here and above";
}

std::string_view fault_of(char c) {
  if (c == '\t') return "found a tab; allowed: spaces";
  if (c == '\r')
    return "found a carriage return (Windows line end); allowed: line feeds only, as sed -i 's/\\r$//' makes them";
  return "found a control character; allowed: none";
}

// What must be right before yaml-cpp sees the text; one problem per line at most.
std::vector<ConfigProblem> check_text(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return {{ConfigFault::invalid, 1, 1, "", "found a byte order mark; allowed: UTF-8 without one"}};
  const std::size_t valid = valid_utf8_bytes(text);
  std::vector<ConfigProblem> problems;
  int line = 1;
  int column = 1;
  bool line_has_problem = false;
  for (std::size_t i = 0; i < text.size() && problems.size() < kMostTextProblems; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '\n') {
      ++line;
      column = 1;
      line_has_problem = false;
      continue;
    }
    std::string_view fault;
    if (i == valid) fault = "found a byte that is not UTF-8; allowed: text saved as UTF-8";
    if (byte < 0x20 || byte == 0x7F) fault = fault_of(text[i]);
    if (!fault.empty() && !line_has_problem) {
      problems.push_back({ConfigFault::invalid, line, column, "", std::string(fault)});
      line_has_problem = true;
    }
    if ((byte & 0xC0U) != 0x80U) ++column;
  }
  return problems;
}

}  // namespace

std::variant<ConfigNode, std::vector<ConfigProblem>> parse_yaml(const std::string& text) {
  if (auto problems = check_text(text); !problems.empty()) return problems;
  std::istringstream stream(text);
  TreeBuilder builder;
  const auto with = [&](ConfigProblem last) {
    auto problems = builder.take_problems();
    problems.push_back(std::move(last));
    return problems;
  };
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return with(refused.problem);
  } catch (const YAML::Exception& error) {
    return with(problem_at(error.mark, builder.path(), syntax_error(error.msg)));
  }
  if (auto problems = builder.take_problems(); !problems.empty()) return problems;
  return builder.take_tree();
}

}  // namespace taara
