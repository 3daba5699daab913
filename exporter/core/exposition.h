// SPDX-License-Identifier: Apache-2.0
// A page of metrics, written as it goes: Prometheus' text format 0.0.4 or OpenMetrics 1.0.0. A page of any length needs
// one buffer only, and whatever comes from outside cannot break it: label values are escaped and made valid UTF-8,
// names and help texts are checked when this is compiled, NaN and infinity have no sample.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "core/time.h"

namespace taara {

enum class PageFormat { text, open_metrics };
enum class MetricType { gauge, counter, histogram, info };

// Constant and checked: a counter ends in _total, an info in _info, nothing else does; help is plain ASCII.
struct MetricFamily {
  std::string_view name;  // as in the text format
  MetricType type;
  std::string_view help;

  // NOLINTNEXTLINE(readability-identifier-naming): the two arguments are literals
  consteval MetricFamily(const char* family_name, MetricType family_type, const char* family_help)
      : name(family_name), type(family_type), help(family_help) {
    for (const char c : name) {
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) throw "a name is lower case snake";
    }
    for (const char c : help) {
      if (c < ' ' || c > '~' || c == '\\' || c == '"') throw "a help text is plain ASCII";
    }
    if (name.empty() || help.empty()) throw "a family has a name and a help text";
    if (name.ends_with("_total") != (type == MetricType::counter)) throw "a counter, and only that, ends in _total";
    if (name.ends_with("_info") != (type == MetricType::info)) throw "an info, and only that, ends in _info";
  }
};

struct Label {
  std::string_view name;   // ours: a constant
  std::string_view value;  // from anywhere
};

// Labels rendered once and used for many samples.
class LabelSet {
 public:
  LabelSet() = default;
  LabelSet(std::initializer_list<Label> labels);
  void add(const Label& label);
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string text_;
};

// A sample's value: whole numbers stay whole.
class Number {
 public:
  template <std::integral T>
  Number(T value) : whole_(static_cast<std::uint64_t>(value)), kind_(std::signed_integral<T> ? kSigned : kUnsigned) {}
  Number(double value) : real_(value), kind_(kReal) {}
  [[nodiscard]] bool finite() const;
  void append_to(std::string& text) const;

 private:
  enum Kind { kSigned, kUnsigned, kReal };
  std::uint64_t whole_ = 0;
  double real_ = 0;
  Kind kind_;
};

class Exposition {
 public:
  // Takes the page in pieces of about 64 KiB; false means that nobody wants the rest.
  using Sink = std::function<bool(std::string_view)>;

  Exposition(PageFormat format, Sink sink);

  // The samples that follow belong to this family. A family without samples leaves no trace on the page. Each family
  // comes once: both formats want its samples in one place.
  void family(const MetricFamily& family);
  void sample(const LabelSet& labels, Number value) { sample(labels, {}, value); }
  void sample(const LabelSet& labels, std::initializer_list<Label> more, Number value);
  // The samples that follow are of this moment; a page that is scraped says no times. OpenMetrics only.
  void at(Time time);
  // `counts` are per bucket, not cumulative, the last one above all bounds.
  void histogram(const LabelSet& labels, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                 double sum);
  // Ends the page; nothing may follow.
  void finish();
  // False when the rest would be written for nobody.
  [[nodiscard]] bool wanted() const { return wanted_; }

 private:
  void begin_family();
  void begin_sample(std::string_view suffix, const LabelSet& labels, std::initializer_list<Label> more);
  void end_sample(const Number& value);
  void flush();

  PageFormat format_;
  Sink sink_;
  const MetricFamily* family_ = nullptr;
  bool family_begun_ = false;
  bool wanted_ = true;
  std::string stamp_;  // behind each sample's value
  std::string buffer_;
};

}  // namespace taara
