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
constexpr std::size_t kMaxKeyBytes = 256;  // YAML itself ends at 1024, in some writings
constexpr std::string_view kAnchorRefused =
    "found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins with & or * belongs "
    "in "
    "quotes";

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
    // yaml-cpp 0.7 makes single bytes of the escapes \_ and \N.
    if (valid_utf8_bytes(value) != value.size())
      throw Refused{
          problem_at(mark, path(), "found an escape (\\) that is no character; allowed: the character itself")};
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
  // Where the innermost list or map that is still open began; 0 when there is none.
  [[nodiscard]] int innermost_line() const { return open_.empty() ? 0 : open_.back().node.line; }
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
      if (node.text.size() > kMaxKeyBytes)
        throw Refused{{ConfigFault::invalid, node.line, node.column, path(),
                       "found a key of more than 256 bytes; allowed: one word followed by a colon"}};
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
std::string syntax_error(const std::string& words, int line, int open_since) {
  if (words.starts_with("the referenced anchor")) return std::string(kAnchorRefused);
  std::string text = "not valid YAML (" + words.substr(0, words.find(':'));
  if (open_since > 0 && open_since < line) text += ", in what begins in line " + std::to_string(open_since);
  return text + "); check indentation, quotes and brackets";
}

// What a line may not hold, whatever YAML says of it.
struct ForbiddenKind {
  std::string_view name;
  std::string_view allowed;
  ConfigProblem first{};
  int lines = 0;
  int last_line = 0;
};

// What must be right before yaml-cpp sees the text: the first place of each kind, and in how many lines it occurs.
std::vector<ConfigProblem> check_text(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return {{ConfigFault::invalid, 1, 1, "", "found a byte order mark; allowed: UTF-8 without one"}};
  const std::size_t valid = valid_utf8_bytes(text);
  ForbiddenKind tab{"tab", "spaces"};
  ForbiddenKind cr{"carriage return (Windows line end)", "line feeds only; sed -i 's/\\r$//' FILE mends it"};
  ForbiddenKind control{"control character", "none"};
  int line = 1;
  int column = 1;
  const auto here = [&] { return ConfigProblem{ConfigFault::invalid, line, column, "", ""}; };
  for (std::size_t i = 0; i < valid; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '\n') {
      ++line;
      column = 1;
      continue;
    }
    if (byte < 0x20 || byte == 0x7F) {
      ForbiddenKind& kind = text[i] == '\t' ? tab : text[i] == '\r' ? cr : control;
      if (kind.lines == 0) kind.first = here();
      if (kind.last_line != line) ++kind.lines;
      kind.last_line = line;
    }
    if ((byte & 0xC0U) != 0x80U) ++column;
  }
  std::vector<ConfigProblem> problems;
  for (ForbiddenKind* kind : {&tab, &cr, &control}) {
    if (kind->lines == 0) continue;
    kind->first.text = "found a " + std::string(kind->name) +
                       (kind->lines > 1 ? " here and in " + std::to_string(kind->lines - 1) +
                                              (kind->lines == 2 ? " more line" : " more lines")
                                        : "") +
                       "; allowed: " + std::string(kind->allowed);
    problems.push_back(kind->first);
  }
  if (valid < text.size()) {
    problems.push_back(here());
    problems.back().text = "found a byte that is not UTF-8; allowed: text saved as UTF-8";
  }
  return problems;
}

}  // namespace

ParsedYaml parse_yaml(const std::string& text) {
  if (auto problems = check_text(text); !problems.empty()) return {std::nullopt, std::move(problems)};
  std::istringstream stream(text);
  TreeBuilder builder;
  const auto broken = [&](ConfigProblem last) {
    auto problems = builder.take_problems();
    problems.push_back(std::move(last));
    return ParsedYaml{std::nullopt, std::move(problems)};
  };
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return broken(refused.problem);
  } catch (const YAML::Exception& error) {
    return broken(
        problem_at(error.mark, builder.path(), syntax_error(error.msg, error.mark.line + 1, builder.innermost_line())));
  }
  return {builder.take_tree(), builder.take_problems()};
}

}  // namespace taara
