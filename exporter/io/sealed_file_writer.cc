// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_file_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/in_quotes.h"
#include "io/descriptor.h"

namespace taara {
namespace {

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace

SealedFileWriter::SealedFileWriter(std::string path, int folder)
    : path_(std::move(path)), name_(path_.substr(path_.rfind('/') + 1)), folder_(folder) {}

SealedFileWriter::SealedFileWriter(SealedFileWriter&& other) noexcept
    : path_(std::move(other.path_)), name_(std::move(other.name_)), folder_(std::exchange(other.folder_, -1)) {}

SealedFileWriter::~SealedFileWriter() {
  if (folder_ >= 0) ::close(folder_);
}

Error SealedFileWriter::failed(std::string_view what, int number) const {
  const bool refused = number == EACCES || number == EPERM || number == EROFS;
  return {refused ? Errc::permission : Errc::io,
          "sealed file " + in_quotes(path_) + " " + std::string(what) + ": " + std::generic_category().message(number)};
}

Result<SealedFileWriter> SealedFileWriter::lock(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  SealedFileWriter writer(path, ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (writer.folder_ < 0) return writer.failed("cannot be written, its folder cannot be opened", errno);
  if (writer.name_.empty()) return Error{Errc::invalid, "sealed file " + in_quotes(path) + " is no file's name"};
  // The folder and not the file, which is another one after each change.
  if (::flock(writer.folder_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return writer.failed("cannot be locked", errno);
    return Error{Errc::busy, "sealed file " + in_quotes(path) + " is being changed by another command; wait for it"};
  }
  return writer;
}

Result<void> SealedFileWriter::write_new(std::string_view bytes) const {
  const std::string scratch = name_ + ".new";
  if (::unlinkat(folder_, scratch.c_str(), 0) != 0 && errno != ENOENT) return failed("cannot be written", errno);
  const Descriptor file(::openat(folder_, scratch.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.open()) return failed("cannot be written", errno);
  // Root may change the file of the exporter's user, who must still be able to read it.
  struct stat old {};
  const bool replaces = ::fstatat(folder_, name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (replaces && (old.st_uid != ::geteuid() || old.st_gid != ::getegid()) &&
      ::fchown(file.get(), old.st_uid, old.st_gid) != 0)
    return failed("cannot be given to its owner", errno);
  if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0) return failed("cannot be written", errno);
  return {};
}

Result<void> SealedFileWriter::write(std::string_view bytes, const std::function<Result<void>()>& opens) {
  const std::string scratch = name_ + ".new";
  const std::string beside = name_ + ".old";
  if (const auto written = write_new(bytes); written.has_error()) {
    ::unlinkat(folder_, scratch.c_str(), 0);
    return written.error();
  }
  // A run that was killed may have left one; the file itself is whole then, and the caller has opened it.
  if (::unlinkat(folder_, beside.c_str(), 0) != 0 && errno != ENOENT) return failed("cannot be replaced", errno);
  const bool replaces = ::linkat(folder_, name_.c_str(), folder_, beside.c_str(), 0) == 0;
  if (!replaces && errno != ENOENT) return failed("cannot be kept beside the new one", errno);
  if (::fsync(folder_) != 0 || ::renameat(folder_, scratch.c_str(), folder_, name_.c_str()) != 0 ||
      ::fsync(folder_) != 0)
    return failed("cannot be replaced", errno);

  if (const auto good = opens(); good.has_error()) {
    const bool undone = replaces ? ::renameat(folder_, beside.c_str(), folder_, name_.c_str()) == 0
                                 : ::unlinkat(folder_, name_.c_str(), 0) == 0;
    const bool back = replaces && undone && ::fsync(folder_) == 0;
    return Error{good.error().code, good.error().what + (back ? "; the old file is back in its place" : "")};
  }
  if (replaces && ::unlinkat(folder_, beside.c_str(), 0) != 0) return failed("has left its old one behind", errno);
  if (::fsync(folder_) != 0) return failed("cannot be replaced", errno);
  return {};
}

}  // namespace taara
