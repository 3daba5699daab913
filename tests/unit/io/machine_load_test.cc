// SPDX-License-Identifier: Apache-2.0
#include "io/machine_load.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace taara {
namespace {

constexpr auto kCalm =
    "some avg10=0.00 avg60=0.12 avg300=0.03 total=1234\nfull avg10=0.00 avg60=99.0 avg300=0.00 total=0\n";
constexpr auto kBusy = "some avg10=90.10 avg60=75.50 avg300=20.00 total=99999\n";
constexpr auto kMemory = "MemTotal:        1000000 kB\nMemFree:  1 kB\nMemAvailable:     30000 kB\n";

class Proc {
 public:
  Proc() {
    std::string name = testing::TempDir() + "procXXXXXX";
    path_ = mkdtemp(name.data());
    std::filesystem::create_directory(path_ + "/pressure");
  }
  ~Proc() { std::filesystem::remove_all(path_); }
  Proc(const Proc&) = delete;
  Proc& operator=(const Proc&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ + "/" + name) << text; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(MachineLoad, ReadsWhatTheKernelSays) {
  EXPECT_DOUBLE_EQ(waiting_percent(kCalm), 0.12);
  EXPECT_DOUBLE_EQ(waiting_percent(kBusy), 75.5);
  EXPECT_DOUBLE_EQ(available_memory_ratio(kMemory), 0.03);
}

TEST(MachineLoad, NonsenseIsNoPressure) {
  for (const auto* text : {"", "some", "some avg60=", "some avg60=many", "full avg60=99"})
    EXPECT_LT(waiting_percent(text), 0);
  EXPECT_LT(available_memory_ratio("MemTotal: 0 kB\nMemAvailable: 1 kB\n"), 0);
  const Proc empty;
  EXPECT_FALSE(machine_under_pressure(empty.path()));
}

TEST(MachineLoad, ShortMemoryOrABusyProcessorIsPressure) {
  const Proc proc;
  proc.write("pressure/cpu", kCalm);
  EXPECT_FALSE(machine_under_pressure(proc.path()));
  proc.write("pressure/cpu", kBusy);
  EXPECT_TRUE(machine_under_pressure(proc.path()));
  proc.write("pressure/cpu", kCalm);
  proc.write("meminfo", kMemory);
  EXPECT_TRUE(machine_under_pressure(proc.path()));
}

}  // namespace
}  // namespace taara
