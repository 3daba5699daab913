// SPDX-License-Identifier: Apache-2.0
#include "core/yaml_text.h"

#include <gtest/gtest.h>

#include "io/yaml_tree.h"

namespace taara {
namespace {

// As parse_yaml gives it, without the places.
std::string shape(const ConfigNode& node) {
  std::string text;
  switch (node.kind) {
    case ConfigNode::Kind::nothing:
      return "~";
    case ConfigNode::Kind::scalar:
      return "<" + node.text + ">";
    case ConfigNode::Kind::list:
      for (const auto& item : node.items) text += shape(item) + ",";
      return "[" + text + "]";
    case ConfigNode::Kind::map:
      for (const auto& entry : node.entries) text += "<" + entry.key + ">" + shape(entry.value) + ",";
      return "{" + text + "}";
  }
  return text;
}

void expect_same(const ConfigNode& tree) {
  const std::string text = yaml_text(tree);
  const auto parsed = parse_yaml(text);
  ASSERT_TRUE(parsed.tree) << text << (parsed.problems.empty() ? "" : parsed.problems.front().text);
  EXPECT_EQ(shape(*parsed.tree), shape(tree)) << text;
}

TEST(YamlText, ReadsBackAsTheSameTreeWhateverTheTextsHold) {
  ConfigNode tree;
  int number = 0;
  for (const std::string text : {"home",
                                 "",
                                 " ",
                                 "1 TB",
                                 "0700",
                                 "yes",
                                 "NO",
                                 "null",
                                 "~",
                                 "a: b",
                                 "a #b",
                                 "- a",
                                 "\"quoted\"",
                                 "back\\slash",
                                 "'",
                                 "{x}",
                                 "[x]",
                                 "&a",
                                 "*a",
                                 "!tag",
                                 "%x",
                                 "@x",
                                 "`",
                                 "|",
                                 ">",
                                 "?",
                                 "---",
                                 "...",
                                 "grüß dich",
                                 "a\nb",
                                 "tab\there",
                                 "\x01",
                                 "1e5",
                                 "0x1F",
                                 "12:30",
                                 "./x",
                                 "../x",
                                 ".",
                                 "/a/b.c",
                                 "mama@example.org",
                                 "http://a:1/b",
                                 "a,b",
                                 "trailing ",
                                 "=",
                                 "<<",
                                 "\x7F"})
    child(tree, "k" + std::to_string(++number)) = text_node(text);
  child(tree, "odd key: #") = text_node("x");
  (void)child(tree, "none");
  child(tree, "list") = list_of({"a", "b c", ""});
  ConfigNode& empty_list = child(tree, "empty_list");
  empty_list.kind = ConfigNode::Kind::list;
  child(tree, "empty_map").kind = ConfigNode::Kind::map;
  expect_same(tree);
}

TEST(YamlText, ListsOfMapsStandBehindTheirDash) {
  ConfigNode item;
  child(item, "name") = text_node("home");
  child(child(item, "plan"), "day") = text_node("5");
  ConfigNode tree;
  ConfigNode& list = child(tree, "households");
  list.kind = ConfigNode::Kind::list;
  list.items = {item, item};
  EXPECT_EQ(yaml_text(tree),
            "households:\n  - name: home\n    plan:\n      day: \"5\"\n  - name: home\n    plan:\n      day: \"5\"\n");
  expect_same(tree);
}

TEST(YamlText, AChildIsMadeOnceAndFoundAgain) {
  ConfigNode tree;
  child(tree, "a") = text_node("1");
  child(tree, "a") = text_node("2");
  EXPECT_EQ(yaml_text(tree), "a: \"2\"\n");
}

}  // namespace
}  // namespace taara
