// SPDX-License-Identifier: Apache-2.0
// A whole exporter in the test's own process: the real poller, HTTP client, store and metrics page against the real
// simulated line; only the clock is the test's, so that a month passes in seconds and nothing sleeps.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/poller.h"
#include "sim_process.h"
#include "temp_dir.h"

namespace taara::test {

// Set by one thread, read by any.
class TestClock final : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return wall_; }
  [[nodiscard]] Steady steady() const override { return steady_; }
  void advance(milliseconds by) {
    since_ += by;
    wall_ = wall_.load() + std::chrono::duration_cast<seconds>(since_);
    since_ -= std::chrono::duration_cast<seconds>(since_);
    steady_ = steady_.load() + by;
  }
  void set_wall(Time wall) { wall_ = wall; }

 private:
  std::atomic<Time> wall_{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1} + std::chrono::hours{6}};
  std::atomic<Steady> steady_{Steady{std::chrono::hours{100}}};
  milliseconds since_{0};
};

// The sample of this name that belongs to the first household.
inline std::string home(const std::string& name) { return name + "{household=\"home-1\"}"; }

// Values of a metrics page by `name{labels}` as written.
class Page {
 public:
  explicit Page(const std::string& text);
  // The sample's value; absent when it isn't on the page.
  [[nodiscard]] std::optional<double> operator[](const std::string& sample) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::map<std::string, double> samples_;
};

class House {
 public:
  // `households` polls of `source` on the simulated line, named home-1 … as there.
  House(const SimProcess& sim, SourceKind source, int households = 1, const std::function<void(Config&)>& change = {});
  ~House();

  // Lets time pass until the next poll of the (first) household has come to its end, retries included.
  void poll();
  void polls(int count) {
    for (int i = 0; i < count; ++i) poll();
  }
  // Lets time pass, in steps, whatever falls due.
  void pass(seconds time, seconds step = seconds{1});
  // Stops the exporter and starts it anew on the same store.
  void restart() {
    restart_with([] {});
  }
  // The same, and does something to the files in between.
  void restart_with(const std::function<void()>& between);
  void reload(const std::function<void(Config&)>& change);

  [[nodiscard]] Page page() const;
  [[nodiscard]] std::string log() const;
  [[nodiscard]] TestClock& clock() { return clock_; }
  [[nodiscard]] const Latest<Snapshot>& latest() const { return *latest_; }
  [[nodiscard]] std::shared_ptr<const Config> config() const { return config_; }
  [[nodiscard]] const std::filesystem::path& store_path() const { return store_dir_; }
  [[nodiscard]] std::uint64_t polls_done(const std::string& household = "home-1") const;
  [[nodiscard]] Poller& poller() { return *poller_; }
  // Once more round without letting time pass.
  void turn() { poller_->turn(milliseconds{http_->under_way() > 0 ? 20 : 0}); }

 private:
  void start();
  void settle();

  const SimProcess& sim_;
  TestClock clock_;
  TempDir dir_;
  std::filesystem::path store_dir_;
  int log_fd_ = -1;
  std::unique_ptr<Log> log_;
  std::shared_ptr<Config> config_;
  std::unique_ptr<Latest<Snapshot>> latest_;
  std::unique_ptr<Http> http_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Poller> poller_;
};

}  // namespace taara::test
