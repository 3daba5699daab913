// SPDX-License-Identifier: Apache-2.0
#include "io/regular_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/in_quotes.h"

namespace taara {
namespace {

Error system_error(const std::string& path, std::string_view tried, int number) {
  Errc code = Errc::io;
  if (number == ENOENT || number == ENOTDIR) code = Errc::not_found;
  if (number == EACCES || number == EPERM) code = Errc::permission;
  if (number == ELOOP || number == ENAMETOOLONG) code = Errc::invalid;
  return {code, in_quotes(path) + " " + std::string(tried) + ": " + std::generic_category().message(number)};
}

std::string_view kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a FIFO";
  if (S_ISSOCK(mode)) return "is a socket";
  if (S_ISLNK(mode)) return "is a symbolic link";
  return "is a device";
}

Error not_regular(const std::string& path, mode_t mode) {
  return {Errc::invalid, in_quotes(path) + " " + std::string(kind_of(mode)) + "; a regular file is needed"};
}

}  // namespace

Result<RegularFile> RegularFile::open(const std::string& path, Links links) {
  if (path.find('\0') != std::string::npos) return Error{Errc::invalid, in_quotes(path) + " is no path"};
  // A device may act on being opened, and opening a socket fails with a misleading error: look first, check again
  // below.
  struct stat before {};
  if ((links == Links::refuse ? ::lstat(path.c_str(), &before) : ::stat(path.c_str(), &before)) != 0)
    return system_error(path, "cannot be found", errno);
  if (!S_ISREG(before.st_mode)) return not_regular(path, before.st_mode);

  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (links == Links::refuse ? O_NOFOLLOW : 0);
  const int fd = ::open(path.c_str(), flags);
  if (fd < 0) return system_error(path, "cannot be opened", errno);
  RegularFile file(path, fd);
  if (::fstat(fd, &file.status_) != 0) return system_error(path, "cannot be examined", errno);
  if (!S_ISREG(file.status_.st_mode)) return not_regular(path, file.status_.st_mode);
  return file;
}

RegularFile::RegularFile(RegularFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), status_(other.status_) {}

RegularFile::~RegularFile() {
  if (fd_ >= 0) ::close(fd_);
}

bool RegularFile::owned_by_root_or_us() const { return status_.st_uid == 0 || status_.st_uid == ::geteuid(); }

Result<std::size_t> RegularFile::read(std::span<char> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::read(fd_, buffer.data() + filled, buffer.size() - filled);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path_, "cannot be read", errno);
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

std::string mode_text(mode_t mode) {
  std::string text = "0";
  for (const unsigned shift : {6U, 3U, 0U}) text += static_cast<char>('0' + ((mode >> shift) & 7U));
  return text;
}

}  // namespace taara
