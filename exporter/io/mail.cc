// SPDX-License-Identifier: Apache-2.0
#include "io/mail.h"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace taara {
namespace {

constexpr long kConnectSeconds = 15;
constexpr long kSeconds = 40;
constexpr unsigned kPortOfTls = 465;

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Sending {
  std::string_view left;
  const std::function<bool()>* stopped;
};

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self) noexcept {
  auto& left = static_cast<Sending*>(self)->left;
  const std::size_t some = std::min(size * count, left.size());
  std::memcpy(buffer, left.data(), some);
  left.remove_prefix(some);
  return some;
}

std::size_t on_nothing(char* /*data*/, std::size_t size, std::size_t count, void* /*self*/) noexcept {
  return size * count;
}

int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<Sending*>(self)->stopped)() ? 1 : 0;
}

// curl's own sentences name a stage and the server's number; they don't repeat what the server wrote.
std::string explain(CURLcode code, long status, const char* sentence) {
  const std::string number = status > 0 ? " (" + std::to_string(status) + ")" : "";
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the server's name is not known; is it spelled right?";
    case CURLE_COULDNT_CONNECT:
      return "nobody answers at that host and port";
    case CURLE_OPERATION_TIMEDOUT:
      return "the server does not answer in time; is the port right?";
    case CURLE_LOGIN_DENIED:
      return "the server refuses user name or password" + number +
             "; with two-factor login it takes an app password only";
    case CURLE_USE_SSL_FAILED:
      return "the server offers no encryption on this port; try 587 or 465";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the server's certificate is not valid for that name";
    case CURLE_SSL_CONNECT_ERROR:
      return "no encrypted connection came about; port 465 begins encrypted, 587 does not";
    case CURLE_ABORTED_BY_CALLBACK:
      return "stopped by hand";
    default:
      break;
  }
  const std::string own = sentence != nullptr && *sentence != '\0' ? sentence : curl_easy_strerror(code);
  return "the server does not take it: " + own;
}

}  // namespace

Result<void> send_mail(const MailRoute& route, std::string_view password, std::string_view text,
                       const std::function<bool()>& stopped) {
  const std::unique_ptr<CURL, EasyCloser> easy(curl_easy_init());
  if (!easy) return Error{Errc::io, "libcurl could not start: not enough memory"};
  std::unique_ptr<curl_slist, ListCloser> recipients;
  for (const auto& address : route.to) {
    curl_slist* const longer = curl_slist_append(recipients.get(), ("<" + address + ">").c_str());
    if (longer == nullptr) return Error{Errc::io, "not enough memory"};
    (void)recipients.release();
    recipients.reset(longer);
  }
  Sending sending{text, &stopped};
  std::array<char, CURL_ERROR_SIZE> sentence{};
  const bool tls_at_once = route.tls && route.port == kPortOfTls;
  // The path is how this machine introduces itself; Alertmanager says localhost, too.
  const std::string url =
      (tls_at_once ? "smtps://" : "smtp://") + route.host + ":" + std::to_string(route.port) + "/localhost";
  const std::string from = "<" + route.from + ">";

  bool good = true;
  const auto set = [&](CURLoption option, auto value) {
    good = curl_easy_setopt(easy.get(), option, value) == CURLE_OK && good;
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_ERRORBUFFER, sentence.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_USE_SSL, static_cast<long>(route.tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(CURLOPT_TIMEOUT, kSeconds);
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &on_read);
  set(CURLOPT_READDATA, static_cast<void*>(&sending));
  set(CURLOPT_WRITEFUNCTION, &on_nothing);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(&sending));
  if (!route.user.empty()) {
    std::string copy(password);  // curl wants it ended by a zero
    set(CURLOPT_USERNAME, route.user.c_str());
    set(CURLOPT_PASSWORD, copy.c_str());
    OPENSSL_cleanse(copy.data(), copy.size());
  }
  if (!good) return Error{Errc::io, "libcurl refused an option"};
  const CURLcode code = curl_easy_perform(easy.get());
  if (code == CURLE_OK) return {};
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  return Error{code == CURLE_LOGIN_DENIED ? Errc::permission : Errc::io, explain(code, status, sentence.data())};
}

}  // namespace taara
