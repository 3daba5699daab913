// SPDX-License-Identifier: Apache-2.0
// Loaded into the daemon before its libraries (LD_PRELOAD): a disk whose syncs take as long as a test wants. While the
// file named by TAARA_HELD_SYNC exists, every fsync and fdatasync waits, and says so by a file of that name with
// ".waiting" behind it.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

void wait_while_held() {
  const char* name = std::getenv("TAARA_HELD_SYNC");
  if (name == nullptr || access(name, F_OK) != 0) return;
  close(open((std::string(name) + ".waiting").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  // Real time, because it is another process (the test) that lets go.
  while (access(name, F_OK) == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

}  // namespace

extern "C" int fsync(int file) {
  wait_while_held();
  return static_cast<int>(syscall(SYS_fsync, file));
}

extern "C" int fdatasync(int file) {
  wait_while_held();
  return static_cast<int>(syscall(SYS_fdatasync, file));
}
