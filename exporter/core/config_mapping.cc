// SPDX-License-Identifier: Apache-2.0
#include "core/config_mapping.h"

#include <array>
#include <utility>

#include "core/size_text.h"

namespace taara {
namespace {

constexpr std::size_t kMaxPointerBytes = 256;
constexpr std::string_view kPointerAllowed = "a JSON pointer such as /data/used_mb, at most 256 bytes";
constexpr std::string_view kUnitAllowed = "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB or auto";

// RFC 6901: each step begins with a slash; ~ only as ~0 or ~1.
std::optional<std::string> parse_pointer(const std::string& text) {
  if (!text.starts_with('/') || text.size() > kMaxPointerBytes) return {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) return {};
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return {};
  }
  return text;
}

std::optional<Unit> parse_unit(const std::string& text) {
  if (text == "auto") return Unit::automatic;
  return unit_named(text);
}

void read_field(ConfigMap& mapping, std::string_view key, std::optional<MappedField>& target,
                ConfigProblems& problems) {
  const auto value = mapping.find(key);
  if (!value) return;
  target.reset();
  if (value->node->kind == ConfigNode::Kind::nothing) return;
  auto map = ConfigMap::of(*value, "a map with pointer and unit, or ~ for none", problems);
  if (!map) return;
  MappedField field;
  map->read_needed("pointer", field.pointer, Shown::yes, kPointerAllowed, parse_pointer);
  map->read_needed("unit", field.unit, Shown::yes, kUnitAllowed, parse_unit);
  map->finish();
  target = std::move(field);
}

void read_expires(ConfigMap& mapping, std::optional<std::string>& target, ConfigProblems& problems) {
  const auto value = mapping.find("expires");
  if (!value) return;
  target.reset();
  if (value->node->kind == ConfigNode::Kind::nothing) return;
  auto map = ConfigMap::of(*value, "a map with pointer, or ~ for none", problems);
  if (!map) return;
  map->read_needed("pointer", target, Shown::yes, kPointerAllowed, parse_pointer);
  map->finish();
}

}  // namespace

void read_mapping(const ConfigValue& value, Mapping& target, ConfigProblems& problems) {
  auto mapping = ConfigMap::of(value, "a map with used, remaining, allocated and expires", problems);
  if (!mapping) return;
  read_field(*mapping, "used", target.used, problems);
  read_field(*mapping, "remaining", target.remaining, problems);
  read_field(*mapping, "allocated", target.allocated, problems);
  read_expires(*mapping, target.expires_pointer, problems);
  mapping->finish();

  const auto is_removed = [&](std::string_view key) {
    const auto field = mapping->find(key);
    return field && field->node->kind == ConfigNode::Kind::nothing;
  };
  if (is_removed("used") && is_removed("remaining"))
    problems.add(value, "found neither used nor remaining; allowed: at least one of them, or there is nothing to read");

  using Named = std::pair<std::string_view, const std::optional<MappedField>*>;
  const std::array<Named, 3> fields{
      {{"used", &target.used}, {"remaining", &target.remaining}, {"allocated", &target.allocated}}};
  for (std::size_t i = 0; i < fields.size(); ++i)
    for (std::size_t j = i + 1; j < fields.size(); ++j)
      if (*fields.at(i).second && *fields.at(j).second && !(*fields.at(i).second)->pointer.empty() &&
          (*fields.at(i).second)->pointer == (*fields.at(j).second)->pointer)
        problems.add(value, "found one pointer for both " + std::string(fields.at(i).first) + " and " +
                                std::string(fields.at(j).first) + "; allowed: a field of its own for each");
}

}  // namespace taara
