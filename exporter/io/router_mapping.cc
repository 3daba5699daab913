// SPDX-License-Identifier: Apache-2.0
#include "io/router_mapping.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "core/size_text.h"
#include "core/time_text.h"
#include "io/personal_key.h"
#include "io/strict_json.h"

namespace taara {
namespace {

namespace json = boost::json;

// A leaf of the answer that may be looked at.
struct Leaf {
  std::string pointer;
  const json::value* value;
};

void collect(const json::value& value, const std::string& pointer, std::vector<Leaf>& leaves) {
  if (leaves.size() >= 4 * kMaxNumericFields) return;
  if (const auto* object = value.if_object()) {
    for (const auto& [key, inner] : *object) {
      const KeyKind kind = kind_of_key(key);
      const bool leaf = !inner.is_object();
      if (kind == KeyKind::secluded || (leaf && kind == KeyKind::personal) || shown_key(key) != key) continue;
      collect(inner, pointer + pointer_step(key), leaves);
    }
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) collect((*array)[i], pointer + "/" + std::to_string(i), leaves);
  } else {
    leaves.push_back({pointer, &value});
  }
}

std::optional<NumericField> numeric(const Leaf& leaf) {
  NumericField field{leaf.pointer, {}, 0, false};
  if (const auto* text = leaf.value->if_string()) {
    const auto size = parse_size({text->data(), text->size()});
    if (!std::holds_alternative<SizeText>(size)) return std::nullopt;
    field.number = static_cast<double>(std::get<SizeText>(size).bytes.count);
    field.sized = true;
    field.shown = std::string(text->data(), text->size());
    return field;
  }
  if (!leaf.value->is_number()) return std::nullopt;
  field.number = leaf.value->to_number<double>();
  field.shown = json::serialize(*leaf.value);
  return std::isfinite(field.number) ? std::optional(field) : std::nullopt;
}

enum class Role { none, used, remaining, allocated };

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// The last key of a pointer, in lower case.
std::string last_key(std::string_view pointer) {
  std::string key(pointer.substr(pointer.rfind('/') + 1));
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return key;
}

// "total_used_mb" is what was used and "remaining_of_total" what remains: the total is asked for last.
Role role_of(const NumericField& field) {
  const std::string key = last_key(field.pointer);
  const auto any = [&](auto... part) { return (has(key, part) || ...); };
  if (any("percent", "ratio", "pct", "rate", "speed", "time", "second", "count")) return Role::none;
  if (any("remain", "left", "balance", "available", "unused")) return Role::remaining;
  if (any("used", "usage", "consum", "spent")) return Role::used;
  if (any("alloc", "total", "quota", "limit", "allowance", "bundle", "cap")) return Role::allocated;
  return Role::none;
}

// The unit that the key names. The line's documents write MB and count 1 048 576 of them in a TB: a power of two as
// allocation, or none at all, means the binary unit.
Unit unit_of(const NumericField& field, const NumericField* allocated) {
  if (field.sized) return Unit::automatic;
  const std::string key = last_key(field.pointer);
  const bool decimal = allocated != nullptr && !allocated->sized && std::fmod(allocated->number, 1024) != 0;
  constexpr std::array<std::pair<std::string_view, std::pair<Unit, Unit>>, 8> kEndings{{{"tib", {Unit::TiB, Unit::TiB}},
                                                                                        {"gib", {Unit::GiB, Unit::GiB}},
                                                                                        {"mib", {Unit::MiB, Unit::MiB}},
                                                                                        {"kib", {Unit::KiB, Unit::KiB}},
                                                                                        {"tb", {Unit::TB, Unit::TB}},
                                                                                        {"gb", {Unit::GB, Unit::GiB}},
                                                                                        {"mb", {Unit::MB, Unit::MiB}},
                                                                                        {"kb", {Unit::kB, Unit::KiB}}}};
  for (const auto& [ending, units] : kEndings)
    if (key.ends_with(ending) || has(key, "_" + std::string(ending) + "_")) return decimal ? units.first : units.second;
  if (has(key, "byte")) return Unit::B;
  // No name: by size, where a line is between some gigabytes and some hundred terabytes.
  const double size = allocated != nullptr ? allocated->number : field.number;
  if (size >= 2e9) return Unit::B;
  if (size >= 5e3) return decimal ? Unit::MB : Unit::MiB;
  return decimal ? Unit::GB : Unit::GiB;
}

struct Triple {
  const NumericField* used = nullptr;
  const NumericField* remaining = nullptr;
  const NumericField* allocated = nullptr;
};

bool adds_up(const NumericField& used, const NumericField& remaining, const NumericField& allocated) {
  if (used.sized != remaining.sized || used.sized != allocated.sized || allocated.number <= 0) return false;
  if (used.number < 0 || remaining.number < 0) return false;
  const double tolerance = used.sized ? allocated.number / 1000 : std::max(2.0, allocated.number / 1e6);
  return allocated.number > 2 * tolerance && std::abs(used.number + remaining.number - allocated.number) <= tolerance;
}

// The triple that adds up and of which at least two, `used` or `remaining` among them, are called what they are.
Triple find_sum(const std::vector<NumericField>& fields) {
  Triple best;
  int best_score = 0;
  const std::size_t count = std::min<std::size_t>(fields.size(), 48);
  for (std::size_t u = 0; u < count; ++u)
    for (std::size_t r = 0; r < count; ++r)
      for (std::size_t a = 0; a < count; ++a) {
        if (u == r || r == a || a == u || !adds_up(fields[u], fields[r], fields[a])) continue;
        const int by_name =
            (role_of(fields[u]) == Role::used ? 2 : 0) + (role_of(fields[r]) == Role::remaining ? 2 : 0);
        const int score = by_name + (role_of(fields[a]) == Role::allocated ? 1 : 0);
        if (by_name == 0 || score <= best_score) continue;
        best = {&fields[u], &fields[r], &fields[a]};
        best_score = score;
      }
  return best;
}

Triple find_names(const std::vector<NumericField>& fields) {
  Triple named;
  for (const auto& field : fields) {
    const Role role = role_of(field);
    if (role == Role::used && named.used == nullptr) named.used = &field;
    if (role == Role::remaining && named.remaining == nullptr) named.remaining = &field;
    if (role == Role::allocated && named.allocated == nullptr) named.allocated = &field;
  }
  return named;
}

std::optional<std::string> find_expiry(const std::vector<Leaf>& leaves) {
  for (const auto& leaf : leaves) {
    const std::string key = last_key(leaf.pointer);
    if (!has(key, "expir") && !has(key, "valid_until") && !has(key, "validuntil")) continue;
    if (leaf.value->is_int64()) return leaf.pointer;
    const auto* text = leaf.value->if_string();
    if (text == nullptr) continue;
    const std::string_view view(text->data(), text->size());
    if (parse_iso_time(view, nullptr) || parse_span(view)) return leaf.pointer;
  }
  return std::nullopt;
}

std::vector<Leaf> leaves_of(const JsonResult& parsed) {
  std::vector<Leaf> leaves;
  if (const auto* root = std::get_if<json::value>(&parsed)) collect(*root, "", leaves);
  return leaves;
}

std::vector<NumericField> numeric_of(const std::vector<Leaf>& leaves) {
  std::vector<NumericField> fields;
  for (const auto& leaf : leaves)
    if (auto field = numeric(leaf); field && fields.size() < kMaxNumericFields) fields.push_back(std::move(*field));
  return fields;
}

}  // namespace

std::vector<NumericField> numeric_fields(std::string_view body) {
  const auto parsed = parse_json(body);
  return numeric_of(leaves_of(parsed));
}

std::optional<ProposedMapping> propose_mapping(std::string_view body) {
  const auto parsed = parse_json(body);
  const auto leaves = leaves_of(parsed);
  const auto fields = numeric_of(leaves);
  Triple triple = find_sum(fields);
  const bool sums = triple.used != nullptr;
  if (!sums) triple = find_names(fields);
  if (triple.used == nullptr && triple.remaining == nullptr) return std::nullopt;

  const auto mapped = [&](const NumericField* field) -> std::optional<MappedField> {
    if (field == nullptr) return std::nullopt;
    return MappedField{field->pointer, unit_of(*field, triple.allocated)};
  };
  ProposedMapping proposal;
  proposal.mapping.used = mapped(triple.used);
  proposal.mapping.remaining = mapped(triple.remaining);
  proposal.mapping.allocated = mapped(triple.allocated);
  proposal.mapping.expires_pointer = find_expiry(leaves);
  proposal.adds_up = sums;
  return proposal;
}

}  // namespace taara
