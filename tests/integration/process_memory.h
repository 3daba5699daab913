// SPDX-License-Identifier: Apache-2.0
// Looks through all the memory of another process, as a debugger or whoever takes the machine over would.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace taara::test {

// Where `text` stands in the memory of `pid`: for each place, the mapping that it is in and what surrounds it. Only
// root may look. Sets `bytes` to how much was searched.
std::vector<std::string> found_in_memory(pid_t pid, const std::string& text, std::size_t* bytes = nullptr);

}  // namespace taara::test
