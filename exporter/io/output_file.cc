// SPDX-License-Identifier: Apache-2.0
#include "io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "core/in_quotes.h"

namespace taara {
namespace {

Error system_error(std::string_view tried, const std::string& path, int number) {
  const bool refused = number == EACCES || number == EPERM || number == EROFS;
  const std::string name = path.empty() ? "stdout" : in_quotes(path);
  return {refused ? Errc::permission : Errc::io,
          name + " " + std::string(tried) + ": " + std::generic_category().message(number)};
}

}  // namespace

OutputFile OutputFile::to_stdout() { return {STDOUT_FILENO, {}, {}}; }

Result<OutputFile> OutputFile::create(const std::string& path) {
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return Error{Errc::invalid, in_quotes(path) + " is there and is no regular file; name another"};
  std::string scratch = path + ".part-XXXXXX";
  const int fd = ::mkostemp(scratch.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return system_error("cannot be written", path, errno);
  return OutputFile(fd, path, scratch);
}

OutputFile::~OutputFile() {
  if (path_.empty() || fd_ < 0) return;
  ::close(fd_);
  if (!scratch_.empty()) ::unlink(scratch_.c_str());
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), scratch_(std::move(other.scratch_)) {}

Result<void> OutputFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd_, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("cannot be written", path_, errno);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> OutputFile::finish() {
  if (path_.empty()) return {};
  if (::fsync(fd_) != 0) return system_error("cannot be written", path_, errno);
  if (::rename(scratch_.c_str(), path_.c_str()) != 0) return system_error("cannot be given its name", path_, errno);
  scratch_.clear();
  return {};
}

}  // namespace taara
