// SPDX-License-Identifier: Apache-2.0
// The bytes of a sealed file: what stands in the open, and how the secrets are lined up inside. Nothing here encrypts.
// docs/security/sealed-file.md describes it for people.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "io/secret_file.h"

namespace taara {

// What scrypt costs. With N = 2^16, r = 8, p = 2: 64 MiB and about a third of a second.
struct SealingWork {
  unsigned log2_n = 16;
  unsigned r = 8;
  unsigned p = 2;
  bool operator==(const SealingWork&) const = default;
};

struct SealedHeader {
  static constexpr std::size_t kBytes = 48;

  SealingWork work;
  std::array<unsigned char, 16> salt{};
  std::array<unsigned char, 12> nonce{};
  std::uint32_t content_bytes = 0;

  // As it stands in the file; it is authenticated together with the content.
  [[nodiscard]] std::array<unsigned char, kBytes> bytes() const;
};
inline constexpr std::size_t kSealedTagBytes = 16;
inline constexpr std::size_t kMaxSealedFileBytes = std::size_t{1} << 20U;

// What is said of a wrong master secret, a changed bit and a cut file alike: whoever tries keys or bends files learns
// nothing from it.
inline constexpr std::string_view kCannotBeOpened =
    "cannot be opened: the master secret is another one, or the file is damaged";

// The header of a whole file. Refuses, before anything is computed, what asks for more work than we give or has another
// length than it says. Errors carry no path.
[[nodiscard]] Result<SealedHeader> parse_sealed_header(std::string_view file);

struct SealedSecret {
  std::string name;
  Time sealed;  // when the secret was put in; a new master secret doesn't change it
  Secret value;
};
using SealedSecrets = std::vector<SealedSecret>;  // sorted by name, each once

// Invalid where it would be too large for a sealed file.
[[nodiscard]] Result<Secret> sealed_content(const SealedSecrets& secrets);
[[nodiscard]] Result<SealedSecrets> parse_sealed_content(std::string_view content);

}  // namespace taara
