// SPDX-License-Identifier: Apache-2.0
// Every secret and personal value of the tests' lines is a mark: after each test of a daemon, and so after every fault,
// none may be in its log, its pages or its store (S06).
#pragma once

#include <filesystem>
#include <string>

namespace taara::test {

inline constexpr const char* kLinePasscode = "MarkOfPasscode41";
inline constexpr const char* kLinePassword = "MarkOfPassword57";

void expect_no_marks(const std::string& text, const std::string& where);
// In each of its files; nothing when it isn't there.
void expect_no_marks_in(const std::filesystem::path& folder);

}  // namespace taara::test
