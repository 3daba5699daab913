// SPDX-License-Identifier: Apache-2.0
#include "json_schema.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "core/time_text.h"

namespace taara::test {
namespace {

namespace json = boost::json;

json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::string(text);
  if (text.empty() || text == "null" || text == "~") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  std::error_code error;
  json::value number = json::parse(text, error);
  if (!error && number.is_number()) return number;
  return json::string(text);
}

json::value converted(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map: {
      json::object object;
      for (const auto& pair : node) object[pair.first.Scalar()] = converted(pair.second);
      return object;
    }
    case YAML::NodeType::Sequence: {
      json::array array;
      for (const auto& item : node) array.push_back(converted(item));
      return array;
    }
    case YAML::NodeType::Scalar:
      return scalar(node);
    default:
      return nullptr;
  }
}

bool is_of(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

bool is_of_types(const json::value& value, const json::value& types) {
  if (types.is_string()) return is_of(value, types.as_string());
  const auto& all = types.as_array();
  return std::any_of(all.begin(), all.end(), [&](const json::value& type) { return is_of(value, type.as_string()); });
}

// "0" stands for a digit, "+" for a sign, all else for itself. (std::regex takes seconds for a long answer.)
bool looks_like(std::string_view text, std::string_view form) {
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char as) {
    if (as == '0') return c >= '0' && c <= '9';
    return as == '+' ? c == '+' || c == '-' : c == as;
  });
}

bool has_format(std::string_view text, std::string_view format) {
  const bool is_date = looks_like(text, "0000-00-00");
  const bool is_time = looks_like(text, "0000-00-00T00:00:00Z") || looks_like(text, "0000-00-00T00:00:00+00:00");
  return parse_iso_time(text, nullptr) && (format == "date" ? is_date : is_time);
}

// Rules that need no look at other rules.
std::string fault_of(const json::value& value, std::string_view keyword, const json::value& rule) {
  if (keyword == "type") return is_of_types(value, rule) ? "" : "is no " + json::serialize(rule);
  if (keyword == "const") return value == rule ? "" : "is not " + json::serialize(rule);
  if (keyword == "enum") {
    const auto& all = rule.as_array();
    return std::find(all.begin(), all.end(), value) != all.end() ? "" : "is none of " + json::serialize(rule);
  }
  if (keyword == "minimum" && value.is_number() && value.to_number<double>() < rule.to_number<double>())
    return "is below " + json::serialize(rule);
  if (keyword == "maximum" && value.is_number() && value.to_number<double>() > rule.to_number<double>())
    return "is above " + json::serialize(rule);
  if (keyword == "minItems" && value.is_array() && value.as_array().size() < rule.to_number<std::size_t>())
    return "has too few items";
  if (keyword == "maxItems" && value.is_array() && value.as_array().size() > rule.to_number<std::size_t>())
    return "has too many items";
  if (keyword == "minLength" && value.is_string() && value.as_string().size() < rule.to_number<std::size_t>())
    return "is too short";
  if (keyword == "format" && value.is_string() && !has_format(value.as_string(), rule.as_string()))
    return "is no " + std::string(rule.as_string());
  return "";
}

constexpr auto kKnown = std::to_array<std::string_view>(
    {"type", "const", "enum", "minimum", "maximum", "minItems", "maxItems", "minLength", "format", "required",
     "properties", "items", "anyOf", "$ref", "description", "additionalProperties", "default"});

}  // namespace

boost::json::value read_yaml(const std::string& path) { return converted(YAML::LoadFile(path)); }

const json::object& Schemas::resolve(const json::value& schema) const {
  const json::value* at = &schema;
  while (const auto* ref = at->as_object().if_contains("$ref")) {
    const std::string target(ref->as_string());
    at = &document_.at_pointer(target.substr(1));  // behind the #
  }
  return at->as_object();
}

std::vector<std::string> Schemas::faults(const json::value& value, const json::value& schema) const {
  std::vector<std::string> found;
  check(value, schema, "", found);
  return found;
}

void Schemas::check(const json::value& value, const json::value& schema, const std::string& at,
                    std::vector<std::string>& found) const {
  const json::object& rules = resolve(schema);
  for (const auto& [keyword, rule] : rules) {
    if (std::find(kKnown.begin(), kKnown.end(), std::string_view(keyword)) == kKnown.end())
      found.push_back(std::string(at).append(": the schema's ").append(keyword).append(" isn't checked"));
    const std::string fault = fault_of(value, keyword, rule);
    if (!fault.empty())
      found.push_back(std::string(at).append(": ").append(json::serialize(value)).append(" ").append(fault));
  }
  if (const auto* choices = rules.if_contains("anyOf")) {
    std::vector<std::string> closest;
    for (const json::value& choice : choices->as_array()) {
      auto wrong = faults(value, choice);
      if (wrong.empty()) {
        closest.clear();
        break;
      }
      closest.insert(closest.end(), wrong.begin(), wrong.end());
    }
    for (const std::string& fault : closest) found.push_back(at + fault);
  }
  if (value.is_object() && rules.contains("properties")) check_object(value.as_object(), rules, at, found);
  if (!value.is_array()) return;
  const auto* items = rules.if_contains("items");
  if (items == nullptr) {
    found.push_back(at + ": the schema says nothing of the items");
    return;
  }
  for (std::size_t i = 0; i < value.as_array().size(); ++i)
    check(value.as_array()[i], *items, at + "/" + std::to_string(i), found);
}

void Schemas::check_object(const json::object& value, const json::object& rules, const std::string& at,
                           std::vector<std::string>& found) const {
  const auto& properties = rules.at("properties").as_object();
  if (rules.at("additionalProperties") != json::value(false)) found.push_back(at + ": the schema lets anything in");
  const auto& required = rules.at("required").as_array();
  for (const auto& [name, schema] : properties) {
    // Absent values are null, never missing.
    if (std::find(required.begin(), required.end(), json::value(name)) == required.end())
      found.push_back(at + "/" + std::string(name) + ": is not required by the schema");
    if (const auto* member = value.if_contains(name))
      check(*member, schema, at + "/" + std::string(name), found);
    else
      found.push_back(at + "/" + std::string(name) + ": is missing");
  }
  for (const auto& [name, member] : value)
    if (!properties.contains(name)) found.push_back(at + "/" + std::string(name) + ": is not documented");
}

}  // namespace taara::test
