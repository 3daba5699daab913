// SPDX-License-Identifier: Apache-2.0
#include "core/html_writer.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace taara {
namespace {

template <class Write>
std::string written(Write write) {
  std::string text;
  HtmlWriter html([&](std::string_view piece) {
    text += piece;
    return true;
  });
  write(html);
  html.finish();
  return text;
}

TEST(HtmlWriter, ElementsAttributesAndTexts) {
  EXPECT_EQ(written([](HtmlWriter& html) {
              html.begin("p", {{"class", "x"}, {"id", "y"}});
              html.text("a ");
              html.element("b", "c");
              html.end();
              html.single("meta", {{"charset", "utf-8"}});
            }),
            "<p class=\"x\" id=\"y\">a <b>c</b></p>\n<meta charset=\"utf-8\">\n");
}

// Every single byte, as a text and as an attribute: none ends an element, an attribute or the page's encoding.
TEST(HtmlWriter, EveryByteOfATextIsEscaped) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string outside(1, static_cast<char>(byte));
    const std::string page = written([&](HtmlWriter& html) { html.element("p", {{"title", outside}}, outside); });
    std::string shown = outside;
    if (byte == '&') shown = "&amp;";
    if (byte == '<') shown = "&lt;";
    if (byte == '>') shown = "&gt;";
    if (byte == '"') shown = "&quot;";
    if (byte == '\'') shown = "&#39;";
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte >= 0x7F) shown = "\xEF\xBF\xBD";
    EXPECT_EQ(page, std::string("<p title=\"").append(shown).append("\">").append(shown).append("</p>\n")) << byte;
  }
}

TEST(HtmlWriter, OtherScriptsStayAndBrokenOnesAreMarked) {
  EXPECT_EQ(written([](HtmlWriter& html) { html.text("Zoë 😀 مرحبا"); }), "Zoë 😀 مرحبا");
  EXPECT_EQ(written([](HtmlWriter& html) { html.text("a\xC3"); }), "a\xEF\xBF\xBD");
  EXPECT_EQ(written([](HtmlWriter& html) { html.text("\xED\xA0\x80"); }), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

// What a program makes while it runs can't become markup: this would not compile.
static_assert(!std::is_constructible_v<Markup, std::string>);
static_assert(!std::is_constructible_v<Markup, std::string_view>);

TEST(HtmlWriter, StopsWhenNobodyWantsMore) {
  int pieces = 0;
  HtmlWriter html([&](std::string_view) {
    ++pieces;
    return false;
  });
  const std::string text(20'000, 'x');
  for (int i = 0; i < 5; ++i) html.element("p", text);
  html.finish();
  EXPECT_EQ(pieces, 1);
}

}  // namespace
}  // namespace taara
