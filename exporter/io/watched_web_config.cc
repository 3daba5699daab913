// SPDX-License-Identifier: Apache-2.0
#include "io/watched_web_config.h"

#include <utility>

namespace taara {

using Problems = std::vector<ConfigProblem>;

WatchedWebConfig::WatchedWebConfig(std::string path, bool keep_strangers_out, const Clock& clock, Reread reread)
    : path_(std::move(path)),
      keep_strangers_out_(keep_strangers_out),
      clock_(clock),
      reread_(std::move(reread)),
      looked_at_(clock.steady()) {}

std::variant<std::unique_ptr<WatchedWebConfig>, Problems> WatchedWebConfig::open(const std::string& path,
                                                                                 bool keep_strangers_out,
                                                                                 const Clock& clock, Reread reread) {
  std::unique_ptr<WatchedWebConfig> watched(new WatchedWebConfig(path, keep_strangers_out, clock, std::move(reread)));
  const std::lock_guard reading(watched->reading_);
  if (auto problems = watched->read(); !problems.empty()) return problems;
  return watched;
}

WatchedWebConfig::Current WatchedWebConfig::current() {
  if (const std::unique_lock reading(reading_, std::try_to_lock); reading.owns_lock()) {
    const Steady now = clock_.steady();
    if (now - looked_at_ >= kLookEvery) {
      looked_at_ = now;
      if (marks_of(files_) != marks_) (void)read_and_tell();
    }
  }
  return held();
}

Problems WatchedWebConfig::reload() {
  const std::lock_guard reading(reading_);
  return read_and_tell();
}

WatchedWebConfig::Current WatchedWebConfig::held() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

Problems WatchedWebConfig::read_and_tell() {
  auto problems = read();
  reread_(problems, problems.empty() ? held()->notes : std::vector<std::string>{});
  return problems;
}

// The marks are taken before the files are read: what changes meanwhile is seen the next time.
Problems WatchedWebConfig::read() {
  std::vector<FileMark> before = marks_of(files_);
  WebConfigRead next = load_web_config(path_);
  if (next.files != files_) {
    files_ = next.files;
    before = marks_of(files_);
    next = load_web_config(path_);
  }
  marks_ = std::move(before);
  if (auto* problems = std::get_if<Problems>(&next.result)) return std::move(*problems);
  auto loaded = std::make_shared<const LoadedWebConfig>(std::get<LoadedWebConfig>(std::move(next.result)));
  if (auto problems = why_not(*loaded); !problems.empty()) return problems;
  const std::lock_guard lock(current_mutex_);
  current_ = std::move(loaded);
  return {};
}

Problems WatchedWebConfig::why_not(const LoadedWebConfig& next) const {
  Problems problems;
  const Current before = held();
  if (before && (before->tls != nullptr) != (next.tls != nullptr))
    problems.push_back({ConfigFault::invalid, 0, 0, "tls_server_config",
                        before->tls ? "TLS can't be switched off while the exporter runs; restart it"
                                    : "TLS can't be switched on while the exporter runs; restart it"});
  if (keep_strangers_out_ && !keeps_strangers_out(next.config))
    problems.push_back({ConfigFault::invalid, 0, 0, "",
                        "holds no TLS with passwords or client certificates, but the exporter listens where others "
                        "than this machine reach it; allowed: tls_server_config and basic_auth_users"});
  return problems;
}

}  // namespace taara
