// SPDX-License-Identifier: Apache-2.0
// The exporter-toolkit names versions, cipher suites, curves and policies as Go does; OpenSSL has names of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace taara {

enum class TlsVersion { tls12, tls13 };
enum class ClientAuth { none, request, require_any, verify_if_given, require_and_verify };

struct CipherSuite {
  std::string_view name;     // Go's
  std::string_view openssl;  // OpenSSL's
  TlsVersion version;
};

[[nodiscard]] std::optional<TlsVersion> tls_version_named(std::string_view name);  // TLS12, TLS13
// The suites that Go holds for safe; nullptr for every other.
[[nodiscard]] const CipherSuite* cipher_suite_named(std::string_view name);
[[nodiscard]] std::optional<std::string_view> openssl_curve_named(std::string_view name);
[[nodiscard]] std::optional<ClientAuth> client_auth_named(std::string_view name);

// For messages.
[[nodiscard]] std::string cipher_suite_names();
inline constexpr std::string_view kCurveNames = "CurveP256, CurveP384, CurveP521, X25519";
inline constexpr std::string_view kClientAuthNames =
    "NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert";

}  // namespace taara
