// SPDX-License-Identifier: Apache-2.0
#include "io/sealed_cipher.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>
#include <utility>

namespace taara {
namespace {

constexpr std::size_t kKeyBytes = 32;

struct ContextCloser {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextCloser>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Error refused(std::string_view what) {
  ERR_clear_error();  // libcurl works on the same thread, and with the same queue
  return {Errc::io, "OpenSSL refuses " + std::string(what) + "; is there enough memory?"};
}

// Header and key set, the header's bytes authenticated: ready for the content.
Context begin(const SealedHeader& header, const Secret& key, bool encrypt) {
  Context context(EVP_CIPHER_CTX_new());
  const auto aad = header.bytes();
  int done = 0;
  const bool good = context && key.reveal().size() == kKeyBytes &&
                    EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.reveal()),
                                      header.nonce.data(), encrypt ? 1 : 0) == 1 &&
                    EVP_CipherUpdate(context.get(), nullptr, &done, aad.data(), static_cast<int>(aad.size())) == 1;
  return good ? std::move(context) : nullptr;
}

}  // namespace

Result<SealedHeader> fresh_sealed_header(const SealingWork& work) {
  SealedHeader header;
  header.work = work;
  if (RAND_bytes(header.salt.data(), static_cast<int>(header.salt.size())) != 1 ||
      RAND_bytes(header.nonce.data(), static_cast<int>(header.nonce.size())) != 1)
    return refused("random bytes");
  return header;
}

Result<Secret> derive_sealing_key(const Secret& master, const SealedHeader& header) {
  constexpr std::uint64_t kMostMemory = std::uint64_t{160} << 20U;  // the largest work that a header may ask for
  std::string key(kKeyBytes, '\0');
  const bool good = EVP_PBE_scrypt(master.reveal().data(), master.reveal().size(), header.salt.data(),
                                   header.salt.size(), std::uint64_t{1} << header.work.log2_n, header.work.r,
                                   header.work.p, kMostMemory, bytes_of(key), key.size()) == 1;
  Secret made(std::move(key));
  if (!good) return refused("to derive a key");
  return made;
}

Result<std::string> seal(const SealedSecrets& secrets, SealedHeader header, const Secret& key) {
  const auto content = sealed_content(secrets);
  if (content.has_error()) return content.error();
  const std::string_view plain = content->reveal();
  header.content_bytes = static_cast<std::uint32_t>(plain.size());
  const auto head = header.bytes();
  std::string file(head.begin(), head.end());
  file.resize(head.size() + plain.size() + kSealedTagBytes);
  unsigned char* const out = bytes_of(file) + head.size();
  int done = 0;
  const Context context = begin(header, key, true);
  if (!context || EVP_EncryptUpdate(context.get(), out, &done, bytes_of(plain), static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), out + plain.size(), &done) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kSealedTagBytes),
                          out + plain.size()) != 1)
    return refused("to encrypt");
  return file;
}

Result<SealedSecrets> open_sealed(std::string_view file, const SealedHeader& header, const Secret& key) {
  const std::string_view sealed = file.substr(SealedHeader::kBytes, header.content_bytes);
  std::string tag(file.substr(SealedHeader::kBytes + header.content_bytes));
  std::string plain(sealed.size(), '\0');
  int done = 0;
  const Context context = begin(header, key, false);
  const bool opened =
      context &&
      EVP_DecryptUpdate(context.get(), bytes_of(plain), &done, bytes_of(sealed), static_cast<int>(sealed.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(plain) + plain.size(), &done) == 1;
  const Secret content(std::move(plain));  // wiped on every way out
  if (!opened) {
    ERR_clear_error();
    return Error{Errc::corrupt, std::string(kCannotBeOpened)};
  }
  return parse_sealed_content(content.reveal());
}

}  // namespace taara
