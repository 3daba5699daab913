// SPDX-License-Identifier: Apache-2.0
#include "io/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>

#include "io/http_memory.h"
#include "io/http_transfer.h"

namespace taara {
namespace {

constexpr long kMaxIdleConnections = 16;

struct CurlLibrary {  // counted and thread-safe inside libcurl, so every Http may hold one
  CurlLibrary() : ready(start_curl_with_wiped_memory() == CURLE_OK) {}
  ~CurlLibrary() {
    if (ready) curl_global_cleanup();
  }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
  bool ready;
};

struct MultiCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

bool is_hashed_name(const std::string& name) {
  return name.size() == 10 && name.ends_with(".0") && name.find_first_not_of("0123456789abcdef") == 8;
}

// Where the system's certificates are. Measured with Debian 12's 143 roots and libcurl 7.88, per TLS handshake:
//   bundle and directory together (curl's default there, which never caches)  20 ms of processor
//   bundle alone, parsed once and cached                                       1 ms, 0.8 MB held
//   directory alone: OpenSSL loads the one root that it needs                  1 ms, nothing held
// So the directory is taken where it is hashed, else the bundle with curl's cache. With one household a handshake comes
// every 10 minutes; with 10,000 the connections to the one host are kept and shared.
SystemTrust find_system_trust() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  if (info->age < CURLVERSION_SEVENTH || info->capath == nullptr) return {};
  std::error_code error;
  for (std::filesystem::directory_iterator entry(info->capath, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_hashed_name(entry->path().filename().string())) return {info->capath};
  }
  return {};
}

}  // namespace

struct Http::State {
  CurlLibrary library;
  SystemTrust trust;
  std::unique_ptr<CURLM, MultiCloser> multi;
  std::map<std::uint64_t, std::unique_ptr<HttpTransfer>> transfers;
  std::vector<HttpDone> refused;  // requests that could not start
  std::uint64_t last_id = 0;

  ~State() {
    for (const auto& [id, transfer] : transfers) curl_multi_remove_handle(multi.get(), transfer->easy.get());
  }

  void collect(std::vector<HttpDone>& done) {
    int left = 0;
    curl_multi_perform(multi.get(), &left);
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      char* pointer = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer);
      auto* transfer = reinterpret_cast<HttpTransfer*>(pointer);
      curl_multi_remove_handle(multi.get(), easy);
      done.push_back(transfer->finish(code));
      transfers.erase(transfer->id);
    }
  }
};

Result<std::unique_ptr<Http>> Http::create() {
  auto state = std::make_unique<State>();
  if (state->library.ready) state->multi.reset(curl_multi_init());
  if (!state->multi) return Error{Errc::io, "libcurl could not start: not enough memory or file descriptors"};
  curl_multi_setopt(state->multi.get(), CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
  state->trust = find_system_trust();
  return std::unique_ptr<Http>(new Http(std::move(state)));
}

Http::Http(std::unique_ptr<State> state) : state_(std::move(state)) {}
Http::~Http() = default;

std::uint64_t Http::start(const HttpRequest& request, const HttpLimits& limits, Time now) {
  auto transfer = std::make_unique<HttpTransfer>();
  const std::uint64_t id = transfer->id = ++state_->last_id;
  transfer->now = now;
  std::string_view refused = refusal(request);
  if (refused.empty() && !transfer->prepare(request, limits, state_->trust)) refused = "libcurl refused an option";
  if (refused.empty() && curl_multi_add_handle(state_->multi.get(), transfer->easy.get()) != CURLM_OK) {
    refused = "libcurl refused the request";
  }
  if (refused.empty()) {
    state_->transfers.emplace(id, std::move(transfer));
  } else {
    state_->refused.push_back(
        {id, HttpFailure{PollError::internal, std::string(refused), false, milliseconds{0}}, 0, 0});
  }
  return id;
}

void Http::cancel(std::uint64_t id) {
  std::erase_if(state_->refused, [id](const HttpDone& done) { return done.id == id; });
  const auto found = state_->transfers.find(id);
  if (found == state_->transfers.end()) return;
  curl_multi_remove_handle(state_->multi.get(), found->second->easy.get());
  state_->transfers.erase(found);
}

std::vector<HttpDone> Http::step(milliseconds longest) {
  std::vector<HttpDone> done = std::exchange(state_->refused, {});
  state_->collect(done);
  if (done.empty()) {
    const auto wait = std::clamp<milliseconds::rep>(longest.count(), 0, std::numeric_limits<int>::max());
    curl_multi_poll(state_->multi.get(), nullptr, 0, static_cast<int>(wait), nullptr);
    state_->collect(done);
  }
  return done;
}

void Http::wake() { curl_multi_wakeup(state_->multi.get()); }

std::size_t Http::under_way() const { return state_->transfers.size() + state_->refused.size(); }

}  // namespace taara
