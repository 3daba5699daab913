// SPDX-License-Identifier: Apache-2.0
// A disk that fails on demand, under SQLite's default file layer as long as this object lives. It also knows what a
// failed sync has lost for good although it still reads well, and can make the files as a power cut would leave them.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace taara {

class FaultVfs {
 public:
  enum Op { kWrite, kSync, kTruncate, kOpen, kAny };

  FaultVfs() {
    instance() = this;
    real_ = sqlite3_vfs_find("unix");
    vfs_ = *real_;
    vfs_.zName = "fault";
    vfs_.pNext = nullptr;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
    instance() = nullptr;
  }
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  // From the n-th such operation on (0: the next) it fails, once or until heal().
  void fail(Op op, int code, int after = 0, bool for_ever = true) { plan_ = {true, op, code, after, for_ever}; }
  // Any of the operations counts.
  void fail_any(int code, int after, bool for_ever) { plan_ = {true, kAny, code, after, for_ever}; }
  void heal() { plan_.active = false; }
  [[nodiscard]] bool has_failed() const { return failed_; }
  void write_half_before_failing(bool half) { half_ = half; }

  // What is on the disk after a power cut now: what was never synced or was lost by a failed sync is zeros.
  void cut_power_into(const std::string& from, const std::string& to) const {
    std::filesystem::create_directory(to);
    for (const auto& entry : std::filesystem::directory_iterator(from)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with("-shm") || name.ends_with(".lock")) continue;
      const std::filesystem::path copy = std::filesystem::path(to) / name;
      std::filesystem::copy_file(entry.path(), copy);
      const auto known = files_.find(entry.path().string());
      if (known == files_.end()) continue;
      std::fstream out(copy, std::ios::binary | std::ios::in | std::ios::out);
      const auto size = static_cast<sqlite3_int64>(std::filesystem::file_size(entry.path()));
      for (const auto* ranges : {&known->second.unsynced, &known->second.lost}) {
        for (const Range& range : *ranges) {
          if (range.from >= size) continue;
          out.seekp(range.from);
          out << std::string(static_cast<std::size_t>(std::min(range.to, size) - range.from), '\0');
        }
      }
    }
  }

 private:
  struct Plan {
    bool active = false;
    Op op = kWrite;
    int code = 0;
    int after = 0;
    bool for_ever = true;
  };
  struct Range {
    sqlite3_int64 from;
    sqlite3_int64 to;
  };
  struct Known {
    std::vector<Range> unsynced;
    std::vector<Range> lost;
  };
  struct File {
    sqlite3_file base;
    sqlite3_file* real;
    Known* known;
  };

  static FaultVfs*& instance() {
    static FaultVfs* only = nullptr;
    return only;
  }
  static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static const sqlite3_io_methods* real_methods(sqlite3_file* file) { return of(file)->real->pMethods; }

  int check(Op op) {
    if (!plan_.active || (plan_.op != op && plan_.op != kAny)) return SQLITE_OK;
    if (plan_.after-- > 0) return SQLITE_OK;
    failed_ = true;
    if (!plan_.for_ever) plan_.active = false;
    return plan_.code;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    FaultVfs& self = *instance();
    File* mine = of(file);
    mine->base.pMethods = nullptr;
    mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
    if (self.check(kOpen) != SQLITE_OK) return SQLITE_CANTOPEN;
    const int code = self.real_->xOpen(self.real_, name, mine->real, flags, out_flags);
    if (code != SQLITE_OK) return code;
    mine->known = &self.files_[name != nullptr ? name : ""];
    mine->base.pMethods = methods();
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs*, const char* name, int sync) {
    instance()->files_[name] = {};
    return instance()->real_->xDelete(instance()->real_, name, sync);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    FaultVfs& self = *instance();
    const int code = self.check(kWrite);
    if (code != SQLITE_OK && self.half_) (void)real_methods(file)->xWrite(of(file)->real, data, size / 2, offset);
    if (code != SQLITE_OK) return code;
    std::erase_if(of(file)->known->lost, [&](Range r) { return r.from >= offset && r.to <= offset + size; });
    of(file)->known->unsynced.push_back({offset, offset + size});
    return real_methods(file)->xWrite(of(file)->real, data, size, offset);
  }
  static int sync(sqlite3_file* file, int flags) {
    FaultVfs& self = *instance();
    Known& known = *of(file)->known;
    const int code = self.check(kSync);
    if (code != SQLITE_OK) known.lost.insert(known.lost.end(), known.unsynced.begin(), known.unsynced.end());
    known.unsynced.clear();
    if (code != SQLITE_OK) return code;
    return real_methods(file)->xSync(of(file)->real, flags);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int code = instance()->check(kTruncate);
    if (code != SQLITE_OK) return SQLITE_IOERR_TRUNCATE;
    std::erase_if(of(file)->known->lost, [&](Range r) { return r.from >= size; });
    std::erase_if(of(file)->known->unsynced, [&](Range r) { return r.from >= size; });
    return real_methods(file)->xTruncate(of(file)->real, size);
  }
  static const sqlite3_io_methods* methods() {
    static sqlite3_io_methods all{};
    all.iVersion = 2;
    all.xClose = [](sqlite3_file* f) { return real_methods(f)->xClose(of(f)->real); };
    all.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return real_methods(f)->xRead(of(f)->real, to, n, at);
    };
    all.xWrite = write;
    all.xTruncate = truncate;
    all.xSync = sync;
    all.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return real_methods(f)->xFileSize(of(f)->real, n); };
    all.xLock = [](sqlite3_file* f, int n) { return real_methods(f)->xLock(of(f)->real, n); };
    all.xUnlock = [](sqlite3_file* f, int n) { return real_methods(f)->xUnlock(of(f)->real, n); };
    all.xCheckReservedLock = [](sqlite3_file* f, int* n) {
      return real_methods(f)->xCheckReservedLock(of(f)->real, n);
    };
    all.xFileControl = [](sqlite3_file* f, int op, void* p) {
      return real_methods(f)->xFileControl(of(f)->real, op, p);
    };
    all.xSectorSize = [](sqlite3_file* f) { return real_methods(f)->xSectorSize(of(f)->real); };
    all.xDeviceCharacteristics = [](sqlite3_file* f) { return real_methods(f)->xDeviceCharacteristics(of(f)->real); };
    all.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
      return real_methods(f)->xShmMap(of(f)->real, page, size, extend, to);
    };
    all.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
      return real_methods(f)->xShmLock(of(f)->real, offset, n, flags);
    };
    all.xShmBarrier = [](sqlite3_file* f) { real_methods(f)->xShmBarrier(of(f)->real); };
    all.xShmUnmap = [](sqlite3_file* f, int remove_it) { return real_methods(f)->xShmUnmap(of(f)->real, remove_it); };
    return &all;
  }

  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
  Plan plan_;
  bool half_ = false;
  bool failed_ = false;
  std::map<std::string, Known> files_;
};

}  // namespace taara
