// SPDX-License-Identifier: Apache-2.0
#include "io/watched_web_config.h"

#include <utility>

namespace taara {

namespace {

using Problems = std::vector<ConfigProblem>;

bool asks_for_certificate(const WebConfig& config) {
  return config.tls && (config.tls->client_auth == ClientAuth::require_and_verify ||
                        config.tls->client_auth == ClientAuth::require_any);
}

}  // namespace

WatchedWebConfig::WatchedWebConfig(std::string path, bool keep_strangers_out, Reread reread)
    : path_(std::move(path)), keep_strangers_out_(keep_strangers_out), reread_(std::move(reread)) {}

std::variant<std::unique_ptr<WatchedWebConfig>, Problems> WatchedWebConfig::open(const std::string& path,
                                                                                 bool keep_strangers_out,
                                                                                 Reread reread) {
  std::unique_ptr<WatchedWebConfig> watched(new WatchedWebConfig(path, keep_strangers_out, std::move(reread)));
  const std::lock_guard reading(watched->reading_);
  if (auto problems = watched->read(); !problems.empty()) return problems;
  return watched;
}

WatchedWebConfig::Current WatchedWebConfig::current() {
  if (const std::unique_lock reading(reading_, std::try_to_lock); reading.owns_lock()) {
    if (marks_of(files_) != marks_) (void)read_and_tell();
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
  const auto needs_restart = [&](std::string_view key, std::string_view what) {
    problems.push_back(
        {ConfigFault::invalid, 0, 0, std::string(key), std::string(what) + " while the exporter runs; restart it"});
  };
  if (const Current before = held()) {
    if (before->tls && !next.tls) needs_restart("tls_server_config", "TLS can't be switched off");
    if (!before->tls && next.tls) needs_restart("tls_server_config", "TLS can't be switched on");
    if (!before->config.users.empty() && next.config.users.empty())
      needs_restart("basic_auth_users", "passwords can't be switched off");
    if (asks_for_certificate(before->config) && !asks_for_certificate(next.config))
      needs_restart("tls_server_config.client_auth_type", "client certificates can't be made optional");
  }
  if (keep_strangers_out_ && !keeps_strangers_out(next.config))
    problems.push_back({ConfigFault::invalid, 0, 0, "",
                        "holds no TLS with passwords or client certificates, but the exporter listens where others "
                        "than this machine reach it; allowed: tls_server_config and basic_auth_users"});
  return problems;
}

}  // namespace taara
