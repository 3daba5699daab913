// SPDX-License-Identifier: Apache-2.0
#include "marks.h"

#include <gtest/gtest.h>

#include "temp_dir.h"

namespace taara::test {

void expect_no_marks(const std::string& text, const std::string& where) {
  constexpr const char* kAnyToken = "eyJhbGci";
  for (const char* mark : {kLinePasscode, kLinePassword, "700000001", "partner-1", "hotspot-1", "sub-1", kAnyToken})
    EXPECT_EQ(text.find(mark), std::string::npos) << mark << " in " << where;
}

void expect_no_marks_in(const std::filesystem::path& folder) {
  std::error_code gone;
  for (const auto& file : std::filesystem::directory_iterator(folder, gone))
    if (file.is_regular_file(gone)) expect_no_marks(read_file(file.path()), file.path().filename().string());
}

}  // namespace taara::test
