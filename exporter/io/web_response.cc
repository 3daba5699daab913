// SPDX-License-Identifier: Apache-2.0
#include "io/web_response.h"

#include <algorithm>
#include <array>
#include <utility>

namespace taara {
namespace {

constexpr std::size_t kHeldBack = std::size_t{64} * 1024;
constexpr std::size_t kWorthCompressing = 1024;
constexpr std::string_view kChunkSizeRoom = "00000000\r\n";

// On every answer, unless the web configuration says otherwise. Nothing here is for a cache, for a frame, or loads
// anything, unless allow() says so.
constexpr std::pair<std::string_view, std::string_view> kSecurityHeaders[] = {
    {"X-Content-Type-Options", "nosniff"}, {"X-Frame-Options", "DENY"}, {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},         {"Connection", "close"},
};
constexpr std::string_view kPolicyName = "Content-Security-Policy";
constexpr std::string_view kPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view reason(int status) {
  static constexpr std::pair<int, std::string_view> kReasons[] = {
      {200, "OK"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {411, "Length Required"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {417, "Expectation Failed"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (const auto& [code, text] : kReasons) {
    if (code == status) return text;
  }
  return "Error";
}

}  // namespace

void WebResponse::header(std::string_view name, std::string_view value) {
  extra_headers_.append(name).append(": ").append(value).append("\r\n");
}

void WebResponse::append_head(std::string& out, std::optional<std::size_t> length) const {
  out.append("HTTP/1.1 ").append(std::to_string(status_)).append(" ").append(reason(status_)).append("\r\n");
  const auto add = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  const auto is_configured = [&](std::string_view name) {
    return configured_ != nullptr && std::any_of(configured_->begin(), configured_->end(),
                                                 [&](const auto& header) { return header.first == name; });
  };
  for (const auto& [name, value] : kSecurityHeaders)
    if (!is_configured(name)) add(name, value);
  if (!is_configured(kPolicyName))
    add(kPolicyName, allowed_.empty() ? std::string(kPolicy) : std::string(kPolicy) + "; " + allowed_);
  if (configured_ != nullptr)
    for (const auto& [name, value] : *configured_) add(name, value);
  out.append("Content-Type: ").append(content_type_).append("\r\nVary: Accept-Encoding\r\n").append(extra_headers_);
  if (gzip_) out.append("Content-Encoding: gzip\r\n");
  if (length) {
    out.append("Content-Length: ").append(std::to_string(*length)).append("\r\n");
  } else if (!request_.http_1_0) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  out.append("\r\n");
}

bool WebResponse::write(std::string_view data) {
  if (!wanted_) return false;
  if (begun_ && gzip_) {
    wanted_ = compress(data);
  } else {
    body_.append(data);
  }
  if (body_.size() < kHeldBack) return wanted_;
  if (!begun_) begin_streaming();
  wanted_ = wanted_ && send_chunk();
  return wanted_;
}

void WebResponse::begin_streaming() {
  begun_ = true;
  if (request_.gzip) gzip_.emplace();
  std::string head;
  append_head(head, std::nullopt);
  wanted_ = wire_(head) && !request_.head;
  const std::string plain = std::exchange(body_, std::string(kChunkSizeRoom));
  if (gzip_) {
    wanted_ = wanted_ && compress(plain);
  } else {
    body_.append(plain);
  }
}

bool WebResponse::compress(std::string_view data) { return gzip_->feed(data, body_); }

// The size is written into its room before the data, with leading zeros, so that a chunk is one piece for the wire.
bool WebResponse::send_chunk() {
  std::size_t size = body_.size() - kChunkSizeRoom.size();
  if (size == 0) return true;
  std::string_view data = body_;
  if (request_.http_1_0) {
    data.remove_prefix(kChunkSizeRoom.size());
  } else {
    for (std::size_t digit = 8; digit-- > 0; size /= 16) body_[digit] = "0123456789abcdef"[size % 16];
    data = body_.append("\r\n");
  }
  const bool sent = wire_(data);
  body_.resize(kChunkSizeRoom.size());
  return sent;
}

void WebResponse::finish() {
  if (begun_) {
    wanted_ = wanted_ && (!gzip_ || gzip_->finish(body_)) && send_chunk();
    if (wanted_ && !request_.http_1_0) wire_("0\r\n\r\n");
    return;
  }
  if (request_.gzip && body_.size() >= kWorthCompressing) {
    std::string packed;
    gzip_.emplace();
    if (gzip_->feed(body_, packed) && gzip_->finish(packed)) {
      body_ = std::move(packed);
    } else {
      gzip_.reset();
    }
  }
  begun_ = true;
  std::string answer;
  append_head(answer, body_.size());
  if (!request_.head) answer.append(body_);
  wire_(answer);
}

}  // namespace taara
