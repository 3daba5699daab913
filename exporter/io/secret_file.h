// SPDX-License-Identifier: Apache-2.0
// Secrets come from files that nobody else can read, live as short as possible and are wiped.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "io/regular_file.h"

namespace taara {

// Bytes that are overwritten when they go. Movable, not copyable.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);  // pass a temporary: a caller's own copy is the caller's to wipe
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

void wipe(std::string& text);

// A secret that was typed or read: `text` without one trailing newline. Refused: empty, over 4096 bytes, NUL, CR or
// more lines, invalid UTF-8. The error is the end of a sentence, and holds nothing of the text.
[[nodiscard]] Result<Secret> secret_from(std::string_view text);
inline constexpr std::size_t kMaxSecretBytes = 4096;

// Opens a file that nobody but root and ourselves can read. Refused: a mode that lets group or others in, a symbolic
// link, an owner other than root or ourselves, not a regular file. `kind` begins the error: "secret file".
[[nodiscard]] Result<RegularFile> open_private_file(const std::string& path, std::string_view kind);

// The secret of such a file. Errors name the file and what to do, never the content.
[[nodiscard]] Result<Secret> read_secret(const std::string& path);

struct SecretVersion {
  std::string id;  // changes when the file changes
  Time changed;    // its modification time
};
[[nodiscard]] Result<SecretVersion> secret_version(const std::string& path);

using SecretReader = std::function<Result<Secret>()>;

}  // namespace taara
