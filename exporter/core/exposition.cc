// SPDX-License-Identifier: Apache-2.0
#include "core/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace taara {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Length of the valid UTF-8 sequence at the start of `text`, or 0 (overlong forms, surrogates and cut ones are
// invalid).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (at(i) & 0xC0U) == 0x80U; };
  const unsigned char lead = at(0);
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && at(1) < 0xA0) return 0;
    if (lead == 0xED && at(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && at(1) < 0x90) return 0;
    if (lead == 0xF4 && at(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool is_plain(char c) { return c > '\0' && c <= '~' && c != '\\' && c != '"' && c != '\n'; }

void append_escaped(std::string& out, std::string_view value) {
  while (!value.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(value.begin(), value.end(), is_plain) - value.begin());
    out.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) return;
    std::size_t used = 1;
    switch (value.front()) {
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\x7F':
        out += '\x7F';
        break;
      default:
        used = utf8_length(value);
        out.append(used == 0 ? kReplacement : value.substr(0, used));
        used = std::max<std::size_t>(used, 1);
    }
    value.remove_prefix(used);
  }
}

void append_label(std::string& out, const Label& label) {
  out.append(label.name);
  out += "=\"";
  append_escaped(out, label.value);
  out += '"';
}

template <class T>
void append_number(std::string& out, T value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

// OpenMetrics wants the bounds of buckets as floats ("1.0"), the text format's habit is the shortest form ("1").
void append_bound(std::string& out, PageFormat format, double bound) {
  const std::size_t before = out.size();
  append_number(out, bound);
  if (format == PageFormat::open_metrics && out.find_first_not_of("-0123456789", before) == std::string::npos) {
    out += ".0";
  }
}

std::string_view type_name(const MetricFamily& family, PageFormat format) {
  switch (family.type) {
    case MetricType::counter:
      return "counter";
    case MetricType::histogram:
      return "histogram";
    case MetricType::info:
      return format == PageFormat::open_metrics ? "info" : "gauge";
    case MetricType::gauge:
      break;
  }
  return "gauge";
}

// In OpenMetrics a counter's samples end in _total and an info's in _info, their families do not.
std::string_view family_name(const MetricFamily& family, PageFormat format) {
  std::string_view name = family.name;
  if (format == PageFormat::open_metrics) {
    if (family.type == MetricType::counter) name.remove_suffix(std::string_view("_total").size());
    if (family.type == MetricType::info) name.remove_suffix(std::string_view("_info").size());
  }
  return name;
}

}  // namespace

LabelSet::LabelSet(std::initializer_list<Label> labels) {
  for (const Label& label : labels) add(label);
}

void LabelSet::add(const Label& label) {
  if (!text_.empty()) text_ += ',';
  append_label(text_, label);
}

bool Number::finite() const { return kind_ != kReal || std::isfinite(real_); }

void Number::append_to(std::string& text) const {
  switch (kind_) {
    case kSigned:
      append_number(text, static_cast<std::int64_t>(whole_));
      break;
    case kUnsigned:
      append_number(text, whole_);
      break;
    case kReal:
      append_number(text, real_);
      break;
  }
}

Exposition::Exposition(PageFormat format, Sink sink) : format_(format), sink_(std::move(sink)) {}

void Exposition::family(const MetricFamily& family) {
  family_ = &family;
  family_begun_ = false;
}

void Exposition::at(Time time) { stamp_ = " " + std::to_string(time.time_since_epoch().count()); }

// No `_created` samples in OpenMetrics: all counters but one start with the process, whose start is a metric already,
// so they would nearly double the page to say one number; and the one, taara_usage_bytes_total, goes on across
// restarts: a
// `_created` of this process would tell Prometheus about a reset that never was.
void Exposition::begin_family() {
  const std::string_view name = family_name(*family_, format_);
  buffer_.append("# HELP ").append(name).append(" ").append(family_->help);
  buffer_.append("\n# TYPE ").append(name).append(" ").append(type_name(*family_, format_)).append("\n");
  family_begun_ = true;
}

void Exposition::begin_sample(std::string_view suffix, const LabelSet& labels, std::initializer_list<Label> more) {
  if (!family_begun_) begin_family();
  buffer_.append(family_->name).append(suffix);
  char separator = '{';
  if (!labels.text().empty()) {
    buffer_ += std::exchange(separator, ',');
    buffer_.append(labels.text());
  }
  for (const Label& label : more) {
    buffer_ += std::exchange(separator, ',');
    append_label(buffer_, label);
  }
  if (separator == ',') buffer_ += '}';
  buffer_ += ' ';
}

void Exposition::end_sample(const Number& value) {
  value.append_to(buffer_);
  buffer_ += stamp_;
  buffer_ += '\n';
  if (buffer_.size() >= kPiece) flush();
}

void Exposition::sample(const LabelSet& labels, std::initializer_list<Label> more, Number value) {
  if (!wanted_ || !value.finite()) return;
  begin_sample({}, labels, more);
  end_sample(value);
}

void Exposition::histogram(const LabelSet& labels, std::span<const double> bounds,
                           std::span<const std::uint64_t> counts, double sum) {
  if (!wanted_ || !std::isfinite(sum) || counts.size() != bounds.size() + 1) return;
  std::uint64_t total = 0;
  std::string bound;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    bound.clear();
    if (i < bounds.size()) {
      append_bound(bound, format_, bounds[i]);
    } else {
      bound = "+Inf";
    }
    begin_sample("_bucket", labels, {{"le", bound}});
    end_sample(total);
  }
  begin_sample("_sum", labels, {});
  end_sample(sum);
  begin_sample("_count", labels, {});
  end_sample(total);
}

void Exposition::finish() {
  if (format_ == PageFormat::open_metrics) buffer_ += "# EOF\n";
  flush();
}

void Exposition::flush() {
  wanted_ = wanted_ && (buffer_.empty() || sink_(buffer_));
  buffer_.clear();
}

}  // namespace taara
