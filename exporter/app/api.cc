// SPDX-License-Identifier: Apache-2.0
#include "app/api.h"

#include <algorithm>
#include <array>

#include "app/api_endpoints.h"
#include "core/in_quotes.h"
#include "core/nearest.h"

namespace taara {
namespace {

constexpr std::array<std::string_view, 1> kHousehold{"household"};
constexpr std::array<std::string_view, 2> kTrends{"household", "period"};
constexpr std::array<std::string_view, 3> kAfford{"household", "bytes", "by"};
constexpr std::array<std::string_view, 4> kHistory{"household", "from", "to", "step"};

constexpr std::array<ApiEndpoint, 8> kEndpoints{{{"/api/v1/usage/current", kHousehold, answer_usage_current},
                                                 {"/api/v1/usage/trends", kTrends, answer_usage_trends},
                                                 {"/api/v1/forecast", kHousehold, answer_forecast},
                                                 {"/api/v1/afford", kAfford, answer_afford},
                                                 {"/api/v1/history", kHistory, answer_history},
                                                 {"/api/v1/system/health", kHousehold, answer_system_health},
                                                 {"/api/v1/preferences", kHousehold, answer_preferences},
                                                 {"/api/v1/sd", {}, answer_sd}}};

std::string joined(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::optional<ApiError> unknown_parameter(const ApiEndpoint& endpoint, const ApiCall& call) {
  for (const QueryParameter& given : call.parameters) {
    const auto& allowed = endpoint.parameters;
    if (std::find(allowed.begin(), allowed.end(), given.name) != allowed.end()) continue;
    std::string message = "there is no parameter " + in_quotes(given.name);
    if (const auto meant = nearest(given.name, allowed)) message.append("; did you mean ").append(*meant).append("?");
    message.append(" (allowed here: ").append(allowed.empty() ? "none" : joined(allowed)).append(")");
    return bad_parameter(given.name, std::move(message));
  }
  return std::nullopt;
}

ApiAnswer answer(const PageSources& sources, const ApiEndpoint& endpoint, std::string_view query) {
  ApiCall call{.snapshot = sources.snapshot.get(),
               .started_with = sources.started_with,
               .now = sources.clock.wall(),
               .parameters = {}};
  auto parameters = parse_query(query);
  if (!parameters) return ApiError{400, "bad_query", "", parameters.error().what};
  call.parameters = std::move(*parameters);
  if (auto unknown = unknown_parameter(endpoint, call)) return std::move(*unknown);
  if (!call.snapshot->ready)
    return ApiError{503, "starting", "", "Taara Monitor is starting: the store is still being read"};
  return endpoint.answer(call);
}

void write_error(JsonWriter& json, const ApiError& error) {
  json.member("status", "error");
  json.null_member("data");
  json.key("error");
  json.begin_object();
  json.member("code", error.code);
  json.member("parameter", error.parameter.empty() ? std::nullopt : std::optional(error.parameter));
  json.member("message", error.message);
  json.end_object();
}

void write_answer(const ApiAnswer& answer, WebResponse& response) {
  response.content_type("application/json");
  JsonWriter json([&](std::string_view piece) { return response.write(piece); });
  if (const auto* const whole = std::get_if<ApiWhole>(&answer)) {
    whole->write(json);
  } else if (const auto* const error = std::get_if<ApiError>(&answer)) {
    response.status(error->status);
    if (error->status == 503) response.header("Retry-After", "1");
    json.begin_object();
    write_error(json, *error);
    json.end_object();
  } else {
    json.begin_object();
    json.member("status", "success");
    json.key("data");
    json.begin_object();
    std::get<ApiBody>(answer)(json);
    json.end_object();
    json.null_member("error");
    json.end_object();
  }
  json.finish();
  response.write("\n");
}

ApiError no_such_path() {
  std::string message = "there is nothing at this address; there are: ";
  for (const ApiEndpoint& endpoint : kEndpoints)
    message.append(&endpoint == kEndpoints.data() ? "" : ", ").append(endpoint.path);
  return {404, "not_found", "", std::move(message)};
}

}  // namespace

std::vector<Route> make_api_routes(const PageSources& sources) {
  std::vector<Route> routes;
  for (const ApiEndpoint& endpoint : kEndpoints) {
    routes.push_back({std::string(endpoint.path), Route::Method::get,
                      [sources, &endpoint](const WebRequest& request, WebResponse& response) {
                        write_answer(answer(sources, endpoint, request.query()), response);
                      }});
    sources.own.expect_requests(endpoint.path, {200, 400, 404, 405, 500, 503});
  }
  routes.push_back({"/api/v1", Route::Method::get,
                    [](const WebRequest&, WebResponse& response) { write_answer(no_such_path(), response); }, true});
  sources.own.expect_requests("/api/v1", {404, 405, 500});
  return routes;
}

}  // namespace taara
