// SPDX-License-Identifier: Apache-2.0
// One request through a real Http, waited for.
#pragma once

#include <gtest/gtest.h>

#include "io/http.h"

namespace taara::test {

inline std::unique_ptr<Http> make_http() { return Http::create().value(); }

inline HttpDone wait_for_one(Http& http) {
  while (http.under_way() > 0) {
    std::vector<HttpDone> done = http.step(milliseconds{1000});
    if (!done.empty()) return std::move(done.front());
  }
  ADD_FAILURE() << "nothing was under way";
  return {};
}

inline HttpDone fetch(Http& http, const HttpRequest& request, const HttpLimits& limits = {}, Time now = Time{}) {
  const std::uint64_t id = http.start(request, limits, now);
  HttpDone done = wait_for_one(http);
  EXPECT_EQ(done.id, id);
  return done;
}

inline HttpDone get(Http& http, const std::string& url, const HttpLimits& limits = {}, Time now = Time{}) {
  HttpRequest request;
  request.url = url;
  return fetch(http, request, limits, now);
}

inline const HttpReply& reply_of(const HttpDone& done) {
  static const HttpReply none;
  const auto* reply = std::get_if<HttpReply>(&done.result);
  if (reply == nullptr) ADD_FAILURE() << "failed: " << std::get<HttpFailure>(done.result).what;
  return reply == nullptr ? none : *reply;
}

inline const HttpFailure& failure_of(const HttpDone& done) {
  static const HttpFailure none;
  const auto* failure = std::get_if<HttpFailure>(&done.result);
  if (failure == nullptr) ADD_FAILURE() << "answered: " << std::get<HttpReply>(done.result).status;
  return failure == nullptr ? none : *failure;
}

inline std::string kind_name(const HttpDone& done) {
  return std::string(name_of(kPollErrorNames, failure_of(done).kind));
}

}  // namespace taara::test
