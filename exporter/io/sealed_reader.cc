// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_reader.h"

#include <algorithm>
#include <optional>

#include "core/in_quotes.h"
#include "io/sealed_file.h"

namespace taara {
namespace {

// Changes when a file does; one that can't be looked at has none of its own.
std::string stamp_of(const Sealed& sealed) {
  const auto of_file = [](const std::string& path) {
    const auto version = secret_version(path);
    return version ? version->id : "none";
  };
  std::string stamp = of_file(sealed.file);
  for (const auto& master : sealed.master_files) stamp += " " + of_file(master);
  return stamp;
}

// Without the name: a passcode may have been written in its place.
Error no_such_name(const Sealed& sealed) {
  return {Errc::not_found, "sealed file " + in_quotes(sealed.file) +
                               " holds no secret of that name; taara_exporter credentials check lists what it holds"};
}

// A master secret that can't be read is no fault where another one opens the file: while they are being changed, the
// old one goes at some time.
Result<OpenedFile> open_with_any(const Sealed& sealed) {
  std::optional<Error> unreadable;
  std::vector<Secret> masters;
  for (const auto& path : sealed.master_files) {
    auto master = read_secret(path);
    if (master)
      masters.push_back(std::move(*master));
    else if (!unreadable)
      unreadable = master.error();
  }
  if (masters.empty() && unreadable) return *unreadable;
  auto opened = open_sealed_file(sealed.file, masters);
  if (opened.has_error() && opened.error().code == Errc::corrupt && unreadable) return *unreadable;
  return opened;
}

}  // namespace

Result<void> SealedReader::refresh(const Sealed& sealed) {
  std::string stamp = stamp_of(sealed);
  if (sealed == sealed_ && stamp == stamp_) return outcome_;
  auto opened = open_with_any(sealed);
  sealed_ = sealed;
  stamp_ = std::move(stamp);
  sealed_times_.clear();
  key_ = Secret();
  if (opened.has_error()) {
    if (opened.error().code == Errc::io) stamp_.clear();  // short of memory: the next time may do
    return outcome_ = opened.error();
  }
  key_ = std::move(opened->key);
  for (const auto& secret : opened->secrets) sealed_times_.emplace_back(secret.name, secret.sealed);
  return outcome_ = {};
}

Result<Secret> SealedReader::read(const Sealed& sealed, const std::string& name) {
  if (const auto fresh = refresh(sealed); fresh.has_error()) return fresh.error();
  auto secrets = open_with_key(sealed.file, key_);
  if (secrets.has_error()) return secrets.error();
  for (auto& secret : *secrets)
    if (secret.name == name) return std::move(secret.value);
  return no_such_name(sealed);
}

Result<SecretVersion> SealedReader::version(const Sealed& sealed, const std::string& name) {
  if (const auto fresh = refresh(sealed); fresh.has_error()) return fresh.error();
  for (const auto& [known, time] : sealed_times_)
    if (known == name) return SecretVersion{name + "-" + std::to_string(time.time_since_epoch().count()), time};
  return no_such_name(sealed);
}

Result<std::vector<std::string>> SealedReader::names(const Sealed& sealed) {
  if (const auto fresh = refresh(sealed); fresh.has_error()) return fresh.error();
  std::vector<std::string> names;
  names.reserve(sealed_times_.size());
  for (const auto& [name, time] : sealed_times_) names.push_back(name);
  return names;
}

}  // namespace taara
