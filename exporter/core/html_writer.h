// SPDX-License-Identifier: Apache-2.0
// Writes HTML piece by piece. Only what stands in the program itself goes out as it is; every other text is escaped,
// and the compiler refuses to mix them up.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace taara {

// Markup that was written by us: a name of a tag or an attribute, or a whole piece. Nothing that a program reads or
// makes while it runs can become one.
class Markup {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is one
  consteval Markup(const char* text) : text_(text) {}
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

struct HtmlAttribute {
  Markup name;
  std::string_view value;  // escaped when it is written
};
using HtmlAttributes = std::initializer_list<HtmlAttribute>;

class HtmlWriter {
 public:
  // Takes the next piece; false when nobody wants more.
  using Sink = std::function<bool(std::string_view)>;
  explicit HtmlWriter(Sink sink) : sink_(std::move(sink)) {}

  void begin(Markup tag, HtmlAttributes attributes = {});
  void end();  // of the element that was begun last
  void text(std::string_view text);
  void element(Markup tag, HtmlAttributes attributes, std::string_view text);
  void element(Markup tag, std::string_view content) { element(tag, {}, content); }
  // An element without content and end tag in HTML: meta, link.
  void single(Markup tag, HtmlAttributes attributes);
  void raw(Markup markup) { held_ += markup.text(); }
  // Hands over what is still held back.
  void finish();

 private:
  Sink sink_;
  std::string held_;
  std::vector<std::string_view> open_;
  bool wanted_ = true;
};

}  // namespace taara
