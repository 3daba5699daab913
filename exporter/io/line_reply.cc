// SPDX-License-Identifier: Apache-2.0
#include "io/line_reply.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace taara {
namespace {

constexpr std::size_t kMaxDetail = 600;
constexpr std::size_t kBodyPeek = 4096;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string copy(text);
  std::transform(copy.begin(), copy.end(), copy.begin(), lower);
  return copy;
}

std::string media_type(std::string_view content_type) {
  std::string type = lowered(content_type.substr(0, content_type.find(';')));
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || c == '/' || c == '+' || c == '-' || c == '.'; };
  if (type.empty() || type.size() > 48 || !std::all_of(type.begin(), type.end(), allowed)) return "no content type";
  return type;
}

// A host name may be logged; anything else that stands in its place may not.
std::string shown_host(std::string_view host) {
  const auto allowed = [](char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  };
  if (host.empty()) return "a place that it does not name";
  if (host.size() > 253 || !std::all_of(host.begin(), host.end(), allowed)) return "a host with an odd name";
  return std::string(host);
}

}  // namespace

void note(std::vector<Violation>& violations, Field field, std::string detail) {
  const auto same = std::find_if(violations.begin(), violations.end(), [&](const auto& v) { return v.field == field; });
  if (same == violations.end())
    violations.push_back({field, std::move(detail)});
  else if (same->detail.size() + detail.size() < kMaxDetail)
    same->detail += "; " + detail;
}

void fail(PollOutcome& outcome, PollError error, std::string detail) {
  Reading empty;
  empty.time = outcome.reading.time;
  empty.response_time = outcome.reading.response_time;
  empty.error = error;
  outcome.reading = std::move(empty);
  outcome.detail = std::move(detail);
}

PollOutcome failed(PollError error, std::string detail, Time now) {
  PollOutcome outcome;
  outcome.reading.time = now;
  fail(outcome, error, std::move(detail));
  return outcome;
}

std::optional<Refusal> refusal(const HttpReply& reply) {
  const int status = reply.status;
  const std::string answered = "the line answered " + std::to_string(status);
  if (status >= 200 && status < 300) return std::nullopt;
  if (status >= 300 && status < 400)
    return Refusal{PollError::redirect,
                   answered + ", a redirect to " + shown_host(reply.location_host) + "; redirects are not followed"};
  if (status == 401) return Refusal{PollError::auth, answered + ": the session is not accepted"};
  if (status == 423) return Refusal{PollError::locked, answered + ": the account is locked or in use elsewhere"};
  if (status == 429) return Refusal{PollError::rate_limited, answered + ": it wants to be asked less often"};
  if (status >= 400 && status < 500)
    return Refusal{PollError::http_4xx, answered + " (" + describe_body(reply.content_type, reply.body) + ")"};
  return Refusal{PollError::http_5xx, answered + ": it has a problem of its own"};
}

bool says_locked(const HttpReply& reply) {
  if (reply.status == 409 || reply.status == 423) return true;
  constexpr std::array<std::string_view, 8> kPhrases{"already logged in", "already signed in",  "max sessions",
                                                     "maximum sessions",  "session limit",      "too many sessions",
                                                     "maximum number of", "logged in elsewhere"};
  const std::string text = lowered(std::string_view(reply.body).substr(0, kBodyPeek));
  return std::any_of(kPhrases.begin(), kPhrases.end(), [&](auto phrase) { return text.find(phrase) != text.npos; });
}

bool is_html(const HttpReply& reply) {
  const auto start = reply.body.find_first_not_of(" \t\r\n");
  return start != std::string::npos && reply.body[start] == '<';
}

Time time_of(const HttpReply& reply, Time now) {
  return now - std::clamp(reply.age.value_or(seconds{0}), seconds{0}, seconds{86'400});
}

std::string describe_body(std::string_view content_type, std::string_view body) {
  std::string text = media_type(content_type) + ", " + std::to_string(body.size()) + " bytes";
  if (body.empty()) return text;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(body.data(), body.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 || length < 4)
    return text;
  constexpr std::string_view kHex = "0123456789abcdef";
  text += ", SHA-256 ";
  for (std::size_t i = 0; i < 4; ++i) {
    text += kHex[digest.at(i) >> 4U];
    text += kHex[digest.at(i) & 15U];
  }
  return text;
}

}  // namespace taara
