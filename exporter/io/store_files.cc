// SPDX-License-Identifier: Apache-2.0
#include "io/store_files.h"

#include <date/date.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include "io/descriptor.h"

namespace taara {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;
constexpr std::array<const char*, 3> kSideFiles{"-wal", "-shm", "-journal"};
constexpr int kMostAsideNames = 1000;

Error system_error(std::string_view tried, const std::string& path, int number, std::string_view advice = "") {
  const bool refused = number == EACCES || number == EPERM || number == ELOOP || number == ENOTDIR;
  std::string what = std::string(tried) + " " + path + ": " + std::generic_category().message(number);
  if (!advice.empty()) what.append("; ").append(advice);
  return {refused ? Errc::permission : Errc::io, what};
}

Result<void> sync_directory(const std::string& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return system_error("cannot sync", directory, errno);
  return {};
}

std::string utc_name(Time now) {
  const auto day = date::floor<date::days>(now);
  const date::year_month_day ymd(day);
  const date::hh_mm_ss<seconds> time(now - day);
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(ymd.year()),
                      static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()));
  return text.data();
}

bool move_if_free(const std::string& from, const std::string& to) {
  return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0;
}

}  // namespace

Result<StorePaths> prepare_directory(const std::string& directory) {
  if (directory.empty()) return Error{Errc::invalid, "store.path is empty"};
  constexpr std::string_view kAdvice = "create it for this user with mode 0700, or change store.path";
  if (::mkdir(directory.c_str(), kDirectoryMode) == 0) {
    // The umask may have taken bits that we need.
    if (::chmod(directory.c_str(), kDirectoryMode) != 0) {
      return system_error("cannot set the mode of", directory, errno, kAdvice);
    }
  } else if (errno != EEXIST && errno != EROFS) {
    return system_error("cannot create the store's directory", directory, errno, kAdvice);
  }
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) return system_error("cannot use", directory, errno, kAdvice);
  if (!S_ISDIR(status.st_mode)) return system_error("cannot use", directory, ENOTDIR, kAdvice);
  if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0 && errno != EROFS) {
    return system_error("cannot use", directory, errno, kAdvice);
  }
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(directory.c_str(), nullptr), &std::free);
  if (!real) return system_error("cannot use", directory, errno, kAdvice);
  const std::string base(real.get());
  return StorePaths{base, base + "/taara.db", base + "/taara.lock", base + "/taara.db.new"};
}

Result<bool> is_regular_file(const std::string& path) {
  constexpr std::string_view kAdvice = "move it away: only a regular file may be here";
  // Opening a FIFO for reading doesn't wait with O_NONBLOCK.
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (opened.get() < 0) {
    if (errno == ENOENT) return false;
    if (errno == ELOOP) return Error{Errc::permission, path + " is a symbolic link; " + std::string(kAdvice)};
    return system_error("cannot open", path, errno, "it must be a regular file of this user");
  }
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) return system_error("cannot look at", path, errno);
  if (!S_ISREG(status.st_mode)) return Error{Errc::permission, path + " is no regular file; " + std::string(kAdvice)};
  // Others' bits are taken away where that is possible; on a read-only disk it isn't, and then nobody made it worse.
  if ((status.st_mode & 077) != 0 && status.st_uid == ::geteuid()) (void)::fchmod(opened.get(), kFileMode);
  return true;
}

Result<bool> check_files(const StorePaths& paths) {
  for (const char* side : kSideFiles) {
    if (auto checked = is_regular_file(paths.database + side); !checked) return checked;
  }
  for (const auto& path : {paths.lock, paths.scratch}) {
    if (auto checked = is_regular_file(path); !checked) return checked;
  }
  auto there = is_regular_file(paths.database);
  if (there && *there && ::access(paths.database.c_str(), R_OK | W_OK) != 0 && errno != EROFS) {
    return system_error("cannot read and write", paths.database, errno, "give it to the user that runs the exporter");
  }
  return there;
}

Result<void> create_file(const StorePaths& paths, const std::string& path) {
  const Descriptor made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (made.get() < 0) return system_error("cannot create", path, errno, "the store needs a writable disk with room");
  if (::fchmod(made.get(), kFileMode) != 0) return system_error("cannot set the mode of", path, errno);
  return sync_directory(paths.directory);
}

Result<void> move_into_place(const StorePaths& paths, const std::string& from, const std::string& to) {
  if (!move_if_free(from, to)) return system_error("cannot rename to " + to + " from", from, errno);
  // The new database's own side files come after it; nothing is read before this returns.
  for (const char* side : kSideFiles) {
    if (exists(from + side) && !move_if_free(from + side, to + side)) {
      return system_error("cannot rename", from + side, errno);
    }
  }
  return sync_directory(paths.directory);
}

Result<std::string> put_aside(const StorePaths& paths, Time now) {
  const std::string base = paths.database + ".damaged-" + utc_name(now);
  std::string target = base;
  for (int i = 2; exists(target) || exists(target + "-wal") || exists(target + "-shm") || exists(target + "-journal");
       ++i) {
    if (i > kMostAsideNames) return Error{Errc::io, "too many files named " + base + "; move them away"};
    target = base + "-" + std::to_string(i);
  }
  // The database first: without one, a log that is left behind is never taken for a new database's.
  if (exists(paths.database) && !move_if_free(paths.database, target)) {
    return system_error("cannot put aside", paths.database, errno);
  }
  for (const char* side : kSideFiles) {
    if (exists(paths.database + side) && !move_if_free(paths.database + side, target + side)) {
      return system_error("cannot put aside", paths.database + side, errno);
    }
  }
  if (auto synced = sync_directory(paths.directory); !synced) return synced.error();
  return target;
}

void remove_database(const std::string& path) {
  ::unlink(path.c_str());
  for (const char* side : kSideFiles) ::unlink((path + side).c_str());
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::optional<FileId> identify(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return FileId{status.st_ino, static_cast<std::uint64_t>(status.st_size)};
}

Result<FileLock> FileLock::take(const std::string& path) {
  Descriptor opened(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kFileMode));
  if (opened.get() < 0 && errno == EROFS) {
    opened = Descriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  }
  if (opened.get() < 0) return system_error("cannot open the lock", path, errno);
  (void)::fchmod(opened.get(), kFileMode);  // the umask may have taken even our own bits
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return Error{Errc::busy,
                   path + " is held by another exporter; stop that one, or give this one another store.path"};
    }
    return system_error("cannot lock", path, errno);
  }
  return FileLock(opened.release(), path);
}

bool FileLock::lost() const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(fd_, &mine) != 0 || ::lstat(path_.c_str(), &there) != 0 || mine.st_ino != there.st_ino ||
         mine.st_dev != there.st_dev;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

}  // namespace taara
