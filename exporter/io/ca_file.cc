// SPDX-License-Identifier: Apache-2.0
#include "io/ca_file.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "io/trusted_file.h"

namespace taara {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

Result<void> check_ca_file(const std::string& path) {
  auto file = RegularFile::open(path, Links::follow);
  if (file.has_error()) return file.error();
  // Who can write it decides which machine is taken for the line.
  if (const auto trusted = check_trusted(*file, "says whom to trust"); trusted.has_error()) return trusted.error();
  const auto text = read_whole(*file, kMostBytes, "has more than 1 MiB; that is no file of a few authorities");
  if (text.has_error()) return text.error();

  const std::unique_ptr<BIO, BioFree> bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  ERR_clear_error();
  std::size_t found = 0;
  while (const auto next =
             std::unique_ptr<X509, CertificateFree>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)))
    ++found;
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return Error{Errc::invalid, "holds a certificate that can't be read; allowed: certificates in PEM form"};
  if (found == 0)
    return Error{Errc::invalid, "holds no certificate; allowed: PEM, from -----BEGIN CERTIFICATE----- on"};
  return {};
}

}  // namespace taara
