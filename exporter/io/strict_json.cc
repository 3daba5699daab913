// SPDX-License-Identifier: Apache-2.0
#include "io/strict_json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/storage_ptr.hpp>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "io/personal_key.h"

namespace taara {
namespace {

namespace json = boost::json;

// Refuses to give out more than a limit. The value that was parsed keeps it alive.
class LimitedMemory final : public json::memory_resource {
 public:
  explicit LimitedMemory(std::size_t limit) : left_(limit) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (bytes > left_) throw std::bad_alloc();
    void* const memory = ::operator new (bytes, std::align_val_t{alignment});
    left_ -= bytes;
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    ::operator delete (memory, std::align_val_t{alignment});
    left_ += bytes;
  }
  bool do_is_equal(const json::memory_resource& other) const noexcept override { return this == &other; }

  std::size_t left_;
};

// Builds the value while it is read, so that a key that comes twice is seen.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);  // NOLINT: names that the parser asks for
  static constexpr std::size_t max_array_size = std::size_t(-1);   // NOLINT
  static constexpr std::size_t max_key_size = std::size_t(-1);     // NOLINT
  static constexpr std::size_t max_string_size = std::size_t(-1);  // NOLINT

  explicit Builder(json::storage_ptr storage) : storage_(std::move(storage)), root_(storage_) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(json::value(json::object_kind, storage_)); }
  bool on_array_begin(json::error_code&) { return open(json::value(json::array_kind, storage_)); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    text_.append(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& ec) {
    text_.append(part);
    auto& frame = frames_.back();
    frame.key = std::exchange(text_, {});
    if (!frame.container.get_object().contains(frame.key)) return true;
    duplicate_ = pointer();
    ec = json::make_error_code(json::error::syntax);
    return false;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    text_.append(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    if (text_.empty()) return add(json::value(part, storage_));
    text_.append(part);
    add(json::value(text_, storage_));
    text_.clear();
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    return add(json::value(number, storage_));
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    return add(json::value(number, storage_));
  }
  bool on_double(double number, json::string_view, json::error_code&) { return add(json::value(number, storage_)); }
  bool on_bool(bool truth, json::error_code&) { return add(json::value(truth, storage_)); }
  bool on_null(json::error_code&) { return add(json::value(nullptr, storage_)); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  [[nodiscard]] json::value take() { return std::move(root_); }
  [[nodiscard]] const std::optional<std::string>& duplicate() const { return duplicate_; }

 private:
  struct Frame {
    json::value container;
    std::string key;  // of an object: the member that comes next
  };

  bool open(json::value container) {
    frames_.push_back(Frame{std::move(container), std::string()});
    return true;
  }
  bool close() {
    json::value done = std::move(frames_.back().container);
    frames_.pop_back();
    return add(std::move(done));
  }
  bool add(json::value value) {
    if (frames_.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto& frame = frames_.back();
    if (auto* object = frame.container.if_object())
      object->emplace(frame.key, std::move(value));
    else
      frame.container.get_array().push_back(std::move(value));
    return true;
  }
  [[nodiscard]] std::string pointer() const {
    std::string path;
    for (const auto& frame : frames_) {
      if (const auto* array = frame.container.if_array())
        path += pointer_step(std::to_string(array->size()));
      else
        path += pointer_step(shown_key(frame.key));
    }
    return path;
  }

  json::storage_ptr storage_;
  std::vector<Frame> frames_;
  std::string text_;  // of a key or string that comes in parts
  json::value root_;
  std::optional<std::string> duplicate_;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

JsonFault fault_of(const json::error_code& ec, std::size_t position, std::size_t size) {
  if (ec == json::error::too_deep)
    return {PollError::schema, "the JSON is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels"};
  // A number cut off after its point counts as a syntax error for the library.
  if (ec == json::error::incomplete || position == size)
    return {PollError::truncated, "the JSON ends too early, after " + std::to_string(size) + " bytes"};
  return {PollError::not_json, "not JSON from byte " + std::to_string(position) + " on"};
}

}  // namespace

JsonResult parse_json(std::string_view body, const JsonLimits& limits) {
  if (body.size() > limits.bytes) {
    return JsonFault{PollError::too_large,
                     "the body is larger than " + std::to_string(limits.bytes / kMaxBodyBytes) + " MiB"};
  }
  if (std::all_of(body.begin(), body.end(), is_space)) return JsonFault{PollError::not_json, "the body is empty"};
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  // A plan named with one bad byte must not blind the monitor: numbers are judged as ever, names are cleaned
  // (core/label.h).
  options.allow_invalid_utf8 = true;
  try {
    json::basic_parser<Builder> parser(options, json::make_shared_resource<LimitedMemory>(limits.memory));
    json::error_code ec;
    const std::size_t read = parser.write_some(false, body.data(), body.size(), ec);
    if (parser.handler().duplicate())
      return JsonFault{PollError::schema, "the key " + *parser.handler().duplicate() + " comes twice"};
    if (ec) return fault_of(ec, read, body.size());
    const auto rest = body.substr(read);
    if (!std::all_of(rest.begin(), rest.end(), is_space))
      return JsonFault{PollError::not_json, "more follows the JSON from byte " + std::to_string(read) + " on"};
    return parser.handler().take();
  } catch (const std::bad_alloc&) {
    return JsonFault{PollError::schema, "the JSON holds more values than an answer of the line can have"};
  }
}

std::string_view kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "nothing";
}

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

const json::value* find(const json::value& root, std::string_view pointer) {
  json::error_code ec;
  return root.find_pointer(json::string_view(pointer.data(), pointer.size()), ec);
}

const json::value* member(const json::value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(json::string_view(key.data(), key.size()));
}

}  // namespace taara
