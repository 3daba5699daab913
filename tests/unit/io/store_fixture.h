// SPDX-License-Identifier: Apache-2.0
// What the store's tests share: a directory of their own, polls to save, notices, children that may be killed.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "io/store.h"

namespace taara {

inline constexpr Time kStart{seconds{1'755'734'400}};  // 2025-08-21 00:00 UTC
inline constexpr seconds kPoll{600};

class TempDirectory {
 public:
  TempDirectory() {
    // In memory where that exists: these tests sync a thousand times.
    const bool memory = ::access("/dev/shm", W_OK) == 0;
    std::string name = (memory ? "/dev/shm" : std::filesystem::temp_directory_path().string()) + "/taara-store-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The i-th poll of a household: a new full book each time, one hour and one day touched.
inline PollRecord poll_record(const std::string& household, int i) {
  const Time started = kStart + kPoll * i;
  const auto used = static_cast<std::int64_t>(i) * 1'000'000;
  PollRecord record;
  record.household = household;
  record.reading.time = started + seconds{1};
  record.reading.status = ReadingStatus::success;
  record.reading.remaining = Bytes{1'000'000'000'000 - used};
  record.reading.expiry = kStart + std::chrono::days{30};
  record.reading.plan = "1 Month Unlimited";
  record.reading.plans = {{"1 Month Unlimited", Bytes{1'000'000'000'000 - used}, true, true},
                          {"500 MB Free Trial", Bytes{500'000'000}, false, false}};
  record.reading.response_time = milliseconds{640};
  record.accepted = true;
  record.raw = R"({"remainingBalance":")" + std::to_string(used) + R"(","n":)" + std::to_string(i) + "}";
  record.book.usage_total = Bytes{used};
  record.book.last = MeterPoint{started, record.reading.remaining, {}, {}, {}, {}, Bytes{1}};
  const Time hour = std::chrono::floor<std::chrono::hours>(started);
  for (int h = 0; h < 24; ++h) record.book.hours.push_back({hour - std::chrono::hours{23 - h}, Bytes{used + h}});
  record.change.accepted = true;
  record.change.hours = {{hour, Bytes{used}}};
  const auto day = date::local_days(date::floor<date::days>(started).time_since_epoch());
  const Time midnight = std::chrono::floor<std::chrono::days>(started);
  record.change.days = {{day, midnight, midnight + std::chrono::days{1}, Bytes{30'000'000'000}, Bytes{used}}};
  record.started = started;
  record.polling.last_attempt = started;
  record.polling.last_reached = true;
  record.polling.successes_in_row = static_cast<unsigned>(i);
  return record;
}

class StoreTest : public ::testing::Test {
 protected:
  using Opened = Result<std::unique_ptr<Store>>;

  [[nodiscard]] Opened try_open(Time now = kStart) {
    return Store::open(config_, now, [this](LogLevel, std::string_view message, std::string_view detail) {
      notices_.emplace_back(message);
      details_.emplace_back(detail);
    });
  }
  [[nodiscard]] std::unique_ptr<Store> open(Time now = kStart) {
    auto opened = try_open(now);
    if (!opened) {
      ADD_FAILURE() << opened.error().what;
      return nullptr;
    }
    return std::move(*opened);
  }
  static void save(Store& store, int from, int to, const std::string& household = "home") {
    for (int i = from; i < to; ++i) {
      std::vector<PollRecord> records;
      records.push_back(poll_record(household, i));
      store.save(std::move(records));
    }
  }
  [[nodiscard]] std::string file(const std::string& name = "taara.db") const { return config_.path + "/" + name; }
  // Asks the file itself, past the store.
  std::string sql(const std::string& query, const std::string& path = "") const {
    sqlite3* database = nullptr;
    std::string found;
    sqlite3_open_v2((path.empty() ? file() : path).c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    const auto add = [](void* to, int columns, char** values, char**) {
      auto& text = *static_cast<std::string*>(to);
      if (!text.empty()) text += '\n';
      for (int i = 0; i < columns; ++i) text += (i > 0 ? "|" : "") + std::string(values[i] ? values[i] : "-");
      return 0;
    };
    char* error = nullptr;
    if (sqlite3_exec(database, query.c_str(), add, &found, &error) != SQLITE_OK) found = std::string("error: ") + error;
    sqlite3_free(error);
    sqlite3_close(database);
    return found;
  }
  [[nodiscard]] std::size_t count_notices(std::string_view part) const {
    std::size_t count = 0;
    for (const std::string& notice : notices_) count += notice.find(part) != std::string::npos ? 1U : 0U;
    return count;
  }
  [[nodiscard]] std::vector<std::string> files_like(const std::string& part) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(config_.path)) {
      const std::string name = entry.path().filename().string();
      if (name.find(part) != std::string::npos) found.push_back(name);
    }
    return found;
  }

  TempDirectory temp_;
  StoreConfig config_{temp_.path() + "/store", std::chrono::days{366}, std::chrono::days{732}, std::chrono::days{30}};
  std::vector<std::string> notices_;
  std::vector<std::string> details_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return {};
  std::string content(static_cast<std::size_t>(in.tellg()), '\0');
  in.seekg(0);
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  return content;
}

inline void write_file(const std::string& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
}

inline constexpr int kSkipped = 77;

// Runs in a child of its own, whose limits and mounts end with it; gives its exit code: 0, 1 when an expectation
// failed, kSkipped when the child says so.
inline int in_child(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace taara
