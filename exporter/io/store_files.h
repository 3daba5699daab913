// SPDX-License-Identifier: Apache-2.0
// The store's directory and the files in it, by path: who may, what kind, which lock. Opens no database.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"

namespace taara {

struct StorePaths {
  std::string directory;  // absolute, without symbolic links
  std::string database;
  std::string lock;
  std::string scratch;  // a new database under construction; complete when there is no other
};

// Makes the directory (0700) if it is missing. Errors: permission, io; both say what to do.
[[nodiscard]] Result<StorePaths> prepare_directory(const std::string& directory);

// Absent, or a regular file (its mode tightened to 0600 where we may). A symbolic link, FIFO, directory or device at
// this path is an error; never blocks.
[[nodiscard]] Result<bool> is_regular_file(const std::string& path);
// As is_regular_file for the database, its side files and the lock.
[[nodiscard]] Result<bool> check_files(const StorePaths& paths);

// An empty file, mode 0600 whatever the umask, its name durable in the directory. An error when it exists.
[[nodiscard]] Result<void> create_file(const StorePaths& paths, const std::string& path);
// Moves a database and its side files in place of one that is not there, durably.
[[nodiscard]] Result<void> move_into_place(const StorePaths& paths, const std::string& from, const std::string& to);
// Moves a database and its side files to <path>.damaged-<UTC time>, over nothing; returns the new path.
[[nodiscard]] Result<std::string> put_aside(const StorePaths& paths, Time now);
// Removes a database of our own making and its side files.
void remove_database(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);

// Which file is at a path, and how large it is.
struct FileId {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
};
[[nodiscard]] std::optional<FileId> identify(const std::string& path);

// Held until destroyed; goes with the process, however it ends.
class FileLock {
 public:
  // busy when another process holds it.
  [[nodiscard]] static Result<FileLock> take(const std::string& path);
  // The lock file was deleted or replaced: others could take it.
  [[nodiscard]] bool lost() const;
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  FileLock(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::string path_;
};

}  // namespace taara
