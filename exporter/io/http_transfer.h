// SPDX-License-Identifier: Apache-2.0
// One request on its way: a libcurl easy handle with everything that it points to. Only io/http.cc uses it.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "io/http.h"
#include "io/http_head.h"

namespace taara {

struct CurlEasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CurlHeaderWiper {
  void operator()(curl_slist* list) const;
};

// Where the certificates are that the system trusts.
struct SystemTrust {
  std::string directory;  // empty: curl's default bundle
};

// Why a request may not be sent, or nothing.
[[nodiscard]] std::string_view refusal(const HttpRequest& request);

struct HttpTransfer {
  std::uint64_t id = 0;
  Time now;
  std::string host;
  std::unique_ptr<curl_slist, CurlHeaderWiper> headers;
  std::string post;  // curl reads it in place, so that no copy of it stays
  std::string body;
  HttpHead head;
  std::size_t head_bytes = 0;
  bool head_too_large = false;
  bool body_too_large = false;
  bool own_authorities = false;  // a ca_file's, not the system's
  std::array<char, CURL_ERROR_SIZE> error{};
  std::unique_ptr<CURL, CurlEasyCloser> easy;  // last: goes first, as it points to the others

  HttpTransfer() = default;
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;
  ~HttpTransfer();

  // Sets everything up; false when libcurl refuses an option or memory is short.
  [[nodiscard]] bool prepare(const HttpRequest& request, const HttpLimits& limits, const SystemTrust& trust);
  [[nodiscard]] HttpDone finish(CURLcode code);

  template <class Value>
  [[nodiscard]] Value info(CURLINFO what) const {
    Value value{};
    curl_easy_getinfo(easy.get(), what, &value);
    return value;
  }

 private:
  [[nodiscard]] bool add_headers(const HttpRequest& request);
  [[nodiscard]] HttpReply reply();
  [[nodiscard]] HttpFailure failure(CURLcode code, bool sent) const;
};

}  // namespace taara
