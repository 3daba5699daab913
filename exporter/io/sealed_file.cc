// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_file.h"

#include <algorithm>
#include <utility>

#include "core/in_quotes.h"

namespace taara {
namespace {

constexpr std::string_view kSealedFile = "sealed file";

Error about(const std::string& path, const Error& error) {
  return {error.code, std::string(kSealedFile) + " " + in_quotes(path) + " " + error.what};
}

bool same(const SealedSecrets& a, const SealedSecrets& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SealedSecret& one, const SealedSecret& other) {
    return one.name == other.name && one.sealed == other.sealed && one.value.reveal() == other.value.reveal();
  });
}

}  // namespace

Result<std::string> read_sealed_file(const std::string& path) {
  auto file = open_private_file(path, kSealedFile);
  if (file.has_error()) {
    const std::string advice =
        file.error().code == Errc::not_found ? "; make it with taara_exporter credentials seal" : "";
    return Error{file.error().code, file.error().what + advice};
  }
  std::string bytes(kMaxSealedFileBytes + 1, '\0');
  const auto size = file->read(bytes);
  if (size.has_error()) return Error{size.error().code, std::string(kSealedFile) + " " + size.error().what};
  if (*size > kMaxSealedFileBytes) return about(path, {Errc::invalid, "has more than 1 MiB"});
  bytes.resize(*size);
  bytes.shrink_to_fit();
  return bytes;
}

Result<OpenedFile> open_sealed_file(const std::string& path, std::span<const Secret> masters) {
  const auto bytes = read_sealed_file(path);
  if (bytes.has_error()) return bytes.error();
  const auto header = parse_sealed_header(*bytes);
  if (header.has_error()) return about(path, header.error());
  Error last{Errc::corrupt, std::string(kCannotBeOpened)};
  for (const Secret& master : masters) {
    auto key = derive_sealing_key(master, *header);
    if (key.has_error()) return about(path, key.error());
    auto secrets = open_sealed(*bytes, *header, *key);
    if (secrets) return OpenedFile{*header, std::move(*key), std::move(*secrets)};
    last = secrets.error();
  }
  return about(path, last);
}

Result<SealedSecrets> open_with_key(const std::string& path, const Secret& key) {
  const auto bytes = read_sealed_file(path);
  if (bytes.has_error()) return bytes.error();
  const auto header = parse_sealed_header(*bytes);
  if (header.has_error()) return about(path, header.error());
  auto secrets = open_sealed(*bytes, *header, key);
  if (secrets.has_error()) return about(path, secrets.error());
  return secrets;
}

Result<void> write_sealed_file(SealedFileWriter& writer, const std::string& path, const SealedSecrets& secrets,
                               const Secret& master, const SealingWork& work) {
  const auto header = fresh_sealed_header(work);
  if (header.has_error()) return header.error();
  const auto key = derive_sealing_key(master, *header);
  if (key.has_error()) return key.error();
  const auto bytes = seal(secrets, *header, *key);
  if (bytes.has_error()) return about(path, bytes.error());
  // Read back as a stranger would: from the disk, with the master secret alone.
  return writer.write(*bytes, [&]() -> Result<void> {
    const auto opened = open_sealed_file(path, std::span(&master, 1));
    if (opened.has_error()) return opened.error();
    if (!same(opened->secrets, secrets)) return about(path, {Errc::corrupt, "holds something else than was sealed"});
    return {};
  });
}

}  // namespace taara
