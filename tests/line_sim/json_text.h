// SPDX-License-Identifier: Apache-2.0
// JSON as text: the simulated line must be able to write what no JSON library would.
#pragma once

#include <string>
#include <string_view>

namespace taara::line_sim {

// In quotes and escaped; bytes from 0x80 up go through as they are, also where they are no UTF-8.
[[nodiscard]] std::string json_string(std::string_view text);

// The edits below change the first field of that name after `from` (a position in the text) and report whether there
// was one.
bool replace_value(std::string& json, std::string_view field, std::string_view literal, std::size_t from = 0);
bool remove_field(std::string& json, std::string_view field, std::size_t from = 0);
bool rename_field(std::string& json, std::string_view field, std::string_view name, std::size_t from = 0);
// Writes the field again behind itself, with another value.
bool duplicate_field(std::string& json, std::string_view field, std::string_view literal, std::size_t from = 0);

}  // namespace taara::line_sim
