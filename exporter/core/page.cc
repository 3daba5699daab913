// SPDX-License-Identifier: Apache-2.0
#include "core/page.h"

#include <algorithm>

#include "core/in_quotes.h"
#include "core/page_parts.h"

namespace taara {
namespace {

// A page's frame: what is above and below its content.
class Frame {
 public:
  Frame(std::string_view title, std::string_view address, const PageSurroundings& around, HtmlWriter& html)
      : html_(html), around_(around), address_(address) {
    html.raw("<!DOCTYPE html>\n");
    html.begin("html", {{"lang", "en"}});
    html.begin("head");
    html.single("meta", {{"charset", "utf-8"}});
    html.single("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    html.single("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
    html.element("title", title);
    html.raw(page_icon());
    html.raw("<style>");
    html.raw(page_style());
    html.raw("</style>\n");
    html.end();
    html.begin("body");
    html.begin("main");
  }

  // Links to what else there is to see of this page's subject.
  void close(std::string_view query, const std::optional<std::string>& grafana_url) {
    html_.end();
    html_.begin("footer");
    html_.begin("nav", {{"aria-label", "More"}});
    html_.begin("ul");
    if (grafana_url) link(*grafana_url, "Grafana");
    if (!query.empty()) {
      link("/api/v1/usage/current" + std::string(query), "Use, as JSON");
      link("/api/v1/forecast" + std::string(query), "Forecast, as JSON");
    }
    link("/api/v1/system/health" + std::string(query), "Health, as JSON");
    link("/metrics", "Metrics");
    link("/-/healthy", "Healthy?");
    link("/-/ready", "Ready?");
    html_.end();
    html_.end();
    html_.begin("p", {{"class", "small"}});
    html_.text(around_.still ? "This page stays as it is. " : "This page renews itself every minute. ");
    html_.element("a", {{"href", address_ + (around_.still ? "" : "?" + std::string(kStillQuery))}},
                  around_.still ? "Renew it every minute" : "Keep it still");
    html_.end();
    html_.begin("p", {{"class", "small"}});
    html_.text("Taara Monitor, version " + std::string(around_.version));
    html_.end();
    html_.end();
    html_.end();
    html_.end();
    html_.finish();
  }

 private:
  void link(std::string_view address, std::string_view words) {
    html_.begin("li");
    html_.element("a", {{"href", address}}, words);
    html_.end();
  }

  HtmlWriter& html_;
  const PageSurroundings& around_;
  std::string address_;
};

std::optional<std::string> grafana_of(const Snapshot& snapshot) {
  return snapshot.config ? snapshot.config->grafana_url : std::nullopt;
}

void write_one(const Snapshot& snapshot, std::size_t place, std::string_view address, const PageSurroundings& around,
               HtmlWriter& html) {
  const HouseholdView& view = *snapshot.households[place];
  const std::string& name = view.household->name;
  Frame frame(name + " · Taara Monitor", address, around, html);
  if (snapshot.households.size() > 1) {
    html.begin("p", {{"class", "back"}});
    html.element("a", {{"href", around.still ? "/?" + std::string(kStillQuery) : "/"}}, "All households");
    html.end();
  }
  html.element("h1", name);
  write_cards(Glance(view, snapshot.health.lines[place].status, around.now), html);
  frame.close("?household=" + name, grafana_of(snapshot));
}

void write_message(std::string_view title, std::string_view words, const PageSurroundings& around, HtmlWriter& html) {
  Frame frame(title, "/", around, html);
  html.element("h1", title);
  html.element("p", words);
  html.begin("p");
  html.element("a", {{"href", "/"}}, "To the first page");
  html.end();
  frame.close("", std::nullopt);
}

}  // namespace

std::string household_address(std::string_view name, bool still) {
  std::string address = "/household/" + std::string(name);
  if (still) address.append("?").append(kStillQuery);
  return address;
}

void write_home_page(const Snapshot& snapshot, const PageSurroundings& around, HtmlWriter& html) {
  if (snapshot.households.size() == 1) return write_one(snapshot, 0, "/", around, html);
  if (snapshot.households.empty())
    return write_message("Nothing to show yet", "No household is watched yet.", around, html);
  Frame frame("Taara Monitor", "/", around, html);
  html.element("h1", "All households");
  write_list(snapshot, around, html);
  frame.close("", grafana_of(snapshot));
}

bool write_household_page(const Snapshot& snapshot, std::string_view name, const PageSurroundings& around,
                          HtmlWriter& html) {
  const auto& all = snapshot.households;  // sorted by name
  const auto found = std::lower_bound(all.begin(), all.end(), name,
                                      [](const auto& view, std::string_view n) { return view->household->name < n; });
  if (found == all.end() || (*found)->household->name != name) return false;
  write_one(snapshot, static_cast<std::size_t>(found - all.begin()), household_address(name, false), around, html);
  return true;
}

void write_no_such_household_page(std::string_view name, const PageSurroundings& around, HtmlWriter& html) {
  write_message("No such household", "There is no household " + in_quotes(name) + " here; the first page lists all.",
                around, html);
}

void write_starting_page(const PageSurroundings& around, HtmlWriter& html) {
  write_message("Just a moment", "Taara Monitor is starting: it reads what it remembers.", around, html);
}

}  // namespace taara
