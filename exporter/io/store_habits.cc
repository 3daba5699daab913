// SPDX-License-Identifier: Apache-2.0
#include "io/store_habits.h"

#include <bit>
#include <cmath>
#include <concepts>

namespace taara {
namespace {

constexpr std::uint8_t kLayout = 1;
constexpr std::size_t kMostForecasts = 62;
constexpr std::size_t kMostCycles = 12;

// Little endian, whatever the machine.
class Writer {
 public:
  template <std::integral Integer>
  void put(Integer value) {
    auto rest = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t i = 0; i < sizeof value; ++i) {
      bytes_.push_back(static_cast<char>(rest & 0xFFU));
      if constexpr (sizeof value > 1) rest = static_cast<std::make_unsigned_t<Integer>>(rest >> 8U);
    }
  }
  void put(float value) { put(std::bit_cast<std::uint32_t>(value)); }
  void put(double value) { put(std::bit_cast<std::uint64_t>(value)); }
  void put(Time value) { put(static_cast<std::int64_t>(value.time_since_epoch().count())); }
  void put(const Predictive& value) {
    put(value.p10);
    put(value.p50);
    put(value.p90);
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    put(static_cast<std::uint8_t>(value ? 1 : 0));
    put(value.value_or(Value{}));
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <std::integral Integer>
  void get(Integer& value) {
    if (rest_.size() < sizeof value) {
      good_ = false;
      rest_ = {};
      value = 0;
      return;
    }
    std::make_unsigned_t<Integer> whole = 0;
    for (std::size_t i = sizeof value; i-- > 0;) {
      if constexpr (sizeof value > 1) whole = static_cast<std::make_unsigned_t<Integer>>(whole << 8U);
      whole = static_cast<std::make_unsigned_t<Integer>>(whole | static_cast<unsigned char>(rest_[i]));
    }
    value = static_cast<Integer>(whole);
    rest_.remove_prefix(sizeof value);
  }
  void get(float& value) {
    std::uint32_t bits = 0;
    get(bits);
    value = std::bit_cast<float>(bits);
    expect(std::isfinite(value));
  }
  void get(double& value) {
    std::uint64_t bits = 0;
    get(bits);
    value = std::bit_cast<double>(bits);
    expect(std::isfinite(value));
  }
  void get(Time& value) {
    std::int64_t count = 0;
    get(count);
    value = Time{seconds{count}};
  }
  void get(Predictive& value) {
    get(value.p10);
    get(value.p50);
    get(value.p90);
    expect(0 <= value.p10 && value.p10 <= value.p50 && value.p50 <= value.p90);
  }
  template <class Value>
  void get(std::optional<Value>& value) {
    std::uint8_t there = 0;
    Value read{};
    get(there);
    get(read);
    if (there != 0) value = read;
  }
  // A count that is within its bound; 0 otherwise.
  [[nodiscard]] std::size_t count(std::size_t most) {
    std::uint16_t value = 0;
    get(value);
    expect(value <= most);
    return good_ ? value : 0;
  }
  void expect(bool holds) { good_ = good_ && holds; }
  [[nodiscard]] bool good() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void put_errors(Writer& writer, const OwnErrors& errors) {
  for (const auto* sums : {&errors.below, &errors.above, &errors.weights})
    for (const double sum : *sums) writer.put(sum);
  writer.put(static_cast<std::uint16_t>(errors.past.size()));
  for (const Scatter& past : errors.past) {
    writer.put(past.mean);
    writer.put(past.noise);
    writer.put(past.standing);
    writer.put(past.drift);
  }
}

void get_errors(Reader& reader, OwnErrors& errors) {
  for (auto* sums : {&errors.below, &errors.above, &errors.weights}) {
    for (double& sum : *sums) {
      reader.get(sum);
      reader.expect(sum >= 0);
    }
  }
  for (std::size_t left = reader.count(kHorizons.back()); left > 0; --left) {
    Scatter past;
    reader.get(past.mean);
    reader.get(past.noise);
    reader.get(past.standing);
    reader.get(past.drift);
    reader.expect(past.noise >= 0 && past.standing >= 0 && past.drift >= 0);
    errors.past.push_back(past);
  }
}

void put_hours(Writer& writer, const HourHabits& hours) {
  for (const float mean : hours.means) writer.put(mean);
  for (const std::uint16_t count : hours.counts) writer.put(count);
  for (const HourOfWeek& cell : hours.week) {
    writer.put(cell.count);
    for (const std::uint16_t value : cell.megabytes) writer.put(value);
  }
}

void get_hours(Reader& reader, HourHabits& hours) {
  for (float& mean : hours.means) {
    reader.get(mean);
    reader.expect(mean >= 0);
  }
  for (std::uint16_t& count : hours.counts) reader.get(count);
  for (HourOfWeek& cell : hours.week) {
    reader.get(cell.count);
    reader.expect(cell.count <= kWeeksOfHours);
    for (std::uint16_t& value : cell.megabytes) reader.get(value);
  }
}

void put_record(Writer& writer, const TrackRecord& record) {
  writer.put(record.today);
  writer.put(record.days_inside);
  writer.put(static_cast<std::uint16_t>(record.days));
  writer.put(record.cycle);
  writer.put(record.widening);
  writer.put(static_cast<std::uint16_t>(record.forecasts.size()));
  for (const Predictive& forecast : record.forecasts) writer.put(forecast);
  writer.put(static_cast<std::uint16_t>(record.cycles.size()));
  for (const CycleScore& score : record.cycles) {
    writer.put(score.start);
    writer.put(score.forecasts);
    writer.put(score.inside);
    writer.put(score.error);
  }
}

void get_record(Reader& reader, TrackRecord& record) {
  reader.get(record.today);
  reader.get(record.days_inside);
  record.days = static_cast<unsigned>(reader.count(60));
  reader.get(record.cycle);
  reader.get(record.widening);
  reader.expect(record.widening >= 1);
  for (std::size_t left = reader.count(kMostForecasts); left > 0; --left) {
    reader.get(record.forecasts.emplace_back());
  }
  for (std::size_t left = reader.count(kMostCycles); left > 0; --left) {
    CycleScore& score = record.cycles.emplace_back();
    reader.get(score.start);
    reader.get(score.forecasts);
    reader.get(score.inside);
    reader.get(score.error);
    reader.expect(score.error >= 0 && score.inside <= score.forecasts);
  }
}

}  // namespace

std::string habits_bytes(const Habits& habits) {
  Writer writer;
  writer.put(kLayout);
  writer.put(static_cast<std::int32_t>(habits.newest ? habits.newest->time_since_epoch().count() : 0));
  writer.put(static_cast<std::uint16_t>(habits.days.size()));
  for (const float day : habits.days) writer.put(day);
  put_errors(writer, habits.errors);
  put_hours(writer, habits.hours);
  writer.put(habits.hours_until);
  put_record(writer, habits.record);
  return writer.take();
}

std::optional<Habits> read_habits(std::string_view bytes) {
  Reader reader(bytes);
  std::uint8_t layout = 0;
  reader.get(layout);
  if (layout != kLayout) return std::nullopt;
  Habits habits;
  std::int32_t newest = 0;
  reader.get(newest);
  for (std::size_t left = reader.count(kDaysLearned); left > 0; --left) {
    float& day = habits.days.emplace_back();
    reader.get(day);
    reader.expect(is_known(day) || day == kUnknownDay);
  }
  if (!habits.days.empty()) habits.newest = date::local_days{date::days{newest}};
  get_errors(reader, habits.errors);
  get_hours(reader, habits.hours);
  reader.get(habits.hours_until);
  get_record(reader, habits.record);
  if (!reader.good()) return std::nullopt;
  settle(habits);
  return habits;
}

}  // namespace taara
