// SPDX-License-Identifier: Apache-2.0
#include "io/process_stats.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace taara {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Size and resident size, in pages, are the first two numbers.
void read_memory(ProcessStats& stats) {
  const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  std::array<char, 128> text{};
  const ssize_t size = read(fd, text.data(), text.size() - 1);
  close(fd);
  if (size <= 0) return;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  char* rest = nullptr;
  const std::uint64_t virtual_pages = std::strtoull(text.data(), &rest, 10);
  if (rest == text.data()) return;
  stats.virtual_bytes = virtual_pages * page;
  stats.resident_bytes = std::strtoull(rest, nullptr, 10) * page;
}

std::optional<std::uint64_t> count_fds() {
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(opendir("/proc/self/fd"), &closedir);
  if (!fds) return std::nullopt;
  std::uint64_t count = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): readdir is safe on a stream of one thread
  while (const dirent* entry = readdir(fds.get())) {
    if (entry->d_name[0] != '.') ++count;
  }
  return count - 1;  // the one that looks
}

}  // namespace

ProcessStats process_stats() {
  ProcessStats stats;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) stats.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  read_memory(stats);
  stats.open_fds = count_fds();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) stats.max_fds = limit.rlim_cur;
  return stats;
}

}  // namespace taara
