// SPDX-License-Identifier: Apache-2.0
#include "io/log.h"

#include <date/date.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace taara {
namespace {

// POSIX writes at most PIPE_BUF bytes to a pipe in one piece, or none: no line is torn or mixed with another.
constexpr std::size_t kMaxLine = 4096;
constexpr std::size_t kMaxValue = 1024;  // so that one long value doesn't drive out the other fields
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

// Length of the valid UTF-8 character that `text` starts with, or 0.
std::size_t character_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&byte](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf && follows(1)) return 2;
  if (first >= 0xe0 && first <= 0xef && follows(1) && follows(2)) {
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xf0 && first <= 0xf4 && follows(1) && follows(2) && follows(3)) {
    const bool overlong = first == 0xf0 && byte(1) < 0x90;
    const bool beyond = first == 0xf4 && byte(1) > 0x8f;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

// Control characters of both kinds (C0 with DEL, C1), the line and paragraph separators, and what turns the direction
// of writing: a terminal or a viewer would act on them.
bool acts(std::string_view character) {
  const auto byte = [character](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  if (character.size() == 2) return (byte(0) == 0xc2 && byte(1) < 0xa0) || (byte(0) == 0xd8 && byte(1) == 0x9c);
  if (character.size() != 3 || byte(0) != 0xe2) return false;
  if (byte(1) == 0x80) return byte(2) == 0x8e || byte(2) == 0x8f || (byte(2) >= 0xa8 && byte(2) <= 0xae);
  return byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
}

std::string as_u_escape(std::string_view character) {
  unsigned code = static_cast<unsigned char>(character[0]);
  if (character.size() == 2) code &= 0x1fU;
  if (character.size() == 3) code &= 0x0fU;
  for (const char c : character.substr(1)) code = code << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) text += kHex[code >> shift & 0xfU];
  return text;
}

// The same escapes in both formats: inside double quotes they are valid JSON, and logfmt readers know them. The result
// has at most `room` bytes; what doesn't fit is cut between characters and marked.
std::string escaped(std::string_view text, std::size_t room) {
  std::string out;
  std::size_t safe = 0;  // so much of `out` can stay in front of an ellipsis
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0) {
      out += kReplacement;
    } else if (character == "\"" || character == "\\") {
      (out += '\\') += character;
    } else if (character == "\n") {
      out += "\\n";
    } else if (character == "\t") {
      out += "\\t";
    } else if (character == "\r") {
      out += "\\r";
    } else if (acts(character)) {
      out += as_u_escape(character);
    } else {
      out += character;
    }
    if (out.size() > room) {
      out.resize(safe);
      if (room >= kEllipsis.size()) out += kEllipsis;
      return out;
    }
    if (out.size() + kEllipsis.size() <= room) safe = out.size();
    text.remove_prefix(character.size());
  }
  return out;
}

bool needs_quotes(std::string_view value) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\'; };
  for (const char c : value) {
    if (!plain(c)) return true;
  }
  return value.empty();
}

// One line under construction that never outgrows kMaxLine: a value is cut, a field without any room left out.
class Line {
 public:
  explicit Line(LogFormat format) : json_(format == LogFormat::json) {}

  void add(std::string_view key, std::string_view value) {
    std::string start = text_.empty() ? "" : json_ ? "," : " ";
    if (json_) {
      start += '"' + escaped(key, kMaxLine) + "\":";
    } else {
      for (const char c : key) start += needs_quotes({&c, 1}) ? '_' : c;
      start += '=';
    }
    const bool quoted = json_ || needs_quotes(value);
    const std::size_t used = text_.size() + start.size() + kFrame;
    constexpr std::size_t kLeastValue = 16;
    if (used + kLeastValue > kMaxLine) return;
    const std::string shown = escaped(value, std::min(kMaxValue, kMaxLine - used));
    // A value that was cut ends in an ellipsis, which wants quotes.
    const bool wants_quotes = quoted || shown != value;
    text_ += start;
    if (wants_quotes) text_ += '"';
    text_ += shown;
    if (wants_quotes) text_ += '"';
  }

  [[nodiscard]] std::string finished() const { return json_ ? '{' + text_ + "}\n" : text_ + '\n'; }

 private:
  static constexpr std::size_t kFrame = 5;  // two quotes, two braces, the line's end
  bool json_;
  std::string text_;
};

// All of it or nothing, and never waiting.
bool put(int fd, std::string_view line) {
  for (;;) {
    pollfd entry{fd, POLLOUT, 0};
    const int ready = ::poll(&entry, 1, 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || (entry.revents & POLLOUT) == 0) return false;
    const ssize_t written = ::write(fd, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    return written == static_cast<ssize_t>(line.size());
  }
}

}  // namespace

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < level_) return;
  Line line(format_);
  line.add("time", date::format("%FT%TZ", clock_.wall()));
  line.add("level", kLevelNames.at(static_cast<std::size_t>(level)));
  line.add("msg", message);
  for (const LogField& field : fields) line.add(field.key, field.value);
  const std::string text = line.finished();
  const std::lock_guard lock(writing_);  // between poll and write nobody else of us may fill the pipe
  if (!put(fd_, text)) ++dropped_;
}

}  // namespace taara
