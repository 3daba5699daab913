// SPDX-License-Identifier: Apache-2.0
// Prints how long the store takes and how large it gets. Started by tests/bench/store, which knows the options.
//   store_bench directory days households
// The directory is to be on the kind of disk that counts; what is in it from an earlier run is removed.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "io/store.h"

namespace taara {
namespace {

constexpr Time kStart{seconds{1'735'689'600}};
constexpr seconds kPoll{600};

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  long total = 0;
  long resident = 0;
  in >> total >> resident;
  return static_cast<double>(resident) * 4096 / 1e6;
}

// As a real line leaves it: a book with eight days of hours, one raw answer of about a kilobyte.
PollRecord record(const std::string& household, int i) {
  const Time started = kStart + kPoll * i;
  const std::int64_t used = i * 5'123'457LL;
  PollRecord made;
  made.household = household;
  made.started = started;
  made.reading = {.time = started + seconds{1},
                  .status = ReadingStatus::success,
                  .error = {},
                  .remaining = Bytes{1'000'000'000'000 - used % 1'000'000'000'000},
                  .used = {},
                  .allocation = {},
                  .resolution = Bytes{1},
                  .purchased = kStart,
                  .expiry = kStart + std::chrono::days{30},
                  .expiry_resolution = seconds{86'400},
                  .plan = "1 Month Unlimited",
                  .plans = {{"1 Month Unlimited", Bytes{885'126'291'542}, true, true},
                            {"500 MB Free Trial", Bytes{500'000'000}, false, false}},
                  .response_time = milliseconds{640}};
  made.accepted = true;
  made.raw = std::string(1000, 'r');
  made.book.usage_total = Bytes{used};
  const Time hour = std::chrono::floor<std::chrono::hours>(started);
  for (int h = 191; h >= 0; --h) made.book.hours.push_back({hour - std::chrono::hours{h}, Bytes{used + h}});
  made.change.hours = {{hour, Bytes{used}}};
  const Time midnight = std::chrono::floor<std::chrono::days>(started);
  made.change.days = {{date::local_days(date::floor<date::days>(started).time_since_epoch()), midnight,
                       midnight + std::chrono::days{1}, Bytes{30'000'000'000}, Bytes{used}}};
  made.polling.last_attempt = started;
  made.polling.last_reached = true;
  return made;
}

void print_times(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-44s median %.2f ms, p99 %.2f ms\n", what, times[times.size() / 2], times[times.size() * 99 / 100]);
}

void measure_saves(Store& store, const char* what, int batch, int rounds, int households, int first) {
  std::vector<double> notes;
  std::vector<double> saves;
  int next = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<PollRecord> records;
    std::vector<std::string> names;
    for (int i = 0; i < batch; ++i, ++next) {
      names.push_back("h" + std::to_string(next % households));
      records.push_back(record(names.back(), first + next / households));
    }
    auto start = std::chrono::steady_clock::now();
    store.note_attempts(names, *records.front().polling.last_attempt);
    notes.push_back(milliseconds_since(start));
    start = std::chrono::steady_clock::now();
    store.save(std::move(records));
    saves.push_back(milliseconds_since(start));
  }
  print_times((std::string("note_attempts, ") + what).c_str(), notes);
  print_times((std::string("save, ") + what).c_str(), saves);
}

int run(const std::string& directory, int days, int households) {
  const auto silent = [](LogLevel, std::string_view message, std::string_view detail) {
    std::printf("  [%.*s: %.*s]\n", static_cast<int>(message.size()), message.data(), static_cast<int>(detail.size()),
                detail.data());
  };
  StoreConfig config;
  config.path = directory + "/store";
  std::filesystem::remove_all(config.path);
  const int polls = days * 144;
  const Time end = kStart + kPoll * polls;
  // In a child, so that the memory measured afterwards is the store's alone.
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = Store::open(config, kStart, silent);
    if (!store) ::_exit(1);
    for (int i = 0; i < polls;) {
      std::vector<PollRecord> records;
      for (int n = 0; n < 500 && i < polls; ++n, ++i) records.push_back(record("h0", i));
      // Raw answers of the last thirty days only, as after pruning.
      for (PollRecord& one : records) {
        if (*one.polling.last_attempt < end - config.raw) one.raw.clear();
      }
      (*store)->save(std::move(records));
    }
    store->reset();
    std::fflush(stdout);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) return std::printf("the history could not be written\n"), 1;
  std::printf("%-44s %.1f MB\n", "resident before", resident_mb());
  const auto size = static_cast<double>(std::filesystem::file_size(config.path + "/taara.db"));
  std::printf("%d days of one household: %d readings, %.1f MB, %.0f bytes a reading with all that belongs to it\n",
              days, polls, size / 1e6, size / polls);
  auto start = std::chrono::steady_clock::now();
  auto store = Store::open(config, end, silent);
  if (!store) return std::printf("%s\n", store.error().what.c_str()), 1;
  std::printf("%-44s %.1f ms\n", "open", milliseconds_since(start));
  if ((*store)->view().readings != static_cast<std::uint64_t>(polls)) return std::printf("readings are missing\n"), 1;
  start = std::chrono::steady_clock::now();
  const auto found = (*store)->recall("h0", end);
  std::printf("%-44s %.2f ms, %zu polls of the last day\n", "recall", milliseconds_since(start),
              found ? found->last_day.size() : 0);
  std::printf("%-44s %.1f MB\n", "resident after open and recall", resident_mb());
  measure_saves(**store, "1 household", 1, 1000, 1, polls);
  std::printf("%-44s %.1f MB\n", "resident after that", resident_mb());
  measure_saves(**store, "batches of 1, many households", 1, 2000, households, polls + 1000);
  measure_saves(**store, "batches of 20, many households", 20, 2 * households / 20, households, polls + 2000);
  std::printf("%-44s %.1f MB\n", (std::to_string(households) + " households, resident").c_str(), resident_mb());
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) (*store)->prune(end + std::chrono::days{400});
  std::printf("%-44s %.2f ms\n", "a prune step that deletes, mean", milliseconds_since(start) / 100);
  store->reset();
  std::printf("%-44s %.1f MB\n", "file",
              static_cast<double>(std::filesystem::file_size(config.path + "/taara.db")) / 1e6);
  // A hole in the middle.
  const auto pages = std::filesystem::file_size(config.path + "/taara.db") / 4096;
  {
    std::fstream out(config.path + "/taara.db", std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(pages / 3 * 4096));
    out << std::string(4096, 'x');
  }
  start = std::chrono::steady_clock::now();
  store = Store::open(config, end, silent);
  std::printf("%-44s %.1f ms\n", "open with a damaged page", milliseconds_since(start));
  std::printf("%-44s %.1f MB\n", "resident at the end", resident_mb());
  return 0;
}

}  // namespace
}  // namespace taara

int main(int argc, char** argv) {
  const int days = argc == 4 ? std::atoi(argv[2]) : 0;
  const int households = argc == 4 ? std::atoi(argv[3]) : 0;
  if (days < 1 || households < 1) {
    std::fprintf(stderr, "usage: store_bench directory days households\n");
    return 64;
  }
  return taara::run(argv[1], days, households);
}
