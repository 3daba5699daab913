// SPDX-License-Identifier: Apache-2.0
// docs/api/openapi.yaml as a test sees it: what can be asked, and whether an answer is as documented.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/own_metrics.h"
#include "house.h"
#include "io/web_server.h"

namespace taara::test {

struct ApiParameter {
  std::string name;
  bool required = false;
  std::vector<std::string> examples;
};

struct ApiOperation {
  std::string path;
  std::vector<ApiParameter> parameters;
  boost::json::object responses;
};

[[nodiscard]] const boost::json::value& contract();
[[nodiscard]] std::vector<ApiOperation> operations();

// Every combination of leaving a parameter out and giving each of its examples.
[[nodiscard]] std::vector<std::string> queries(const ApiOperation& operation);
// What the operation needs at least, and `name` with this text.
[[nodiscard]] std::string with(const ApiOperation& operation, const std::string& name, const std::string& raw);

// Asks a server, and fails the test where an answer isn't as documented for its status.
class Asker {
 public:
  explicit Asker(std::string url) : url_(std::move(url)) {}

  boost::json::value ask(const ApiOperation& operation, const std::string& query,
                         std::optional<long> expected = std::nullopt);
  boost::json::value ask(std::string_view path, const std::string& query, long expected = 200);
  [[nodiscard]] const std::set<long>& seen(const std::string& path) { return seen_[path]; }
  [[nodiscard]] const std::string& heard() const { return heard_; }  // all bodies so far
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  std::string url_;
  std::map<std::string, std::set<long>> seen_;
  std::string heard_;
};

// A House's pages on a port of their own. What they say is of the house's time; how long clients may take is of real
// time.
class ServedHouse {
 public:
  explicit ServedHouse(House& house);
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->addresses()[0].port); }

 private:
  class PageClock final : public Clock {
   public:
    explicit PageClock(const Clock& house) : house_(house) {}
    [[nodiscard]] Time wall() const override { return house_.wall(); }
    [[nodiscard]] Steady steady() const override { return std::chrono::steady_clock::now(); }

   private:
    const Clock& house_;
  };

  PageClock clock_;
  Log log_;
  OwnMetrics own_;
  std::unique_ptr<WebServer> server_;
};

}  // namespace taara::test
