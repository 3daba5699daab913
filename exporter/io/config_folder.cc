// SPDX-License-Identifier: Apache-2.0
#include "io/config_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/in_quotes.h"
#include "io/output_file.h"
#include "io/regular_file.h"

namespace taara {
namespace {

constexpr std::size_t kMaxDraftBytes = 65'536;
constexpr std::string_view kStaged = ".setup-";

Error system_error(const std::string& path, std::string_view tried, int number) {
  const bool refused = number == EACCES || number == EPERM || number == EROFS;
  return {refused ? Errc::permission : Errc::io,
          in_quotes(path) + " " + std::string(tried) + ": " + std::generic_category().message(number)};
}

// A new folder above ours: a service must be able to pass through root's.
Result<void> make_parents(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    if (::mkdir(parent.c_str(), 0700) != 0) {
      if (errno == EEXIST || errno == EISDIR) continue;
      if (::access(parent.c_str(), F_OK) == 0) continue;
      return system_error(parent, "cannot be made", errno);
    }
    if (::geteuid() == 0 && ::chmod(parent.c_str(), 0755) != 0)
      return system_error(parent, "cannot be opened for services", errno);
  }
  return {};
}

// By a descriptor, and only what we made ourselves: in a service's folder a name could have come to mean another file.
Result<void> give(const std::string& path, const FileRights& rights) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return system_error(path, "cannot be given to its owner", errno);
  struct stat status {};
  const bool ours = ::fstat(fd, &status) == 0 && status.st_uid == ::geteuid() &&
                    (S_ISDIR(status.st_mode) || (S_ISREG(status.st_mode) && status.st_nlink == 1));
  const uid_t owner = rights.owner.value_or(static_cast<uid_t>(-1));
  const gid_t group = rights.group.value_or(static_cast<gid_t>(-1));
  Result<void> given;
  if (!ours)
    given = Error{Errc::permission, in_quotes(path) + " was changed by somebody else meanwhile"};
  else if (((rights.owner || rights.group) && ::fchown(fd, owner, group) != 0) || ::fchmod(fd, rights.mode) != 0)
    given = system_error(path, "cannot be given to its owner", errno);
  ::close(fd);
  return given;
}

// What a run that was killed may have left; secrets could be in it.
void remove_stale(const std::string& path) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().filename().string().starts_with(kStaged) &&
        entry->symlink_status(ignored).type() == std::filesystem::file_type::directory)
      std::filesystem::remove_all(entry->path(), ignored);
  }
}

Result<void> check_folder(const std::string& path, int descriptor, std::optional<uid_t> service) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return system_error(path, "cannot be examined", errno);
  if (status.st_uid != 0 && status.st_uid != ::geteuid() && status.st_uid != service)
    return Error{Errc::permission, in_quotes(path) + " belongs to another user (uid " + std::to_string(status.st_uid) +
                                       "); name a folder of your own with --dir"};
  if ((status.st_mode & 02U) != 0)
    return Error{Errc::permission, in_quotes(path) + " can be written to by every user (mode " +
                                       mode_text(status.st_mode) +
                                       "), so no secret would be safe in it; name another with --dir"};
  return {};
}

// Keeps what is there under a free name, as it is. Nothing: nothing was there.
Result<std::optional<std::string>> set_aside(const std::string& path, const std::string& name) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::optional<std::string>();
  for (int number = 1; number < 1000; ++number) {
    const std::string end = ".old-" + std::to_string(number);
    const std::string beside = path + end;
    if (::lstat(beside.c_str(), &status) == 0) continue;
    if (::link(path.c_str(), beside.c_str()) == 0) return std::optional(name + end);
    if (errno == EEXIST) continue;
    if (::rename(path.c_str(), beside.c_str()) == 0) return std::optional(name + end);  // no second names there
    return system_error(path, "cannot be kept beside", errno);
  }
  return Error{Errc::io, in_quotes(path) + " has a thousand older versions beside it; take them away"};
}

}  // namespace

Result<ConfigFolder> ConfigFolder::open(const std::string& path, const FileRights& rights,
                                        std::optional<uid_t> service) {
  if (auto parents = make_parents(path); parents.has_error()) return parents.error();
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return system_error(path, "cannot be made", errno);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOTDIR) return Error{Errc::invalid, in_quotes(path) + " is there and is no folder"};
    return system_error(path, "cannot be opened", errno);
  }
  ConfigFolder folder(path, descriptor, made);
  if (made) {
    if (auto given = give(path, rights); given.has_error()) return given.error();
  }
  if (auto checked = check_folder(path, descriptor, service); checked.has_error()) return checked.error();
  if (::access(path.c_str(), W_OK) != 0) return system_error(path, "cannot be written to", errno);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    return Error{Errc::busy, "another setup is at work in " + in_quotes(path)};
  remove_stale(path);
  return folder;
}

ConfigFolder::ConfigFolder(ConfigFolder&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), made_(other.made_) {}

ConfigFolder::~ConfigFolder() {
  if (fd_ < 0) return;
  if (made_) ::rmdir(path_.c_str());  // fails where something is in it
  ::close(fd_);
}

bool ConfigFolder::has(std::string_view name) const {
  struct stat status {};
  return ::lstat(path_of(name).c_str(), &status) == 0;
}

bool ConfigFolder::lets_in(uid_t user, gid_t group) const {
  struct stat status {};
  if (::fstat(fd_, &status) != 0) return false;
  if (status.st_uid == user) return (status.st_mode & 0100U) != 0;
  return (status.st_mode & 01U) != 0 || (status.st_gid == group && (status.st_mode & 010U) != 0);
}

Result<std::optional<std::string>> ConfigFolder::read(std::string_view name) const {
  auto file = RegularFile::open(path_of(name), Links::refuse);
  if (file.has_error()) {
    if (file.error().code == Errc::not_found) return std::optional<std::string>();
    return file.error();
  }
  if (!file->owned_by_root_or_us())
    return Error{Errc::permission, in_quotes(path_of(name)) + " belongs to another user"};
  std::string text(kMaxDraftBytes, '\0');
  const auto size = file->read(text);
  if (size.has_error()) return size.error();
  text.resize(*size);
  return std::optional(std::move(text));
}

Result<void> ConfigFolder::write(std::string_view name, std::string_view text) const {
  auto file = OutputFile::create(path_of(name));
  if (file.has_error()) return file.error();
  if (auto written = file->write(text); written.has_error()) return written;
  return file->finish();
}

void ConfigFolder::remove(std::string_view name) const { ::unlink(path_of(name).c_str()); }

void ConfigFolder::sync() const { ::fsync(fd_); }

Result<StagedFiles> StagedFiles::in(const ConfigFolder& folder) {
  std::string path = folder.path_of(std::string(kStaged) + "XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return system_error(path, "cannot be made", errno);
  return StagedFiles(folder, std::move(path));
}

StagedFiles::StagedFiles(StagedFiles&& other) noexcept
    : folder_(other.folder_), path_(std::exchange(other.path_, {})), files_(std::move(other.files_)) {}

StagedFiles::~StagedFiles() {
  if (path_.empty()) return;
  for (const File& file : files_) ::unlink(path_of(file.name).c_str());
  ::rmdir(path_.c_str());
}

Result<void> StagedFiles::add(const std::string& name, std::string_view content, const FileRights& rights) {
  auto file = OutputFile::create(path_of(name));
  if (file.has_error()) return file.error();
  files_.push_back({name, rights});
  if (auto written = file->write(content); written.has_error()) return written;
  return file->finish();
}

Result<std::vector<std::string>> StagedFiles::put_in_place() {
  for (const File& file : files_)
    if (auto given = give(path_of(file.name), file.rights); given.has_error()) return given.error();
  std::vector<std::string> kept;
  for (const File& file : files_) {
    const std::string place = folder_->path_of(file.name);
    auto aside = set_aside(place, file.name);
    if (aside.has_error()) return aside.error();
    if (*aside) kept.push_back(**std::move(aside));
    if (::rename(path_of(file.name).c_str(), place.c_str()) != 0)
      return system_error(place, "cannot be put in place", errno);
  }
  folder_->sync();
  return kept;
}

}  // namespace taara
