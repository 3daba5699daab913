// SPDX-License-Identifier: Apache-2.0
#include "io/http_failure.h"

#include <string_view>

namespace taara {
namespace {

constexpr std::size_t kMaxSentence = 200;
constexpr std::string_view kLookAtCaFile =
    "; only the authorities in the file of households[].ca_file are trusted for this line: if it has a new one "
    "that you have made sure of, put that one's certificate there";

}  // namespace

// Which part of the way failed. Time that ran out is the fault of what was going on: looking up the name, connecting,
// or (with TLS not yet spoken, or no answer) the other side's slowness.
PollError kind_of(CURLcode code, const HttpProgress& progress) {
  switch (code) {
    case CURLE_OK:  // but the head never ended
    case CURLE_PARTIAL_FILE:
      return PollError::truncated;
    case CURLE_COULDNT_RESOLVE_HOST:
      return PollError::dns;
    case CURLE_COULDNT_CONNECT:
      return PollError::connect;
    case CURLE_OPERATION_TIMEDOUT:
      if (progress.connected || progress.sent) return PollError::timeout;
      return progress.name_known ? PollError::connect : PollError::dns;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return PollError::reset;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return PollError::tls;
    case CURLE_FILESIZE_EXCEEDED:
      return PollError::too_large;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return PollError::not_json;
    case CURLE_UNSUPPORTED_PROTOCOL:  // what answered doesn't speak HTTP; before sending: our URL is wrong
      return progress.sent ? PollError::not_json : PollError::internal;
    default:
      return PollError::internal;
  }
}

// curl's own sentence where it names no more than the host; for the other kinds only the code's fixed text, because
// that sentence may quote the URL or what the line sent.
std::string explain(CURLcode code, PollError kind, const char* sentence, bool own_authorities) {
  if (own_authorities && (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE))
    return explain(code, kind, sentence, false) + std::string(kLookAtCaFile);
  switch (kind) {
    case PollError::dns:
    case PollError::connect:
    case PollError::tls:
    case PollError::timeout:
    case PollError::reset:
    case PollError::truncated:
      if (*sentence != '\0') return std::string(std::string_view(sentence).substr(0, kMaxSentence));
      break;
    default:
      break;
  }
  return curl_easy_strerror(code);
}

}  // namespace taara
