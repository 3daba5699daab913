// SPDX-License-Identifier: Apache-2.0
// An amount of data in bytes. Signed, so that differences and corrections are honest.
#pragma once

#include <compare>
#include <cstdint>

namespace taara {

struct Bytes {
  std::int64_t count = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated comparison with 0 for a pointer
  friend constexpr auto operator<=>(Bytes, Bytes) = default;
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return {a.count + b.count}; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return {a.count - b.count}; }
  constexpr Bytes& operator+=(Bytes b) { return *this = *this + b; }
  constexpr Bytes& operator-=(Bytes b) { return *this = *this - b; }
};

inline constexpr Bytes kKilobyte{1'000};
inline constexpr Bytes kMegabyte{1'000'000};
inline constexpr Bytes kGigabyte{1'000'000'000};
inline constexpr Bytes kTerabyte{1'000'000'000'000};

// No line carries more in a cycle: larger numbers are nonsense from outside (also keeps sums from overflowing).
inline constexpr Bytes kMaxPlausible{1'000'000'000'000'000};

}  // namespace taara
