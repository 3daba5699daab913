// SPDX-License-Identifier: Apache-2.0
#include "io/secret_file.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "core/in_quotes.h"
#include "core/utf8.h"
#include "io/file_acl.h"

namespace taara {
namespace {

// The only other place where the secret's bytes stand, wiped on every way out.
struct Buffer {
  std::array<char, kMaxSecretBytes + 1> bytes{};
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

constexpr std::string_view kSecretFile = "secret file";

Error refused(Errc code, std::string_view kind, const std::string& path, const std::string& why) {
  return {code, std::string(kind) + " " + in_quotes(path) + " " + why};
}

// In the manner of ssh: a secret that others can read or replace is none.
Result<void> check_access(const RegularFile& file, std::string_view kind, const std::string& path) {
  if (!file.owned_by_root_or_us())
    return refused(Errc::permission, kind, path,
                   "belongs to another user (uid " + std::to_string(file.status().st_uid) +
                       "); it must belong to root or to the user that runs the exporter: chown it");
  const mode_t mode = file.status().st_mode;
  const bool for_others = (mode & 07U) != 0;
  const bool for_group = (mode & 070U) != 0;
  const bool only_by_list =
      !for_others && for_group && (mode & 030U) == 0 && acl_admits_only(file.descriptor(), ::geteuid());
  if ((for_others || for_group) && !only_by_list)
    return refused(Errc::permission, kind, path,
                   "is open to other users (mode " + mode_text(mode) + "); take that away: chmod 600 FILE");
  return {};
}

}  // namespace

// A short string holds its characters in itself and leaves them there when it is moved from, so the source is wiped.
Secret::Secret(std::string value) {
  value_.swap(value);
  wipe(value);
}

Secret::Secret(Secret&& other) noexcept {
  value_.swap(other.value_);
  wipe(other.value_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(value_);
    value_.swap(other.value_);
    wipe(other.value_);
  }
  return *this;
}

Secret::~Secret() { wipe(value_); }

void wipe(std::string& text) {
  text.resize(text.capacity());  // allocates nothing; what a shorter content left behind goes too
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

Result<Secret> secret_from(std::string_view text) {
  const auto unfit = [](const char* why) { return Error{Errc::invalid, why}; };
  if (text.size() > kMaxSecretBytes) return unfit("has more than 4096 bytes; it must hold nothing but the secret");
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return unfit("is empty; write the secret into it");
  if (text.find('\0') != std::string_view::npos) return unfit("holds a NUL byte; it must be text");
  if (text.find('\r') != std::string_view::npos)
    return unfit("holds a carriage return (Windows line end); save it with line feeds only");
  if (text.find('\n') != std::string_view::npos)
    return unfit("has more than one line; it must hold nothing but the secret");
  if (valid_utf8_bytes(text) != text.size()) return unfit("is not UTF-8 text");
  return Secret(std::string(text));
}

Result<RegularFile> open_private_file(const std::string& path, std::string_view kind) {
  auto file = RegularFile::open(path, Links::refuse);
  if (file.has_error()) {
    const Error& error = file.error();
    const std::string advice =
        error.code == Errc::permission ? "; give it to the user that runs the exporter (chown)" : "";
    return Error{error.code, std::string(kind) + " " + error.what + advice};
  }
  if (const auto access = check_access(*file, kind, path); access.has_error()) return access.error();
  return file;
}

Result<Secret> read_secret(const std::string& path) {
  auto file = open_private_file(path, kSecretFile);
  if (file.has_error()) {
    const std::string advice = file.error().code == Errc::not_found
                                   ? "; create it with install -m 0600 /dev/null FILE and write the secret into it"
                                   : "";
    return Error{file.error().code, file.error().what + advice};
  }
  Buffer buffer;
  const auto size = file->read(buffer.bytes);
  if (size.has_error()) return Error{size.error().code, std::string(kSecretFile) + " " + size.error().what};
  auto secret = secret_from({buffer.bytes.data(), *size});
  if (secret.has_error()) return refused(secret.error().code, kSecretFile, path, secret.error().what);
  return secret;
}

Result<SecretVersion> secret_version(const std::string& path) {
  const auto file = RegularFile::open(path, Links::refuse);
  if (file.has_error()) return file.error();
  const struct stat& status = file->status();
  // Nothing of the content, not even its length: the id is kept in the store.
  const auto moment = [](const timespec& t) { return std::to_string(t.tv_sec) + "." + std::to_string(t.tv_nsec); };
  return SecretVersion{std::to_string(status.st_ino) + "-" + moment(status.st_mtim) + "-" + moment(status.st_ctim),
                       Time(seconds(status.st_mtim.tv_sec))};
}

}  // namespace taara
