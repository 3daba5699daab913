// SPDX-License-Identifier: Apache-2.0
// A certificate that signs itself and its private key, as PEM text, made in the test.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace taara {

struct PemPair {
  std::string certificate;
  std::string key;

  explicit PemPair(const char* passphrase = nullptr) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), pair.get());
    X509_NAME* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(made.get(), name);
    if (X509_sign(made.get(), pair.get(), EVP_sha256()) == 0) throw std::runtime_error("can't sign");
    certificate = text_of([&](BIO* bio) { PEM_write_bio_X509(bio, made.get()); });
    key = text_of([&](BIO* bio) {
      PEM_write_bio_PKCS8PrivateKey(bio, pair.get(), passphrase == nullptr ? nullptr : EVP_aes_256_cbc(), passphrase,
                                    passphrase == nullptr ? 0 : static_cast<int>(std::string(passphrase).size()),
                                    nullptr, nullptr);
    });
  }

 private:
  template <class Write>
  static std::string text_of(const Write& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    write(bio.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);  // NOLINT: the macro casts
    return {data, static_cast<std::size_t>(size)};
  }
};

}  // namespace taara
