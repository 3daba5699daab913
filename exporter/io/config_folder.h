// SPDX-License-Identifier: Apache-2.0
// The folder in which a configuration is made: a draft while it is being made, then its files, all whole and in place
// or none. One at a time works in it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace taara {

struct FileRights {
  mode_t mode = 0600;
  std::optional<uid_t> owner;  // absent: as it comes
  std::optional<gid_t> group;
};

class ConfigFolder {
 public:
  // Makes it where it isn't there, with those rights. Refused: what everybody can write to, what belongs to somebody
  // else than root, ourselves and `service`, and what another setup works in. Errors: permission, busy, invalid (no
  // folder), io.
  [[nodiscard]] static Result<ConfigFolder> open(const std::string& path, const FileRights& rights,
                                                 std::optional<uid_t> service = {});
  ConfigFolder(ConfigFolder&& other) noexcept;
  ConfigFolder& operator=(ConfigFolder&&) = delete;
  ConfigFolder(const ConfigFolder&) = delete;
  ConfigFolder& operator=(const ConfigFolder&) = delete;
  // A folder that was made and stayed empty goes again.
  ~ConfigFolder();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] bool has(std::string_view name) const;
  // Whether a service can reach what is in it.
  [[nodiscard]] bool lets_in(uid_t user, gid_t group) const;

  // A small file of our own, at most 64 KiB; absent where it isn't there.
  [[nodiscard]] Result<std::optional<std::string>> read(std::string_view name) const;
  // Whole or not at all, mode 0600.
  [[nodiscard]] Result<void> write(std::string_view name, std::string_view text) const;
  void remove(std::string_view name) const;
  // Makes renames in it last.
  void sync() const;

 private:
  ConfigFolder(std::string path, int descriptor, bool made) : path_(std::move(path)), fd_(descriptor), made_(made) {}

  std::string path_;
  int fd_;
  bool made_;
};

// Files that are written beside their place, to be looked at before they take it. What didn't take it goes away.
class StagedFiles {
 public:
  [[nodiscard]] static Result<StagedFiles> in(const ConfigFolder& folder);
  StagedFiles(StagedFiles&& other) noexcept;
  StagedFiles& operator=(StagedFiles&&) = delete;
  StagedFiles(const StagedFiles&) = delete;
  StagedFiles& operator=(const StagedFiles&) = delete;
  ~StagedFiles();

  // On disk, under the same name as later, ours alone until it takes its place.
  [[nodiscard]] Result<void> add(const std::string& name, std::string_view content, const FileRights& rights);
  [[nodiscard]] std::string path_of(std::string_view name) const { return path_ + "/" + std::string(name); }
  // In the order in which they were added. What is there stays beside it under a new name; the answer is those names.
  [[nodiscard]] Result<std::vector<std::string>> put_in_place();

 private:
  struct File {
    std::string name;
    FileRights rights;
  };
  StagedFiles(const ConfigFolder& folder, std::string path) : folder_(&folder), path_(std::move(path)) {}

  const ConfigFolder* folder_;
  std::string path_;  // empty: moved away
  std::vector<File> files_;
};

}  // namespace taara
