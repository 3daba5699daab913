// SPDX-License-Identifier: Apache-2.0
#include "io/http_transfer.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <new>

#include "io/http_failure.h"

namespace taara {
namespace {

constexpr std::size_t kMaxRequestBody = 32'768;  // more than any login; below it curl counts exactly what it sent
constexpr long kMaxIdleSeconds = 60;
constexpr long kNamesCachedSeconds = 60;
constexpr long kStallBytesPerSecond = 100;
constexpr long kCaFileCachedSeconds = 3600;
constexpr std::size_t kMaxContentType = 200;
constexpr std::size_t kMaxHost = 253;

struct UrlCloser {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, UrlCloser> parsed(curl_url());
  if (!parsed) return {};
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) return {};
  char* found = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_HOST, &found, 0) != CURLUE_OK) return {};
  std::string host(found);
  curl_free(found);
  const bool clean = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':' || c == '[' || c == ']';
  });
  return clean && host.size() <= kMaxHost ? host : std::string{};
}

bool breaks_a_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// Exceptions must not pass through C: no memory ends the transfer.
std::size_t on_head(char* data, std::size_t, std::size_t size, void* self) noexcept {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  transfer.head_bytes += size;
  if (transfer.head_bytes > kMaxReplyHead) {
    transfer.head_too_large = true;
    return 0;
  }
  try {
    transfer.head.take({data, size}, transfer.host);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  if (transfer.head.framing_in_doubt) curl_easy_setopt(transfer.easy.get(), CURLOPT_FORBID_REUSE, 1L);
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) noexcept {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (transfer.body.size() + size > kMaxReplyBody) {
    transfer.body_too_large = true;
    return 0;
  }
  try {
    transfer.body.append(data, size);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size;
}

}  // namespace

void CurlHeaderWiper::operator()(curl_slist* list) const {
  for (const curl_slist* node = list; node != nullptr; node = node->next) {
    OPENSSL_cleanse(node->data, std::char_traits<char>::length(node->data));
  }
  curl_slist_free_all(list);
}

std::string_view refusal(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "POST") return "only GET and POST are supported";
  if (request.method == "GET" && !request.body.empty()) return "a GET request with a body";
  if (request.body.size() > kMaxRequestBody) return "the request body is too large";
  if (breaks_a_line(request.url)) return "the URL holds a line break";
  for (const auto& [name, value] : request.headers) {
    if (breaks_a_line(name) || breaks_a_line(value)) return "a header holds a line break";
    if (name.empty() || name.find_first_of(":; \t") != std::string::npos) return "a header has no proper name";
  }
  return {};
}

HttpTransfer::~HttpTransfer() {
  easy.reset();
  OPENSSL_cleanse(post.data(), post.size());
}

bool HttpTransfer::add_headers(const HttpRequest& request) {
  const auto add = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) return false;
    (void)headers.release();
    headers.reset(longer);
    return true;
  };
  bool all = add("Expect:");  // no waiting for 100 Continue
  for (const auto& [name, value] : request.headers) {
    std::string line = name;
    line.reserve(name.size() + 2 + value.size());  // growing later would leave a copy behind
    line += value.empty() ? ";" : ": ";
    line += value;
    all = all && add(line);
    OPENSSL_cleanse(line.data(), line.size());
  }
  return all;
}

bool HttpTransfer::prepare(const HttpRequest& request, const HttpLimits& limits, const SystemTrust& trust) {
  easy.reset(curl_easy_init());
  if (!easy || !add_headers(request)) return false;
  host = host_of(request.url);
  post = request.body;

  bool good = true;
  const auto set = [this, &good](CURLoption option, auto value) {
    good = curl_easy_setopt(easy.get(), option, value) == CURLE_OK && good;
  };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, error.data());
  set(CURLOPT_HEADERFUNCTION, &on_head);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HTTPHEADER, headers.get());
  if (request.method == "POST") {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE, static_cast<long>(post.size()));
    set(CURLOPT_POSTFIELDS, post.data());
  }
  // curl sends a request again, on its own, when a kept connection turns out to be dead. A login goes out once.
  if (request.is_login) set(CURLOPT_FRESH_CONNECT, 1L);

  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a name server that is silent must not hold this thread (it did, for 10 s)
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // none, whatever the environment says
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // one request, one connection: simple to bound
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_DNS_CACHE_TIMEOUT, kNamesCachedSeconds);
  set(CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.timeout.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count()));
  // Only spares the download where the length is told; on_body is what holds (curl 7.88 lets chunked bodies through).
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(kMaxReplyBody));

  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  own_authorities = limits.ca_file.has_value();
  if (limits.ca_file) {
    // A changed file holds from the next connection on, for those as well who were let in by the one before.
    set(CURLOPT_CA_CACHE_TIMEOUT, 0L);
    set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set(CURLOPT_CAINFO, limits.ca_file->c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  } else if (!trust.directory.empty()) {
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, trust.directory.c_str());
  } else {
    set(CURLOPT_CA_CACHE_TIMEOUT, kCaFileCachedSeconds);
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  return good;
}

HttpReply HttpTransfer::reply() {
  HttpReply reply;
  reply.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
  if (const char* type = info<char*>(CURLINFO_CONTENT_TYPE)) {
    reply.content_type = std::string_view(type).substr(0, kMaxContentType);
  }
  if (const char* target = info<char*>(CURLINFO_REDIRECT_URL)) reply.location_host = host_of(target);
  reply.body = std::move(body);
  reply.set_cookies = std::move(head.set_cookies);
  reply.retry_after = parse_retry_after(head.retry_after, now);
  reply.age = head.age;
  reply.date = head.date;
  return reply;
}

HttpFailure HttpTransfer::failure(CURLcode code, bool sent) const {
  HttpFailure failure;
  failure.reached = sent;
  const char* peer = info<char*>(CURLINFO_PRIMARY_IP);  // known from the TCP connection on; CONNECT_TIME waits for TLS
  failure.kind = kind_of(code, {.name_known = info<curl_off_t>(CURLINFO_NAMELOOKUP_TIME_T) > 0,
                                .connected = peer != nullptr && *peer != '\0',
                                .sent = sent});
  failure.what = explain(code, failure.kind, error.data(), own_authorities);
  // curl itself gives up on a single header line of 100 kB, before on_head could.
  const bool endless_line = sent && !head.complete && code == CURLE_OUT_OF_MEMORY;
  if (head_too_large || endless_line) {
    failure.kind = PollError::too_large;
    failure.what = "the headers of the answer are larger than 64 KiB";
  } else if (body_too_large || failure.kind == PollError::too_large) {
    failure.kind = PollError::too_large;
    failure.what = "the answer is larger than 1 MiB";
  } else if (code == CURLE_OK) {
    failure.what = "the answer ended within its headers";
  }
  return failure;
}

HttpDone HttpTransfer::finish(CURLcode code) {
  HttpDone done;
  done.id = id;
  const auto request_bytes = info<long>(CURLINFO_REQUEST_SIZE);  // with the body, as long as that is small
  const auto reply_bytes = info<long>(CURLINFO_HEADER_SIZE) + info<curl_off_t>(CURLINFO_SIZE_DOWNLOAD_T);
  done.bytes_sent = static_cast<std::uint64_t>(std::max(request_bytes, 0L));
  done.bytes_received = static_cast<std::uint64_t>(std::max<curl_off_t>(reply_bytes, 0));
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::microseconds(info<curl_off_t>(CURLINFO_TOTAL_TIME_T)));
  // curl takes a connection that closes within the headers for a whole answer.
  if (code == CURLE_OK && head.complete) {
    done.result = reply();
  } else {
    done.result = failure(code, request_bytes > 0);
  }
  std::visit([took](auto& result) { result.response_time = took; }, done.result);
  return done;
}

}  // namespace taara
