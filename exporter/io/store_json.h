// SPDX-License-Identifier: Apache-2.0
// Plain values as members of a JSON object and back, without exceptions. Reading and writing are called alike, so that
// a list of members, once written down, serves both.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/bytes.h"
#include "core/time.h"

namespace taara {

// Absent values have no key.
class MembersToWrite {
 public:
  void operator()(std::string_view key, Bytes value) { object_[key] = value.count; }
  void operator()(std::string_view key, Time value) { object_[key] = value.time_since_epoch().count(); }
  void operator()(std::string_view key, seconds value) { object_[key] = value.count(); }
  template <class Value>
  void operator()(std::string_view key, const Value& value) {
    object_[key] = value;
  }
  template <class Value>
  void operator()(std::string_view key, const std::optional<Value>& value) {
    if (value) (*this)(key, *value);
  }
  [[nodiscard]] boost::json::object take() { return std::move(object_); }

 private:
  boost::json::object object_;
};

// Every member must be there and have its type, or `good` becomes false; an optional one may be missing.
class MembersToRead {
 public:
  MembersToRead(const boost::json::value* value, bool& good)
      : object_(value != nullptr ? value->if_object() : nullptr), good_(good) {
    if (object_ == nullptr) good_ = false;
  }
  [[nodiscard]] const boost::json::value* find(std::string_view key) const {
    return object_ != nullptr ? object_->if_contains(key) : nullptr;
  }
  void operator()(std::string_view key, Bytes& to) {
    if (const auto value = integer(key)) to = Bytes{*value};
  }
  void operator()(std::string_view key, Time& to) {
    if (const auto value = integer(key)) to = Time{seconds{*value}};
  }
  void operator()(std::string_view key, seconds& to) {
    if (const auto value = integer(key)) to = seconds{*value};
  }
  void operator()(std::string_view key, unsigned& to) {
    const auto value = integer(key);
    if (!value) return;
    if (*value >= 0 && *value <= std::numeric_limits<unsigned>::max()) {
      to = static_cast<unsigned>(*value);
    } else {
      good_ = false;
    }
  }
  void operator()(std::string_view key, bool& to) {
    const boost::json::value* value = find(key);
    if (value != nullptr && value->is_bool()) {
      to = value->get_bool();
    } else {
      good_ = false;
    }
  }
  void operator()(std::string_view key, std::string& to) {
    const boost::json::value* value = find(key);
    if (value != nullptr && value->is_string()) {
      to.assign(value->get_string().data(), value->get_string().size());
    } else {
      good_ = false;
    }
  }
  template <class Value>
  void operator()(std::string_view key, std::optional<Value>& to) {
    if (find(key) == nullptr) return;
    Value value{};
    (*this)(key, value);
    to = value;
  }

 private:
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) {
    const boost::json::value* value = find(key);
    const std::int64_t* integer = value != nullptr ? value->if_int64() : nullptr;
    if (integer != nullptr) return *integer;
    good_ = false;
    return std::nullopt;
  }

  const boost::json::object* object_;
  bool& good_;
};

}  // namespace taara
