// SPDX-License-Identifier: Apache-2.0
// Reads a JSON object that we wrote ourselves into plain values, without exceptions.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/time.h"

namespace taara {

// Every member must be there and have its type, or `good` becomes false; an optional one may be missing.
class Members {
 public:
  Members(const boost::json::value* value, bool& good)
      : object_(value != nullptr ? value->if_object() : nullptr), good_(good) {
    if (object_ == nullptr) good_ = false;
  }
  [[nodiscard]] const boost::json::value* find(std::string_view key) const {
    return object_ != nullptr ? object_->if_contains(key) : nullptr;
  }
  void read(std::string_view key, std::int64_t& to) { require(key, maybe(key), to); }
  void read(std::string_view key, Bytes& to) { require(key, maybe(key), to.count); }
  void read(std::string_view key, Time& to) {
    if (const auto value = maybe(key)) {
      to = Time{seconds{*value}};
    } else {
      good_ = false;
    }
  }
  void read(std::string_view key, unsigned& to) {
    const auto value = maybe(key);
    if (value && *value >= 0 && *value <= std::numeric_limits<unsigned>::max()) {
      to = static_cast<unsigned>(*value);
    } else {
      good_ = false;
    }
  }
  void read(std::string_view key, bool& to) {
    const boost::json::value* value = find(key);
    if (value != nullptr && value->is_bool()) {
      to = value->get_bool();
    } else {
      good_ = false;
    }
  }
  void read(std::string_view key, std::string& to) {
    const boost::json::value* value = find(key);
    if (value != nullptr && value->is_string()) {
      to.assign(value->get_string().data(), value->get_string().size());
    } else {
      good_ = false;
    }
  }
  template <class Value>
  void read(std::string_view key, std::optional<Value>& to) {
    if (find(key) == nullptr) return;
    Value value{};
    read(key, value);
    to = value;
  }

 private:
  [[nodiscard]] std::optional<std::int64_t> maybe(std::string_view key) {
    const boost::json::value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* integer = value->if_int64()) return *integer;
    good_ = false;
    return std::nullopt;
  }
  void require(std::string_view, std::optional<std::int64_t> value, std::int64_t& to) {
    if (value) {
      to = *value;
    } else {
      good_ = false;
    }
  }

  const boost::json::object* object_;
  bool& good_;
};

}  // namespace taara
