// SPDX-License-Identifier: Apache-2.0
// The kernel's limit on a service's memory, reached: a control group of our own, as systemd's MemoryMax= makes one.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "daemon_process.h"

namespace taara::test {
namespace {

namespace fs = std::filesystem;

// Of the old kind or the new one, whichever is mounted and may be written.
class MemoryGroup {
 public:
  MemoryGroup() {
    for (const auto& [root, limit] :
         {std::pair{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"}, {"/sys/fs/cgroup", "memory.max"}}) {
      std::error_code error;
      const fs::path path = fs::path(root) / ("taara-test-" + std::to_string(getpid()));
      if (!fs::create_directory(path, error) || error) continue;
      path_ = path;
      limit_ = path / limit;
      if (fs::exists(limit_)) return;
      fs::remove(path, error);
      path_.clear();
    }
  }
  ~MemoryGroup() {
    std::error_code error;
    if (!path_.empty()) fs::remove(path_, error);
  }
  MemoryGroup(const MemoryGroup&) = delete;
  MemoryGroup& operator=(const MemoryGroup&) = delete;

  [[nodiscard]] bool there() const { return !path_.empty(); }
  [[nodiscard]] bool take(pid_t pid) const { return write(path_ / "cgroup.procs", std::to_string(pid)); }
  [[nodiscard]] bool allow(long bytes) const { return write(limit_, std::to_string(bytes)); }

 private:
  static bool write(const fs::path& file, const std::string& text) {
    std::ofstream out(file);
    out << text << std::flush;
    return out.good();
  }

  fs::path path_;
  fs::path limit_;
};

TEST(MemoryLimit, P07_TheKernelEndsItAndNothingAcknowledgedIsLost) {
  const MemoryGroup group;
  if (!group.there()) GTEST_SKIP() << "no control group for memory can be made here";
  const SimProcess sim({"--seed", "1", "--punctual"});
  DaemonProcess daemon(sim);
  const std::string known = "taara_remaining_bytes{household=\"home-1\"} ";
  daemon.wait_for_page(known);
  const std::string config = read_file(daemon.config_file());
  const auto file = [&](const char* name) { return (daemon.folder() / name).string(); };
  write_file(file("master"), "the master secret of this test\n");
  const auto sealed =
      run({TAARA_EXPORTER, "credentials", "seal", "--name=home.passcode", "--secret-file=" + file("passcode"),
           "--sealed-file=" + file("sealed"), "--master-file=" + file("master")});
  ASSERT_EQ(sealed.exit_code, 0) << sealed.output;
  // To open a sealed file takes 64 MiB, and it may have 8 more than it has now.
  if (!group.allow(8L << 20U) || !group.take(daemon.pid())) GTEST_SKIP() << "the control group can't be used";
  write_file(daemon.config_file(), config + "sealed: {file: ./sealed, master_file: ./master}\n");
  daemon.signal(SIGHUP);
  EXPECT_TRUE(daemon.ends_within(milliseconds{20'000}));
  EXPECT_EQ(daemon.wait(), 128 + SIGKILL) << daemon.log();
  write_file(daemon.config_file(), config);
  daemon.start();  // outside of the group, as after systemd's restart
  daemon.wait_for_page(known);
  EXPECT_EQ(sim.state("home-1", "reads"), 1) << "what it knows comes from the store";
  const auto intact = run({"sqlite3", (daemon.folder() / "store" / "taara.db").string(), "PRAGMA integrity_check"});
  EXPECT_EQ(intact.output, "ok\n");
}

}  // namespace
}  // namespace taara::test
