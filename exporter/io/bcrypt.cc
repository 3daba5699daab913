// SPDX-License-Identifier: Apache-2.0
#include "io/bcrypt.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <cstring>
#include <memory>

namespace taara {

bool bcrypt_matches(const BcryptHash& hash, const std::string& password) {
  if (password.find('\0') != std::string::npos) return false;
  const auto wiped = [](crypt_data* data) {
    OPENSSL_cleanse(data, sizeof(*data));
    delete data;  // NOLINT(cppcoreguidelines-owning-memory): a deleter
  };
  const std::unique_ptr<crypt_data, decltype(wiped)> work(new crypt_data{}, wiped);  // 32 KiB: too much for a stack
  const char* computed = crypt_r(password.c_str(), hash.text.c_str(), work.get());
  if (computed == nullptr || std::strlen(computed) != hash.text.size()) return false;
  return CRYPTO_memcmp(computed, hash.text.data(), hash.text.size()) == 0;
}

}  // namespace taara
