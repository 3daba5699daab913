// SPDX-License-Identifier: Apache-2.0
// What the poller keeps of a household: its line, when it is due, and the poll that is open. For poller*.cc only.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "app/poller.h"
#include "io/secret_file.h"

namespace taara {

inline constexpr milliseconds kLongestWait{60'000};  // a machine that slept is noticed within this
inline constexpr std::size_t kFewHouseholds = 16;    // so few are asked at once at the start

struct Poller::Slot {
  explicit Slot(Line in_service) : line(std::move(in_service)) {}

  Line line;
  std::optional<Steady> timer;  // the next poll, or the next try of the open one
  std::shared_ptr<const HouseholdView> view;
  bool stale_view = true;

  // The open poll, or the last one.
  Time started;
  Steady started_steady;
  std::optional<HttpRequest> request;
  std::uint64_t http_id = 0;
  unsigned attempt = 0;
  std::string poll_id;

  // The body of a login holds the secret.
  void forget_request() {
    if (request) wipe(request->body);
    request.reset();
  }
};

}  // namespace taara
