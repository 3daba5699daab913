// SPDX-License-Identifier: Apache-2.0
#include "io/client_certificate.h"

#include <arpa/inet.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

namespace taara {
namespace {

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_STRING* bytes) {
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(bytes) != 16) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size()) == nullptr) return {};
  return text.data();
}

std::vector<std::string> names_of(X509* certificate) {
  const auto free_all = [](GENERAL_NAMES* names) { GENERAL_NAMES_free(names); };
  const std::unique_ptr<GENERAL_NAMES, decltype(free_all)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)), free_all);
  std::vector<std::string> found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS || name->type == GEN_EMAIL || name->type == GEN_URI)
      found.push_back(text_of(name->d.ia5));
    else if (name->type == GEN_IPADD)
      found.push_back(address_of(name->d.iPAddress));
  }
  return found;
}

bool is_allowed(X509* certificate, const std::vector<std::string>& allowed) {
  const auto names = names_of(certificate);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return !name.empty() && std::find(allowed.begin(), allowed.end(), name) != allowed.end();
  });
}

}  // namespace

int check_client_certificate(x509_store_ctx_st* chain, void* argument) {
  try {
    const auto& rules = *static_cast<const ClientCertificateRules*>(argument);
    if (rules.policy == ClientAuth::request || rules.policy == ClientAuth::require_any) return 1;
    if (X509_verify_cert(chain) != 1) return 0;
    if (rules.allowed_sans.empty() || is_allowed(X509_STORE_CTX_get0_cert(chain), rules.allowed_sans)) return 1;
  } catch (...) {  // OpenSSL is C
  }
  X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

}  // namespace taara
