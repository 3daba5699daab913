// SPDX-License-Identifier: Apache-2.0
#include "app/pages.h"

#include <algorithm>

#include "app/api.h"
#include "core/content_negotiation.h"
#include "core/metrics.h"
#include "core/page.h"

namespace taara {
namespace {

constexpr std::string_view kHouseholdPages = "/household";

void serve_metrics(const PageSources& sources, const WebRequest& request, WebResponse& response) {
  const PageFormat format = page_format(request.header("Accept"));
  response.content_type(content_type(format));
  response.header("Vary", "Accept");
  Exposition page(format, [&](std::string_view piece) { return response.write(piece); });
  const std::shared_ptr<const Snapshot> snapshot = sources.snapshot.get();
  write_metrics(*snapshot, sources.clock.wall(), page);
  sources.own.write(page);
  page.finish();
}

void serve_ready(const PageSources& sources, WebResponse& response) {
  if (sources.snapshot.get()->ready) {
    response.write("Taara Monitor is ready.\n");
    return;
  }
  response.status(503);
  response.header("Retry-After", "1");
  response.write("Taara Monitor is starting: the store is still being read.\n");
}

void serve_reload(const PageSources& sources, WebResponse& response) {
  const Result<void> reloaded = sources.reload();
  if (reloaded.has_value()) {
    response.write("The configuration was reloaded.\n");
    return;
  }
  response.status(500);
  response.write("The configuration was not reloaded, the old one stays in use: ");
  response.write(reloaded.error().what);
  response.write("\n");
}

PageSurroundings begin_page(const PageSources& sources, const WebRequest& request, WebResponse& response) {
  const bool still = request.query() == kStillQuery;
  response.content_type("text/html; charset=utf-8");
  response.allow(page_policy());
  // Not in the page: there it would be out of reach for who needs more time.
  if (!still) response.header("Refresh", std::to_string(kPageRefresh.count()));
  return {.version = version(), .now = sources.clock.wall(), .still = still};
}

// Null, and answered, while the store is still being read.
std::shared_ptr<const Snapshot> ready_snapshot(const PageSources& sources, WebResponse& response, HtmlWriter& html) {
  auto snapshot = sources.snapshot.get();
  if (snapshot->ready) return snapshot;
  response.status(503);
  response.content_type("text/html; charset=utf-8");
  response.allow(page_policy());
  response.header("Retry-After", "1");
  response.header("Refresh", "1");
  write_starting_page({.version = version(), .now = sources.clock.wall()}, html);
  return nullptr;
}

void serve_home(const PageSources& sources, const WebRequest& request, WebResponse& response) {
  HtmlWriter html([&](std::string_view piece) { return response.write(piece); });
  if (const auto snapshot = ready_snapshot(sources, response, html))
    write_home_page(*snapshot, begin_page(sources, request, response), html);
}

void serve_household(const PageSources& sources, const WebRequest& request, WebResponse& response) {
  HtmlWriter html([&](std::string_view piece) { return response.write(piece); });
  const auto snapshot = ready_snapshot(sources, response, html);
  if (!snapshot) return;
  std::string_view name = request.path();
  name.remove_prefix(std::min(name.size(), kHouseholdPages.size() + 1));
  const PageSurroundings around = begin_page(sources, request, response);
  if (write_household_page(*snapshot, name, around, html)) return;
  response.status(404);
  write_no_such_household_page(name, around, html);
}

}  // namespace

std::vector<Route> make_routes(const PageSources& sources) {
  using enum Route::Method;
  std::vector<Route> routes{
      {"/", get,
       [sources](const WebRequest& request, WebResponse& response) { serve_home(sources, request, response); }},
      {std::string(kHouseholdPages), get,
       [sources](const WebRequest& request, WebResponse& response) { serve_household(sources, request, response); },
       true},
      {"/metrics", get,
       [sources](const WebRequest& request, WebResponse& response) { serve_metrics(sources, request, response); }},
      {"/-/healthy", get,
       [](const WebRequest&, WebResponse& response) { response.write("Taara Monitor is healthy.\n"); }, false, true},
      {"/-/ready", get, [sources](const WebRequest&, WebResponse& response) { serve_ready(sources, response); }},
      {"/-/reload", post, [sources](const WebRequest&, WebResponse& response) { serve_reload(sources, response); }},
  };
  for (const Route& route : routes) sources.own.expect_requests(route.path, {200, 405, 500});
  for (const char* path : {"/", "/-/ready"}) sources.own.expect_requests(path, {503});
  sources.own.expect_requests(kHouseholdPages, {404, 503});
  sources.own.expect_requests("other", {400, 404});
  for (Route& route : make_api_routes(sources)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace taara
