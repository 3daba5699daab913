// SPDX-License-Identifier: Apache-2.0
#include "io/resident_memory.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>

#include "io/process_stats.h"

namespace taara {
namespace {

// In a child: the parent's other tests are none of its business.
template <class Check>
bool holds_in_child(Check check) {
  const pid_t child = fork();
  if (child == 0) _exit(check() ? 0 : 1);
  int status = 1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// The child of a fork has no pages of files mapped in, so it first touches all of its code.
void touch_program() {
  std::ifstream maps("/proc/self/maps");
  volatile char sink = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" r-xp ") == std::string::npos || line.find(".so") == std::string::npos) continue;
    std::size_t dash = 0;
    const std::size_t begin = std::stoul(line, &dash, 16);
    const std::size_t end = std::stoul(line.substr(dash + 1), nullptr, 16);
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    for (std::size_t at = begin; at < end; at += 4096) sink = *reinterpret_cast<const char*>(at);
  }
  (void)sink;
}

TEST(ResidentMemory, FallsByWhatTheLoaderTouched) {
  EXPECT_TRUE(holds_in_child([] {
    touch_program();
    const auto before = process_stats().resident_bytes.value();
    release_idle_memory();
    return process_stats().resident_bytes.value() + 2'000'000 < before;
  }));
}

TEST(ResidentMemory, CodeAndExceptionsStillWorkAfterwards) {
  EXPECT_TRUE(holds_in_child([] {
    for (int i = 0; i < 3; ++i) {
      release_idle_memory();
      try {
        throw std::runtime_error(std::to_string(i));
      } catch (const std::exception& error) {
        if (error.what() != std::to_string(i)) return false;
      }
    }
    return true;
  }));
}

}  // namespace
}  // namespace taara
