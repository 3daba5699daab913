// SPDX-License-Identifier: Apache-2.0
#include "line_sim/http_request.h"

#include <algorithm>
#include <charconv>

namespace taara::line_sim {
namespace {

ParsedRequest bad() { return {ParsedRequest::State::bad, 0, {}}; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() &&
               std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t equals = std::min(one.find('='), one.size());
    out.emplace_back(percent_decoded(one.substr(0, equals)),
                     percent_decoded(one.substr(std::min(equals + 1, one.size()))));
  }
  return out;
}

ParsedRequest parse_request(std::string_view bytes) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return bytes.size() > kMaxRequestHead ? bad() : ParsedRequest{};
  if (head_end > kMaxRequestHead) return bad();
  std::string_view head = bytes.substr(0, head_end);
  const std::string_view first = head.substr(0, head.find("\r\n"));
  const std::size_t blank = first.find(' ');
  const std::size_t second_blank = first.rfind(' ');
  if (blank == std::string_view::npos || second_blank <= blank) return bad();

  ParsedRequest parsed;
  Request& request = parsed.request;
  request.method = first.substr(0, blank);
  const std::string_view target = first.substr(blank + 1, second_blank - blank - 1);
  const std::string_view version = first.substr(second_blank + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad();
  request.keep_alive = version == "HTTP/1.1";
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = parse_query(target.substr(std::min(question + 1, target.size())));

  std::size_t length = 0;
  head.remove_prefix(std::min(first.size() + 2, head.size()));
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad();
    std::string name = lower(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "transfer-encoding") return bad();
    if (name == "connection" && lower(value) == "close") request.keep_alive = false;
    if (name == "content-length") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
      if (error != std::errc{} || end != value.data() + value.size() || length > kMaxRequestBody) return bad();
    }
    request.headers.emplace_back(std::move(name), value);
  }
  const std::size_t size = head_end + 4 + length;
  if (bytes.size() < size) return parsed;
  request.body = bytes.substr(head_end + 4, length);
  parsed.size = size;
  parsed.state = ParsedRequest::State::complete;
  return parsed;
}

}  // namespace taara::line_sim
