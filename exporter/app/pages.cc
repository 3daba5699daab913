// SPDX-License-Identifier: Apache-2.0
#include "app/pages.h"

#include "app/api.h"
#include "core/content_negotiation.h"
#include "core/metrics.h"

namespace taara {
namespace {

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

constexpr std::string_view kLandingTop = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Taara Monitor</title>
</head>
<body>
<h1>Taara Monitor</h1>
<p>Keeps an eye on the family's line, so that nobody has to. Version )";

constexpr std::string_view kLandingRest = R"(.</p>
<ul>
<li><a href="/metrics">Metrics</a>, for Prometheus</li>
<li><a href="/api/v1/system/health">How it is</a>, from the API under /api/v1</li>
<li><a href="/-/healthy">Healthy?</a> The program runs.</li>
<li><a href="/-/ready">Ready?</a> It has read what it remembers.</li>
</ul>
</body>
</html>
)";

void serve_landing(WebResponse& response) {
  response.content_type("text/html; charset=utf-8");
  response.write(kLandingTop);
  response.write(version());
  response.write(kLandingRest);
}

}  // namespace

std::vector<Route> make_routes(const PageSources& sources) {
  using enum Route::Method;
  std::vector<Route> routes{
      {"/", get, [](const WebRequest&, WebResponse& response) { serve_landing(response); }},
      {"/metrics", get,
       [sources](const WebRequest& request, WebResponse& response) { serve_metrics(sources, request, response); }},
      {"/-/healthy", get,
       [](const WebRequest&, WebResponse& response) { response.write("Taara Monitor is healthy.\n"); }},
      {"/-/ready", get, [sources](const WebRequest&, WebResponse& response) { serve_ready(sources, response); }},
      {"/-/reload", post, [sources](const WebRequest&, WebResponse& response) { serve_reload(sources, response); }},
  };
  for (const Route& route : routes) sources.own.expect_requests(route.path, {200, 405, 500});
  sources.own.expect_requests("/-/ready", {503});
  sources.own.expect_requests("other", {400, 404});
  for (Route& route : make_api_routes(sources)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace taara
