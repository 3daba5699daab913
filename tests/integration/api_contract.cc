// SPDX-License-Identifier: Apache-2.0
#include "api_contract.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "app/pages.h"
#include "json_schema.h"

namespace taara::test {
namespace {

namespace json = boost::json;

std::string encoded(const std::string& text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte / 16];
    out += kHex[byte % 16];
  }
  return out;
}

ApiParameter parameter_of(const json::object& documented) {
  ApiParameter parameter;
  parameter.name = std::string(documented.at("name").as_string());
  if (const auto* required = documented.if_contains("required")) parameter.required = required->as_bool();
  for (const auto& [name, example] : documented.at("examples").as_object())
    parameter.examples.emplace_back(example.as_object().at("value").as_string());
  return parameter;
}

}  // namespace

const json::value& contract() {
  static const json::value document = read_yaml(std::string(TAARA_SOURCE_DIR) + "/docs/api/openapi.yaml");
  return document;
}

std::vector<ApiOperation> operations() {
  const Schemas schemas(contract());
  std::vector<ApiOperation> all;
  for (const auto& [path, item] : contract().as_object().at("paths").as_object()) {
    const auto& get = item.as_object().at("get").as_object();
    ApiOperation operation{std::string(path), {}, get.at("responses").as_object()};
    for (const json::value& given : get.at("parameters").as_array())
      operation.parameters.push_back(parameter_of(schemas.resolve(given)));
    all.push_back(std::move(operation));
  }
  return all;
}

std::vector<std::string> queries(const ApiOperation& operation) {
  std::vector<std::string> all{""};
  for (const ApiParameter& parameter : operation.parameters) {
    const std::size_t count = all.size();
    for (const std::string& example : parameter.examples) {
      for (std::size_t i = 0; i < count; ++i)
        all.push_back(all[i] + (all[i].empty() ? "?" : "&") + parameter.name + "=" + encoded(example));
    }
  }
  return all;
}

std::string with(const ApiOperation& operation, const std::string& name, const std::string& raw) {
  std::string query;
  for (const ApiParameter& parameter : operation.parameters) {
    if (parameter.name != name && (parameter.required || parameter.name == "household"))
      query += (query.empty() ? "?" : "&") + parameter.name + "=" + encoded(parameter.examples.front());
  }
  return query + (query.empty() ? "?" : "&") + name + "=" + raw;
}

json::value Asker::ask(const ApiOperation& operation, const std::string& query, std::optional<long> expected) {
  const Schemas schemas(contract());
  const std::string where = operation.path + query;
  const Fetched answer = fetch(url_ + where);
  heard_ += answer.body;
  EXPECT_EQ(answer.status, expected.value_or(answer.status)) << where << "\n" << answer.body;
  seen_[operation.path].insert(answer.status);
  EXPECT_NE(answer.headers.find("Content-Type: application/json\r\n"), std::string::npos) << where;
  EXPECT_EQ(answer.status == 503, answer.headers.find("Retry-After: ") != std::string::npos) << where;
  const auto* documented = operation.responses.if_contains(std::to_string(answer.status));
  if (documented == nullptr) {
    ADD_FAILURE() << where << ": " << answer.status << " is not documented\n" << answer.body;
    return nullptr;
  }
  std::error_code error;
  json::value body = json::parse(answer.body, error);
  EXPECT_FALSE(error) << where << "\n" << answer.body;
  const auto& content = schemas.resolve(*documented).at("content").as_object().at("application/json").as_object();
  for (const std::string& fault : schemas.faults(body, content.at("schema")))
    ADD_FAILURE() << where << fault << "\n" << answer.body.substr(0, 2000);
  return body;
}

json::value Asker::ask(std::string_view path, const std::string& query, long expected) {
  const auto all = operations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const ApiOperation& o) { return o.path == path; });
  if (found == all.end()) throw std::runtime_error("the contract has no " + std::string(path));
  return ask(*found, query, expected);
}

ServedHouse::ServedHouse(House& house)
    : clock_(house.clock()), log_(clock_, -1, LogLevel::info, LogFormat::logfmt), own_(Time{}, log_) {
  WebEvents events;
  events.answered = [this](std::string_view route, int status) { own_.count_request(route, status); };
  events.failed = [](std::string_view route, std::string_view what) { ADD_FAILURE() << route << ": " << what; };
  const PageSources sources{.snapshot = house.latest(),
                            .clock = clock_,
                            .own = own_,
                            .reload = [] { return Result<void>(); },
                            .started_with = house.config()};
  auto started = WebServer::start({{"127.0.0.1", 0}}, make_routes(sources), std::move(events), clock_, {});
  if (!started) throw std::runtime_error(started.error().what);
  server_ = std::move(*started);
}

}  // namespace taara::test
