// SPDX-License-Identifier: Apache-2.0
#include "io/tls_context.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <optional>

#include "io/client_certificate.h"
#include "io/regular_file.h"
#include "io/trusted_file.h"

namespace taara {
namespace {

constexpr std::size_t kMostPemBytes = std::size_t{1024} * 1024;
// OpenSSL's own list has suites without forward secrecy, and CBC; every client of the last ten years has one of these.
constexpr const char* kSuites12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

// OpenSSL's own words, which hold no data.
std::string reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* text = ERR_reason_error_string(code);
  ERR_clear_error();
  return text == nullptr ? "unknown reason" : text;
}

int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return -1; }

class Maker {
 public:
  explicit Maker(const TlsServer& server) : server_(server) {}

  std::variant<MadeTlsContext, std::vector<TlsProblem>> make() {
    const auto rules =
        std::make_shared<ClientCertificateRules>(ClientCertificateRules{server_.client_auth, server_.allowed_sans});
    rules_ = rules.get();
    made_.context = TlsContext(SSL_CTX_new(TLS_server_method()), [rules](SSL_CTX* context) { SSL_CTX_free(context); });
    if (!made_.context) {
      problem("", "OpenSSL can't begin: " + reason());
      return problems_;
    }
    set_versions_and_suites();
    set_certificate();
    set_client_auth();
    ERR_clear_error();
    if (!problems_.empty()) return problems_;
    return std::move(made_);
  }

 private:
  SSL_CTX* ctx() { return made_.context.get(); }

  void problem(std::string_view key, std::string text, bool permission = false) {
    problems_.push_back({std::string(key), std::move(text), permission});
  }

  enum class Content { known_to_all, secret };
  // The text of a file or of the configuration itself; its problems are told.
  std::optional<std::string> read(const PemSource& source, std::string_view key, Content content) {
    if (source.path.empty()) return source.text;
    auto file = RegularFile::open(source.path, Links::follow);
    if (file.has_error()) {
      problem(key, file.error().what, file.error().code == Errc::permission);
      return std::nullopt;
    }
    const mode_t mode = file->status().st_mode;
    if ((mode & 02U) != 0) {
      problem(key, "can be changed by every user (mode " + mode_text(mode) + "); take that away: chmod o-w FILE", true);
      return std::nullopt;
    }
    if (content == Content::secret && (mode & 04U) != 0)
      made_.notes.push_back("every user of this machine can read the private key (mode " + mode_text(mode) +
                            "); take that away: chmod 600 FILE");
    auto text = read_whole(*file, kMostPemBytes, "has more than 1 MiB; that is no PEM file");
    if (text.has_error()) {
      problem(key, text.error().what);
      return std::nullopt;
    }
    return *std::move(text);
  }

  static std::string name(const PemSource& source, std::string_view key) {
    return std::string(key) + (source.path.empty() ? "" : "_file");
  }

  std::vector<Certificate> certificates(const PemSource& source, std::string_view base) {
    const std::string key = name(source, base);
    std::vector<Certificate> found;
    const auto text = read(source, key, Content::known_to_all);
    if (!text) return found;
    const Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
    ERR_clear_error();
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) found.emplace_back(next);
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
      problem(key, "found a certificate that can't be read (" + reason() + "); allowed: certificates in PEM form");
      found.clear();
    } else if (found.empty()) {
      problem(key, "found no certificate in it; allowed: PEM, from -----BEGIN CERTIFICATE----- on");
    }
    ERR_clear_error();
    return found;
  }

  Key private_key() {
    const std::string key = name(server_.key, "key");
    auto content = read(server_.key, key, Content::secret);
    if (!content) return nullptr;
    std::string text = std::move(*content);
    ERR_clear_error();
    Key found;
    {
      const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
      found.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    }
    const bool encrypted = text.find("ENCRYPTED") != std::string::npos;
    OPENSSL_cleanse(text.data(), text.size());
    if (found) return found;
    if (encrypted)
      problem(key,
              "found a private key with a passphrase, which nobody could type in here; allowed: a key without one in a "
              "file that only the exporter's user can read: openssl pkey -in KEY -out NEW");
    else
      problem(key, "found no private key in it (" + reason() + "); allowed: PEM, from -----BEGIN PRIVATE KEY----- on");
    ERR_clear_error();
    return nullptr;
  }

  void set_certificate() {
    const auto chain = certificates(server_.certificate, "cert");
    const Key key = private_key();
    if (chain.empty() || !key) return;
    const std::string where = name(server_.certificate, "cert");
    if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
      ERR_clear_error();
      return problem(where,
                     "found a certificate that doesn't belong to the private key; allowed: the two that were "
                     "made together, the server's own certificate first in its file");
    }
    bool set =
        SSL_CTX_use_certificate(ctx(), chain.front().get()) == 1 && SSL_CTX_use_PrivateKey(ctx(), key.get()) == 1;
    for (std::size_t i = 1; i < chain.size() && set; ++i)
      set = SSL_CTX_add1_chain_cert(ctx(), chain[i].get()) == 1;  // NOLINT: the macro casts
    if (!set) return problem(where, "OpenSSL refuses this certificate: " + reason());
    if (X509_cmp_current_time(X509_get0_notAfter(chain.front().get())) < 0)
      made_.notes.emplace_back("the certificate has expired; clients will refuse it");
  }

  void set_versions_and_suites() {
    const auto number = [](TlsVersion version) {
      return version == TlsVersion::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    };
    SSL_CTX_set_min_proto_version(ctx(), number(server_.min_version));  // NOLINT: the macro casts
    SSL_CTX_set_max_proto_version(ctx(), number(server_.max_version));  // NOLINT
    SSL_CTX_set_options(ctx(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   (server_.prefer_server_ciphers ? SSL_OP_CIPHER_SERVER_PREFERENCE : 0));
    SSL_CTX_set_num_tickets(ctx(), 0);
    SSL_CTX_set_session_cache_mode(ctx(), SSL_SESS_CACHE_OFF);                                     // NOLINT
    SSL_CTX_set_mode(ctx(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |  // NOLINT
                                SSL_MODE_RELEASE_BUFFERS);
    const std::string suites = server_.ciphers_12.empty() ? kSuites12 : server_.ciphers_12;
    if (SSL_CTX_set_cipher_list(ctx(), suites.c_str()) != 1)
      problem("cipher_suites", "OpenSSL here has none of these suites: " + reason());
    if (!server_.ciphers_13.empty() && SSL_CTX_set_ciphersuites(ctx(), server_.ciphers_13.c_str()) != 1)
      problem("cipher_suites", "OpenSSL here has none of these suites: " + reason());
    if (!server_.curves.empty() && SSL_CTX_set1_groups_list(ctx(), server_.curves.c_str()) != 1)  // NOLINT
      problem("curve_preferences", "OpenSSL here has none of these curves: " + reason());
  }

  void set_client_auth() {
    if (server_.client_auth == ClientAuth::none) return;
    const bool must =
        server_.client_auth == ClientAuth::require_any || server_.client_auth == ClientAuth::require_and_verify;
    SSL_CTX_set_verify(ctx(), SSL_VERIFY_PEER | (must ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    SSL_CTX_set_cert_verify_callback(ctx(), check_client_certificate, rules_);
    if (!server_.client_ca) return;
    for (const Certificate& ca : certificates(*server_.client_ca, "client_ca")) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx()), ca.get());
      SSL_CTX_add_client_CA(ctx(), ca.get());
    }
  }

  const TlsServer& server_;
  MadeTlsContext made_;
  ClientCertificateRules* rules_ = nullptr;
  std::vector<TlsProblem> problems_;
};

}  // namespace

std::variant<MadeTlsContext, std::vector<TlsProblem>> make_tls_context(const TlsServer& server) {
  return Maker(server).make();
}

}  // namespace taara
