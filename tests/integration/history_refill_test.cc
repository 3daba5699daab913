// SPDX-License-Identifier: Apache-2.0
// A Prometheus that lost its history gets it back from the store: the real exporter, promtool and Prometheus.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cmath>
#include <thread>

#include "core/calendar.h"
#include "daemon_process.h"
#include "history_house.h"
#include "io/store_history.h"

namespace taara::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Every day 14 days over the end of a month, which take seconds under sanitizers; TAARA_REFILL_DAYS=365 is the whole
// promise (9 s, release).
int days_of_history() {
  const char* const wanted = std::getenv("TAARA_REFILL_DAYS");
  return wanted != nullptr ? std::atoi(wanted) : 14;
}

const Time last_poll = std::chrono::sys_days{std::chrono::year{2025} / 12 / 8} + hours{12};

unsigned free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  (void)getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

// The real Prometheus on blocks that exist already; it scrapes nothing.
class Prometheus {
 public:
  explicit Prometheus(const std::filesystem::path& folder) : url_("http://127.0.0.1:" + std::to_string(free_port())) {
    write_file(folder / "prometheus.yml", "global: {}\n");
    std::vector<std::string> words{"prometheus",
                                   "--config.file=" + (folder / "prometheus.yml").string(),
                                   "--storage.tsdb.path=" + (folder / "data").string(),
                                   "--storage.tsdb.retention.time=100y",
                                   "--web.listen-address=" + url_.substr(7),
                                   "--log.level=error"};
    pid_ = fork();
    if (pid_ == 0) {
      std::vector<char*> argv;
      argv.reserve(words.size() + 1);
      for (auto& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      const std::string log = (folder / "prometheus.log").string();
      if (std::freopen(log.c_str(), "w", stderr) == nullptr) _exit(126);
      execvp(argv[0], argv.data());
      _exit(127);
    }
  }
  ~Prometheus() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Prometheus(const Prometheus&) = delete;
  Prometheus& operator=(const Prometheus&) = delete;

  [[nodiscard]] bool becomes_ready() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (std::chrono::steady_clock::now() < end) {
      if (fetch(url_ + "/-/ready").status == 200) return true;
      std::this_thread::sleep_for(milliseconds{20});
    }
    return false;
  }

  // The value of the only series of the answer; NaN where there is none.
  [[nodiscard]] double ask(const std::string& query, Time at) const {
    std::string escaped;
    for (const char c : query) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_')
        escaped += c;
      else
        (((escaped += '%') += kHex[static_cast<unsigned char>(c) >> 4U]) += kHex[static_cast<unsigned char>(c) & 15U]);
    }
    const auto answer =
        fetch(url_ + "/api/v1/query?query=" + escaped + "&time=" + std::to_string(at.time_since_epoch().count()));
    boost::system::error_code failed;
    const auto json = boost::json::parse(answer.body, failed);
    const auto* const result = failed ? nullptr : json.find_pointer("/data/result", failed);
    if (result == nullptr || !result->is_array()) {
      ADD_FAILURE() << query << ": " << answer.body;
      return std::nan("");
    }
    if (result->get_array().size() != 1) return std::nan("");
    return std::stod(result->at_pointer("/0/value/1").as_string().c_str());
  }

 private:
  std::string url_;
  pid_t pid_ = -1;
};

double number(const std::optional<Bytes>& bytes) { return bytes ? static_cast<double>(bytes->count) : std::nan(""); }

class HistoryRefill : public ::testing::Test {
 protected:
  void SetUp() override {
    if (run({"prometheus", "--version"}).exit_code != 0 || run({"promtool", "--version"}).exit_code != 0)
      GTEST_SKIP() << "needs the programs prometheus and promtool";
  }
  void refill() {
    house_.exporter({"export", "--format=openmetrics", "--output=" + house_.file("home.om").string()});
    const Finished blocks = run({"promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=2000h",
                                 "--quiet", house_.file("home.om").string(), house_.file("data").string()});
    ASSERT_EQ(blocks.exit_code, 0) << blocks.output.substr(0, 2000);
    prometheus_ = std::make_unique<Prometheus>(house_.folder());
    ASSERT_TRUE(prometheus_->becomes_ready()) << read_file(house_.file("prometheus.log"));
  }
  double ask(const std::string& metric, Time at) const { return prometheus_->ask(metric + "{household=\"home\"}", at); }
  // Everything that was shown after the poll that began then.
  void expect_as_shown(Time polled, Time at) const {
    const Shown& shown = house_.shown().at(polled);
    EXPECT_EQ(ask("taara_usage_bytes_total", at), number(shown.usage_total)) << at.time_since_epoch().count();
    EXPECT_EQ(ask("taara_used_bytes", at), number(shown.used));
    EXPECT_EQ(ask("taara_remaining_bytes", at), number(shown.remaining));
    EXPECT_EQ(ask("taara_budget_today_bytes", at), number(shown.budget_today));
    EXPECT_EQ(ask("taara_used_today_bytes", at), number(shown.used_today));
    EXPECT_EQ(ask("taara_allocation_bytes", at), 1e12);
    EXPECT_EQ(ask("taara_up", at), shown.up ? 1 : 0);
  }

  HistoryHouse house_;
  std::unique_ptr<Prometheus> prometheus_;
};

TEST_F(HistoryRefill, PrometheusAnswersAsTheStoreDoes) {
  const int length = days_of_history();
  const Time begin = last_poll - days{length};
  house_.live(begin, last_poll);
  refill();

  const int step = std::max(1, length / 6);
  for (int day = 1; day < length; day += step) {
    const Time polled = begin + days{day} + minutes{970};
    expect_as_shown(polled, polled + seconds{1});
    expect_as_shown(polled, polled + seconds{599});  // held until the next poll
  }
  expect_as_shown(last_poll, last_poll + seconds{1});

  // Days by Prometheus and by the store, byte for byte; increase() itself extrapolates.
  auto store = StoreHistory::open(house_.store().string());
  ASSERT_TRUE(store);
  int seen = 0;
  ASSERT_TRUE(store->days("home", begin + days{2}, last_poll, [&](const StoredDay& day) {
    if (seen++ % step != 0) return true;
    const double rise =
        ask("taara_usage_bytes_total", day.end + seconds{1}) - ask("taara_usage_bytes_total", day.start + seconds{1});
    EXPECT_NEAR(rise, number(day.used), 1e6) << day.start.time_since_epoch().count();  // a second's share at midnight
    const double increase = prometheus_->ask("increase(taara_usage_bytes_total[1d])", day.end + seconds{1});
    EXPECT_NEAR(increase, number(day.used), 0.02 * number(day.used));
    return true;
  }));
  EXPECT_GT(seen, length - 5);
}

TEST_F(HistoryRefill, TheCounterGoesOnWhereOlderReadingsAreNoLongerKept) {
  const Time begin = last_poll - days{14};
  house_.live(begin, last_poll);
  const Time kept = begin + days{6} + hours{5};
  // As the retention does.
  const Finished pruned =
      run({"sqlite3", (house_.store() / "taara.db").string(),
           "DELETE FROM readings WHERE started < " + std::to_string(kept.time_since_epoch().count())});
  ASSERT_EQ(pruned.exit_code, 0) << pruned.output;
  refill();
  for (const Time polled : {kept + minutes{10}, kept + days{3}, kept + days{7}}) {
    const auto shown = house_.shown().lower_bound(polled);
    EXPECT_EQ(ask("taara_usage_bytes_total", shown->first + seconds{1}), number(shown->second.usage_total));
    EXPECT_EQ(ask("taara_used_bytes", shown->first + seconds{1}), number(shown->second.used));
  }
  EXPECT_TRUE(std::isnan(ask("taara_usage_bytes_total", kept - minutes{20})));
}

}  // namespace
}  // namespace taara::test
