// SPDX-License-Identifier: Apache-2.0
#include "io/time_zones.h"

#include <exception>

#include "core/time.h"

namespace taara {

const date::time_zone* time_zone_named(const std::string& name) {
  try {
    const auto* zone = date::locate_zone(name);
    (void)zone->get_info(Time{});  // reads the zone's own file now, where a fault can be told
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::vector<std::string_view> time_zone_names() {
  try {
    const auto& zones = date::get_tzdb().zones;
    std::vector<std::string_view> names;
    names.reserve(zones.size());
    for (const auto& zone : zones) names.push_back(zone.name());
    return names;
  } catch (const std::exception&) {
    return {};
  }
}

std::string system_zone_name() {
  try {
    return date::current_zone()->name();
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace taara
