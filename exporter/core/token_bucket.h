// SPDX-License-Identifier: Apache-2.0
// The rate limit of the web configuration: one request per interval in the long run, and a burst of so many at once.
// One thread at a time.
#pragma once

#include "core/time.h"
#include "core/web_config.h"

namespace taara {

class TokenBucket {
 public:
  TokenBucket(const RateLimit& limit, Steady now) : limit_(limit), full_at_(now) {}

  // Takes a token; false when there is none. Always true without a limit.
  [[nodiscard]] bool take(Steady now) {
    if (limit_.interval <= milliseconds(0)) return true;
    const Steady earliest = full_at_ > now ? full_at_ : now;
    const Steady after = earliest + limit_.interval;
    if (after - now > limit_.interval * limit_.burst) return false;
    full_at_ = after;
    return true;
  }
  [[nodiscard]] const RateLimit& limit() const { return limit_; }

 private:
  RateLimit limit_;
  Steady full_at_;  // when every token is back
};

}  // namespace taara
