// SPDX-License-Identifier: Apache-2.0
#include "core/tls_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace taara {
namespace {

using enum TlsVersion;

constexpr std::array kSuites{
    CipherSuite{"TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", tls13},
    CipherSuite{"TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", tls13},
    CipherSuite{"TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", tls13},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", tls12},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", tls12},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", tls12},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", tls12},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", tls12},
    CipherSuite{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305", tls12},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA", tls12},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA", tls12},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA", tls12},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA", tls12},
};

template <class Value, std::size_t N>
std::optional<Value> named(const std::array<std::pair<std::string_view, Value>, N>& names, std::string_view name) {
  const auto* const found = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == name; });
  if (found == names.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::optional<TlsVersion> tls_version_named(std::string_view name) {
  if (name == "TLS12") return tls12;
  if (name == "TLS13") return tls13;
  return std::nullopt;
}

const CipherSuite* cipher_suite_named(std::string_view name) {
  const auto* const found = std::find_if(kSuites.begin(), kSuites.end(), [&](const auto& s) { return s.name == name; });
  return found == kSuites.end() ? nullptr : found;
}

std::optional<std::string_view> openssl_curve_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kCurves{
      {{"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}}};
  return named(kCurves, name);
}

std::optional<ClientAuth> client_auth_named(std::string_view name) {
  using enum ClientAuth;
  static constexpr std::array<std::pair<std::string_view, ClientAuth>, 6> kPolicies{
      {{"NoClientCert", none},
       {"RequestClientCert", request},
       {"RequireAnyClientCert", require_any},
       {"RequireClientCert", require_any},  // an older name that the toolkit still takes
       {"VerifyClientCertIfGiven", verify_if_given},
       {"RequireAndVerifyClientCert", require_and_verify}}};
  return named(kPolicies, name);
}

std::string cipher_suite_names() {
  std::string names;
  for (const CipherSuite& suite : kSuites) names.append(names.empty() ? "" : ", ").append(suite.name);
  return names;
}

}  // namespace taara
