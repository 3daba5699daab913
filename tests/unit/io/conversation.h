// SPDX-License-Identifier: Apache-2.0
// Plays a line: drives a source with scripted replies and remembers what it asked.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/secret_file.h"
#include "line_fixture.h"

namespace taara {

inline HttpReply answer(int status, std::string body = "", std::string content_type = "application/json") {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.content_type = std::move(content_type);
  reply.response_time = milliseconds{status};
  return reply;
}

struct Conversation {
  PollOutcome outcome;
  std::vector<HttpRequest> requests;
  std::string asked;  // one letter per request: L a login, R a read
};

// One poll. A request beyond the script fails the test.
inline Conversation converse(LineSource& source, Time now, std::deque<HttpResult> script, bool may_log_in = true) {
  Conversation conversation;
  Step step = source.begin(now, may_log_in);
  while (const auto* request = std::get_if<HttpRequest>(&step)) {
    for (const auto& [name, value] : request->headers)
      EXPECT_EQ(value.find_first_of(std::string_view("\r\n\0", 3)), std::string::npos) << name;
    conversation.asked += request->is_login ? 'L' : 'R';
    conversation.requests.push_back(*request);
    if (script.empty()) {
      ADD_FAILURE() << "asked " << conversation.asked << ", which is more than the script";
      return conversation;
    }
    step = source.resume(script.front(), now);
    script.pop_front();
  }
  EXPECT_TRUE(script.empty()) << "asked only " << conversation.asked;
  conversation.outcome = std::get<PollOutcome>(step);
  return conversation;
}

inline std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "";
}

inline SecretReader secret(std::string_view value) {
  return [text = std::string(value)] { return Result<Secret>(Secret(text)); };
}

inline std::string error_of(const Conversation& conversation) {
  const auto& error = conversation.outcome.reading.error;
  return error ? std::string(name_of(kPollErrorNames, *error)) : "";
}

}  // namespace taara
