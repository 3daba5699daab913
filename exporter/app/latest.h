// SPDX-License-Identifier: Apache-2.0
// The only object that the poller and the web threads share: the newest immutable T.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace taara {

template <class T>
class Latest {
 public:
  explicit Latest(std::shared_ptr<const T> first) : value_(std::move(first)) {}

  [[nodiscard]] std::shared_ptr<const T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  // The old value is let go outside the lock: freeing a large one must not hold up a scrape.
  void put(std::shared_ptr<const T> next) {
    {
      const std::lock_guard lock(mutex_);
      value_.swap(next);
    }
    next.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace taara
