// SPDX-License-Identifier: Apache-2.0
// Which client certificates a TLS server takes.
#pragma once

#include <string>
#include <vector>

#include "core/web_config.h"

struct x509_store_ctx_st;

namespace taara {

struct ClientCertificateRules {
  ClientAuth policy = ClientAuth::none;
  std::vector<std::string> allowed_sans;  // empty: any name
};

// For SSL_CTX_set_cert_verify_callback, with the rules as its argument. Only called where a certificate was sent. A
// name must be exactly one of the certificate's subject alternative names: DNS name, e-mail address, IP address, URI.
int check_client_certificate(x509_store_ctx_st* chain, void* rules);

}  // namespace taara
