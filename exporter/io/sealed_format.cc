// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_format.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/sealed_name.h"

namespace taara {
namespace {

constexpr std::string_view kMagic = "taara sealed";
constexpr unsigned char kVersion = 1;
constexpr std::size_t kVersionAt = 12;
constexpr std::size_t kWorkAt = 13;  // log2 N, r, p
constexpr std::size_t kSaltAt = 16;
constexpr std::size_t kNonceAt = 32;
constexpr std::size_t kLengthAt = 44;

constexpr unsigned kLeastLog2N = 14;
constexpr unsigned kMostLog2N = 17;  // 128 MiB
constexpr unsigned kR = 8;
constexpr unsigned kMostP = 4;

void put_number(std::string& out, std::uint64_t number, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;) out += static_cast<char>((number >> (8 * i)) & 0xFFU);
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

// Takes the front of what is left; nothing where it is too short.
std::optional<std::string_view> take(std::string_view& left, std::size_t bytes) {
  if (left.size() < bytes) return std::nullopt;
  const std::string_view front = left.substr(0, bytes);
  left.remove_prefix(bytes);
  return front;
}

std::optional<std::uint64_t> take_number(std::string_view& left, std::size_t bytes) {
  const auto front = take(left, bytes);
  return front ? std::optional(number_in(*front)) : std::nullopt;
}

std::optional<SealedSecret> take_secret(std::string_view& left) {
  const auto name_bytes = take_number(left, 1);
  const auto name = name_bytes ? take(left, *name_bytes) : std::nullopt;
  const auto sealed = name ? take_number(left, 8) : std::nullopt;
  const auto value_bytes = sealed ? take_number(left, 2) : std::nullopt;
  const auto value = value_bytes ? take(left, *value_bytes) : std::nullopt;
  constexpr std::uint64_t kLastSecond = 253'402'300'799;  // of the year 9999
  if (!value || value->empty() || value->size() > kMaxSecretBytes || !is_sealed_name(*name) || *sealed > kLastSecond)
    return std::nullopt;
  return SealedSecret{std::string(*name), Time(seconds(*sealed)), Secret(std::string(*value))};
}

}  // namespace

std::array<unsigned char, SealedHeader::kBytes> SealedHeader::bytes() const {
  std::array<unsigned char, kBytes> out{};
  std::copy(kMagic.begin(), kMagic.end(), out.begin());
  out[kVersionAt] = kVersion;
  out[kWorkAt] = static_cast<unsigned char>(work.log2_n);
  out[kWorkAt + 1] = static_cast<unsigned char>(work.r);
  out[kWorkAt + 2] = static_cast<unsigned char>(work.p);
  std::copy(salt.begin(), salt.end(), out.begin() + kSaltAt);
  std::copy(nonce.begin(), nonce.end(), out.begin() + kNonceAt);
  std::string length;
  put_number(length, content_bytes, 4);
  std::copy(length.begin(), length.end(), out.begin() + kLengthAt);
  return out;
}

Result<SealedHeader> parse_sealed_header(std::string_view file) {
  if (!file.starts_with(kMagic)) return Error{Errc::invalid, "is no sealed file"};
  if (file.size() <= kVersionAt) return Error{Errc::corrupt, std::string(kCannotBeOpened)};
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(file[at]); };
  if (byte(kVersionAt) != kVersion)
    return Error{Errc::invalid, "is a sealed file of version " + std::to_string(byte(kVersionAt)) +
                                    "; this program knows version " + std::to_string(kVersion)};
  if (file.size() < SealedHeader::kBytes + kSealedTagBytes) return Error{Errc::corrupt, std::string(kCannotBeOpened)};
  SealedHeader header;
  header.work = {byte(kWorkAt), byte(kWorkAt + 1), byte(kWorkAt + 2)};
  const SealingWork& work = header.work;
  if (work.log2_n < kLeastLog2N || work.log2_n > kMostLog2N || work.r != kR || work.p < 1 || work.p > kMostP)
    return Error{Errc::invalid, "asks for scrypt with N = 2^" + std::to_string(work.log2_n) +
                                    ", r = " + std::to_string(work.r) + ", p = " + std::to_string(work.p) +
                                    "; allowed: N from 2^14 to 2^17, r = 8, p from 1 to 4"};
  std::copy_n(file.begin() + kSaltAt, header.salt.size(), header.salt.begin());
  std::copy_n(file.begin() + kNonceAt, header.nonce.size(), header.nonce.begin());
  header.content_bytes = static_cast<std::uint32_t>(number_in(file.substr(kLengthAt, 4)));
  if (file.size() != SealedHeader::kBytes + header.content_bytes + kSealedTagBytes)
    return Error{Errc::corrupt, std::string(kCannotBeOpened)};
  return header;
}

Result<Secret> sealed_content(const SealedSecrets& secrets) {
  constexpr std::size_t kNumbers = 11;  // the lengths and the time
  std::size_t bytes = 0;
  for (const auto& secret : secrets) bytes += kNumbers + secret.name.size() + secret.value.reveal().size();
  if (SealedHeader::kBytes + bytes + kSealedTagBytes > kMaxSealedFileBytes)
    return Error{Errc::invalid, "would have more than 1 MiB; put the secrets into several files"};
  std::string out;
  out.reserve(bytes);  // growing would leave copies behind
  for (const auto& secret : secrets) {
    put_number(out, secret.name.size(), 1);
    out += secret.name;
    put_number(out, static_cast<std::uint64_t>(secret.sealed.time_since_epoch().count()), 8);
    put_number(out, secret.value.reveal().size(), 2);
    out += secret.value.reveal();
  }
  return Secret(std::move(out));
}

Result<SealedSecrets> parse_sealed_content(std::string_view content) {
  SealedSecrets secrets;
  while (!content.empty()) {
    auto secret = take_secret(content);
    if (!secret || (!secrets.empty() && secret->name <= secrets.back().name))
      return Error{Errc::corrupt, "opens, but was not made by this program: its content is not understood"};
    secrets.push_back(std::move(*secret));
  }
  return secrets;
}

}  // namespace taara
