// SPDX-License-Identifier: Apache-2.0
// Prints what a forecast costs: time per reading for one household with a year behind it, bytes that it remembers, and
// 10,000 households in one go. Usage: forecast_bench [RUNS]
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "core/calendar.h"
#include "core/learning.h"
#include "core/outlook.h"
#include "line_sim/family.h"

namespace {

std::size_t live_bytes = 0;  // of the heap, as the allocator rounds them

}  // namespace

// The replaced forms count what is alive; one thread only. Inlined, the compiler would see malloc and delete as a pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  live_bytes += ::malloc_usable_size(memory);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  if (memory != nullptr) live_bytes -= ::malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace taara {
namespace {

constexpr seconds kPoll{600};
constexpr int kReadingsPerDay = 144;
constexpr int kYear = 365 * kReadingsPerDay;
constexpr int kMeasured = 90 * kReadingsPerDay;  // after that year
constexpr std::size_t kMany = 10'000;
constexpr unsigned kFamilies = 20;

double microseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// A simulated family whose readings go through the real book.
class Home {
 public:
  explicit Home(unsigned seed) : family_(seed, 1) {
    household_.name = "home";
    household_.zone = date::locate_zone("Africa/Nairobi");
    household_.plan.cycle = CycleKind::monthly;
  }

  void read_next() {
    const Time from = time_;
    time_ += kPoll;
    if (boundary_at_or_before(*household_.zone, household_.plan, time_) > from) used_ = Bytes{};
    used_ += Bytes{family_.bytes_between(from, time_)};
    Reading reading;
    reading.time = time_;
    reading.status = ReadingStatus::success;
    reading.used = used_;
    reading.remaining = *household_.plan.allocation - used_;
    previous_ = book_.last ? std::optional(book_.last->time) : std::nullopt;
    change_ = apply(book_, reading, household_);
  }
  // What the daemon does after each reading.
  Outlook analyse() {
    learn(habits_, book_, change_, previous_, household_);
    return look_ahead(position(), habits_);
  }

  [[nodiscard]] Position position() const { return position_of(book_, household_); }
  [[nodiscard]] const Habits& habits() const { return habits_; }
  [[nodiscard]] const Household& household() const { return household_; }

 private:
  line_sim::Family family_;
  Household household_;
  LedgerState book_;
  LedgerChange change_;
  std::optional<Time> previous_;
  Habits habits_;
  Time time_{seconds{1'735'678'800}};  // 1 January 2025 in Nairobi
  Bytes used_;
};

double sum = 0;  // so that nothing is left out

void take(const Outlook& outlook) { sum += outlook.cycle_used ? outlook.cycle_used->p50 : 0; }

std::size_t bytes_of_state(const Habits& habits) {
  const std::size_t before = live_bytes;
  const auto copy = std::make_unique<Habits>(habits);
  const std::size_t spare = (habits.days.capacity() - habits.days.size()) * sizeof(float) +
                            (habits.record.forecasts.capacity() - habits.record.forecasts.size()) * sizeof(Predictive) +
                            (habits.record.cycles.capacity() - habits.record.cycles.size()) * sizeof(CycleScore);
  return live_bytes - before + spare;
}

void one_household(std::size_t runs) {
  std::vector<double> means;
  std::vector<double> worsts;
  std::size_t state = 0;
  for (std::size_t run = 0; run < runs; ++run) {
    Home home(static_cast<unsigned>(run) + 1);
    for (int i = 0; i < kYear; ++i) {
      home.read_next();
      take(home.analyse());
    }
    double total = 0;
    double worst = 0;
    for (int i = 0; i < kMeasured; ++i) {
      home.read_next();
      const auto start = std::chrono::steady_clock::now();
      take(home.analyse());
      const double took = microseconds_since(start);
      total += took;
      worst = std::max(worst, took);
      if (i % kReadingsPerDay == 0) state = std::max(state, bytes_of_state(home.habits()));
    }
    means.push_back(total / kMeasured);
    worsts.push_back(worst);
  }
  std::printf("one household, a year behind it, medians of %zu runs\n", runs);
  std::printf("  learn and look ahead, per reading     %10.2f us\n", median(means));
  std::printf("  the slowest reading of 90 days        %10.2f us  (a day ends; what else the machine did included)\n",
              median(worsts));
  std::printf("  state at its largest                  %10zu bytes (%zu of them the object itself)\n", state,
              sizeof(Habits));
}

void many_households(std::size_t runs) {
  struct One {
    Position position;
    Habits habits;
  };
  std::vector<One> all;
  all.reserve(kMany);
  for (unsigned seed = 1; seed <= kFamilies; ++seed) {
    Home home(seed);
    for (int i = 0; i < kYear; ++i) {
      home.read_next();
      take(home.analyse());
    }
    for (std::size_t i = 0; i < kMany / kFamilies; ++i) all.push_back({home.position(), home.habits()});
  }
  std::vector<double> looks;
  std::vector<double> midnights;
  for (std::size_t run = 0; run < runs; ++run) {
    auto start = std::chrono::steady_clock::now();
    for (const One& one : all) take(look_ahead(one.position, one.habits));
    looks.push_back(microseconds_since(start) / 1e6);
    start = std::chrono::steady_clock::now();
    for (One& one : all) learn_day(one.habits, *one.habits.newest + date::days{1}, Bytes{20'000'000'000});
    midnights.push_back(microseconds_since(start) / 1e6);
  }
  std::printf("%zu households in one go, medians of %zu runs\n", kMany, runs);
  std::printf("  all look ahead                        %10.3f s\n", median(looks));
  std::printf("  a day ends for all of them            %10.3f s\n", median(midnights));
}

}  // namespace
}  // namespace taara

int main(int argc, char** argv) {
  const auto runs = static_cast<std::size_t>(std::max(1, argc > 1 ? std::atoi(argv[1]) : 7));
  taara::one_household(runs);
  taara::many_households(runs);
  return taara::sum > 0 ? 0 : 1;
}
