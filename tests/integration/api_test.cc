// SPDX-License-Identifier: Apache-2.0
// The API against its contract, docs/api/openapi.yaml: everything that is documented is asked for, and every answer is
// held against its schema.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <regex>

#include "api_contract.h"
#include "daemon_process.h"
#include "json_schema.h"

namespace taara::test {
namespace {

namespace json = boost::json;

void live(House& house, int days) {
  for (int i = 0; i <= days * 12; ++i) {
    house.poll();
    house.pass(seconds{1});  // the next household has its turn
  }
}

void every_two_hours(Config& config) { config.polling.interval = config.polling.min_interval = seconds{7200}; }

class Api : public testing::Test {
 protected:
  const std::vector<ApiOperation> operations_ = operations();
};

TEST_F(Api, TheContractsOwnExamplesFollowItsSchemas) {
  const Schemas schemas(contract());
  int examples = 0;
  const std::function<void(const json::value&)> walk = [&](const json::value& value) {
    if (value.is_array())
      for (const json::value& item : value.as_array()) walk(item);
    if (!value.is_object()) return;
    const auto& object = value.as_object();
    if (object.contains("example") && object.contains("schema")) {
      ++examples;
      for (const std::string& fault : schemas.faults(object.at("example"), object.at("schema"))) ADD_FAILURE() << fault;
    }
    for (const auto& [name, member] : object) walk(member);
  };
  walk(contract());
  EXPECT_EQ(examples, 11) << "one for each path and each kind of error";
}

TEST_F(Api, EveryDocumentedQuestionIsAnsweredAsDocumented) {
  const SimProcess sim({"--seed", "1", "--punctual", "--households", "2"});
  House house(sim, SourceKind::taara, 2, every_two_hours);
  live(house, 40);
  const ServedHouse served(house);
  Asker asker(served.url());
  for (const ApiOperation& operation : operations_) {
    for (const std::string& query : queries(operation)) {
      (void)asker.ask(operation, query);
      const Fetched head = fetch(asker.url() + operation.path + query, "HEAD");
      EXPECT_TRUE(asker.seen(operation.path).contains(head.status)) << operation.path << query;
      EXPECT_EQ(head.body, "");
    }
    EXPECT_TRUE(asker.seen(operation.path).contains(200)) << operation.path;
    EXPECT_EQ(fetch(asker.url() + operation.path, "POST").status, 405);
  }
  // With several households most need to know which.
  for (const char* path : {"/api/v1/usage/current", "/api/v1/usage/trends", "/api/v1/forecast", "/api/v1/history"}) {
    const json::value error = asker.ask(path, "", 400);
    EXPECT_EQ(error.at("error").at("code"), "household_needed");
    EXPECT_NE(std::string(error.at("error").at("message").as_string()).find("home-1, home-2"), std::string::npos);
  }
}

TEST_F(Api, AFamilyOfSixWeeksIsKnown) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara, 1, every_two_hours);
  live(house, 40);
  house.reload([](Config& config) { config.polling = {}; });
  house.polls(2 * 144);  // hours are learned from readings that lie close
  const ServedHouse served(house);
  Asker asker(served.url());
  const auto data = [&](std::string_view path, const std::string& query) {
    return asker.ask(path, query, 200).at("data");
  };
  const json::value now = data("/api/v1/usage/current", "");
  EXPECT_GT(now.at("cycle").at("used_bytes").as_int64(), 0);
  EXPECT_TRUE(now.at("efficiency").is_string());
  const json::value month = data("/api/v1/usage/trends", "?period=month");
  EXPECT_EQ(month.at("days").as_array().size(), 30U);
  EXPECT_EQ(month.at("totals").at("known_days"), 30);
  EXPECT_TRUE(month.at("trend").is_string());
  const json::array& shares = month.at("typical_week").at("hour_share_ratios").as_array();
  EXPECT_NE(shares.front(), shares.back());
  const json::value week = data("/api/v1/usage/trends", "");
  const json::array& days = month.at("days").as_array();
  EXPECT_EQ(json::value(json::array(days.end() - 7, days.end())), week.at("days")) << "store and book agree";
  const json::value forecast = data("/api/v1/forecast", "");
  EXPECT_LE(forecast.at("forecast_bytes").at("p10").as_int64(), forecast.at("forecast_bytes").at("p90").as_int64());
  EXPECT_GE(forecast.at("forecast_bytes").at("p10").as_int64(), forecast.at("used_bytes").as_int64());
  EXPECT_GT(forecast.at("record").at("forecasts_scored").as_int64(), 20);
  const json::value small = data("/api/v1/afford", "?bytes=1");
  EXPECT_EQ(small.at("answer"), "yes");
  const std::int64_t left = now.at("today").at("left_bytes").as_int64();
  ASSERT_LT(left + 1, forecast.at("headroom_bytes").as_int64());
  const json::value later = data("/api/v1/afford", "?bytes=" + std::to_string(left + 1));
  EXPECT_EQ(later.at("answer"), "later");
  EXPECT_EQ(later.at("reason"), "over_today");
  const json::value huge = data("/api/v1/afford", "?bytes=1000TB");
  EXPECT_EQ(huge.at("answer"), "no");
  EXPECT_EQ(huge.at("crossing_probability_with"), 1);
  EXPECT_EQ(data("/api/v1/afford", "?bytes=20+GB").at("bytes"), 20'000'000'000) << "a form's plus";
  const json::value hours = data("/api/v1/history", "");
  EXPECT_GE(hours.at("rows").as_array().size(), 160U);
  const json::value all = data("/api/v1/history", "?step=day&from=2026-09-01");
  EXPECT_GE(all.at("rows").as_array().size(), 39U);
  EXPECT_EQ(data("/api/v1/system/health", "").at("status"), "ok");
}

TEST_F(Api, WhatIsWrongIsSaid) {
  const SimProcess sim({"--seed", "1", "--punctual", "--households", "2"});
  House house(sim, SourceKind::taara, 2);
  house.poll();
  const ServedHouse served(house);
  Asker asker(served.url());
  for (const ApiOperation& operation : operations_) {
    const json::value unknown = asker.ask(operation, "?hosehold=home-1", 400);
    const char* const help = operation.parameters.empty() ? "(allowed here: none)" : "did you mean household?";
    EXPECT_NE(std::string(unknown.at("error").at("message").as_string()).find(help), std::string::npos);
    for (const ApiParameter& parameter : operation.parameters) {
      const long nonsense = parameter.name == "household" ? 404 : 400;
      asker.ask(operation, with(operation, parameter.name, "nonsense"), nonsense);
      asker.ask(operation, with(operation, parameter.name, ""), nonsense);
      asker.ask(operation, with(operation, parameter.name, "%F0%9F%8F%A0"), nonsense);
      for (const char* raw : {"%zz", "%", "%00", "%FF", "a&", "a&&b=1"})
        asker.ask(operation, with(operation, parameter.name, raw), 400);
      asker.ask(operation, with(operation, parameter.name, std::string(1100, 'x')), 400);
      asker.ask(operation, with(operation, parameter.name, "a") + "&" + parameter.name + "=a", 400);
      if (parameter.required) asker.ask(operation, "?household=home-1", 400);
    }
  }
  const auto refused = [&](const std::string& path, const std::string& query, const std::string& word) {
    const json::value error = asker.ask(path, "?household=home-1&" + query, 400);
    EXPECT_NE(std::string(error.at("error").at("message").as_string()).find(word), std::string::npos) << error;
  };
  for (const char* bytes : {"0", "-1", "1e9", "0GB", "20gb", "1001TB", "99999999999999999999", "1,5GB", "nan"})
    refused("/api/v1/afford", std::string("bytes=") + bytes, "1000 TB");
  for (const char* by : {"2026-08-01", "2027-09-10", "1500000000", "2026-13-01", "tomorrow", "17000000000", "2026"})
    refused("/api/v1/afford", std::string("bytes=1&by=") + by, "is needed");
  refused("/api/v1/history", "from=2026-09-02&to=2026-09-01", "earlier than to");
  refused("/api/v1/history", "from=2026-01-01&to=2026-09-01", "at most 1500");
  refused("/api/v1/history", "from=1970-01-01&to=2199-01-01&step=day", "at most 1500");
  refused("/api/v1/usage/trends", "period=year", "quarter");

  const Schemas schemas(contract());
  for (const char* path :
       {"/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/forecast/", "/api/v1/usage", "/api/v1//"}) {
    const Fetched answer = fetch(asker.url() + path);
    EXPECT_EQ(answer.status, 404) << path;
    const auto faults =
        schemas.faults(json::parse(answer.body), json::object{{"$ref", "#/components/schemas/ErrorAnswer"}});
    EXPECT_TRUE(faults.empty()) << path << faults.front();
  }
  EXPECT_EQ(fetch(asker.url() + "/api/v1x").headers.find("json"), std::string::npos);
  EXPECT_EQ(fetch(asker.url() + "/api").status, 404);
}

TEST_F(Api, AStoreThatCannotBeReadIsSaidAndTheRestGoesOn) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara, 1, every_two_hours);
  live(house, 1);
  const ServedHouse served(house);
  Asker asker(served.url());
  constexpr std::string_view kHistory = "/api/v1/history";
  asker.ask(kHistory, "", 200);
  const auto file = house.store_path() / "taara.db";
  for (const char* side : {"", "-wal", "-shm"})
    std::filesystem::rename(file.string() + side, house.store_path() / (std::string("away") + side));
  const json::value missing = asker.ask(kHistory, "", 503);
  EXPECT_EQ(missing.at("error").at("code"), "store_unavailable");
  asker.ask("/api/v1/usage/trends", "?period=month", 503);
  asker.ask("/api/v1/usage/trends", "", 200);
  asker.ask("/api/v1/forecast", "", 200);
  std::ofstream(file) << "this was a store";
  asker.ask(kHistory, "", 503);
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  asker.ask(kHistory, "", 503);
  std::filesystem::remove(file);
  std::filesystem::create_symlink(house.store_path() / "away", file);
  asker.ask(kHistory, "", 503);
}

// Reading beside the poller, in one process: SQLite's locks must still be there afterwards.
TEST_F(Api, ReadingTheStoreTakesNoLockAwayFromThePoller) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara, 1, every_two_hours);
  live(house, 1);
  const std::string file = (house.store_path() / "taara.db").string();
  const auto locks = [&] {
    struct stat status {};
    EXPECT_EQ(stat(file.c_str(), &status), 0);
    std::ifstream all("/proc/locks");
    std::set<std::string> ours;
    for (std::string line; std::getline(all, line);)
      if (line.find(" " + std::to_string(getpid()) + " ") != std::string::npos &&
          line.find(":" + std::to_string(status.st_ino) + " ") != std::string::npos)
        ours.insert(line.substr(line.find(':')));
    return ours;
  };
  const auto before = locks();
  ASSERT_FALSE(before.empty()) << "an open store in WAL mode holds a lock on its file";
  {
    const ServedHouse served(house);
    Asker asker(served.url());
    for (int i = 0; i < 3; ++i) asker.ask("/api/v1/history", "", 200);
  }
  EXPECT_EQ(locks(), before);
  house.poll();
}

TEST_F(Api, ServesNothingThatIsNotDocumentedAndNothingSecret) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim, {.extra = "polling: {interval: 11m}\n"});
  daemon.wait_for_page("taara_up{household=\"home-1\"} 1");
  Asker asker(daemon.url());
  std::set<std::string> documented{"/api/v1"};  // the folder itself: 404 for whatever it does not hold
  for (const ApiOperation& operation : operations_) {
    documented.insert(operation.path);
    for (const std::string& query : queries(operation)) asker.ask(operation, query);
    EXPECT_TRUE(asker.seen(operation.path).contains(200)) << operation.path;
  }
  EXPECT_NE(asker.heard().find("\"interval_seconds\":660"), std::string::npos);
  for (const char* hidden : {kLinePasscode, "700000001", "partner-1", "hotspot-1", "passcode", "254"})
    EXPECT_EQ(std::regex_search(asker.heard(), std::regex("(^|[^0-9a-z-])" + std::string(hidden) + "([^0-9]|$)")),
              false)
        << hidden;

  std::set<std::string> served;
  const std::string page = fetch(daemon.url() + "/metrics").body;
  const std::regex handler("taara_http_requests_total\\{[^}]*handler=\"(/api[^\"]*)\"");
  for (std::sregex_iterator found(page.begin(), page.end(), handler), end; found != end; ++found)
    served.insert((*found)[1]);
  EXPECT_EQ(served, documented);
}

TEST_F(Api, PrometheusFindsTheExportersThatAreListed) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara, 1, [](Config& config) {
    config.listen = {{"0.0.0.0", 10077}, {"::1", 0}, {"192.0.2.7", 10078}};
  });
  house.poll();
  const auto listed = [&] {
    const ServedHouse served(house);
    return json::serialize(Asker(served.url()).ask("/api/v1/sd", "", 200));
  };
  EXPECT_EQ(listed(), R"([{"targets":["192.0.2.7:10078"],"labels":{}}])") << "itself, where others reach it";
  house.reload([](Config& config) { config.peers = std::vector<Peer>{}; });
  EXPECT_EQ(listed(), "[]") << "nobody was meant";
  house.reload([](Config& config) {
    config.peers = {{"10.0.0.7:10077", {}}, {"taara-8.example.net:443", {{"region", "côte \"ouest\""}}}};
  });
  EXPECT_EQ(listed(), R"([{"targets":["10.0.0.7:10077"],"labels":{}},)"
                      R"({"targets":["taara-8.example.net:443"],"labels":{"region":"côte \"ouest\""}}])");
}

TEST_F(Api, ALineThatFailsIsSeenInItsHealth) {
  const SimProcess sim({"--seed", "1", "--punctual"});
  House house(sim, SourceKind::taara);
  house.polls(2);
  const auto health = [&] {
    const ServedHouse served(house);
    Asker asker(served.url());
    return asker.ask("/api/v1/system/health", "", 200).at("data");
  };
  const json::value well = health();
  EXPECT_EQ(well.at("lines").at(0).at("status"), "ok");
  sim.control("fault?household=home-1&name=status&value=503");
  house.polls(2);
  const json::value ill = health();
  EXPECT_EQ(ill.at("status"), "attention");
  EXPECT_EQ(ill.at("lines").at(0).at("status"), "failing");
  EXPECT_GT(ill.at("lines").at(0).at("since").as_string(), well.at("lines").at(0).at("since").as_string());
  house.poll();
  EXPECT_EQ(health().at("lines").at(0).at("since"), ill.at("lines").at(0).at("since")) << "it has failed since then";
}

}  // namespace
}  // namespace taara::test
