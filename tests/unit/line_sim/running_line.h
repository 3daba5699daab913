// SPDX-License-Identifier: Apache-2.0
// A simulated line served over a real socket, and a client that asks it.
#pragma once

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "line_sim/control.h"
#include "line_sim/http_server.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {

// A line on a free port, served by a thread of its own.
class Running {
 public:
  explicit Running(const LineSettings& settings = two_households(), const ServerSettings& server = {})
      : clock_(parse_time("2026-01-10T12:00:00Z").value(), 0),
        line_(settings, clock_),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    const auto answer = [this](const Request& request) {
      return request.path.starts_with("/control/") ? line_.plain(request, control(line_, request))
                                                   : line_.answer(request);
    };
    auto made = HttpServer::create(server, answer, [this] { return line_.tls_silent(); });
    EXPECT_TRUE(made) << made.error().what;
    server_ = std::move(made.value());
    url_ = (server.tls_cert.empty() ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(server_->port());
    thread_ = std::thread([this] { server_->run(stop_.get()); });
  }
  ~Running() {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  static LineSettings two_households() {
    LineSettings settings;
    settings.households = 2;
    return settings;
  }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  SimClock clock_;
  Line line_;
  Descriptor stop_;
  std::unique_ptr<HttpServer> server_;
  std::string url_;
  std::thread thread_;
};

struct Got {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string body;
  std::string headers;
};

struct Asked {
  std::string post;  // "-" posts an empty body
  std::string header;
  std::string ca;
  long timeout_ms = 5000;
};

class Client {
 public:
  Client() : curl_(curl_easy_init()) {}
  ~Client() { curl_easy_cleanup(curl_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Got ask(const std::string& url, const Asked& asked = {}) {
    Got got;
    const auto append = +[](char* data, std::size_t size, std::size_t count, void* target) -> std::size_t {
      static_cast<std::string*>(target)->append(data, size * count);
      return size * count;
    };
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_PROXY, "");
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, asked.timeout_ms);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &got.body);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &got.headers);
    const std::string post = asked.post == "-" ? "" : asked.post;
    if (!asked.post.empty()) curl_easy_setopt(curl_, CURLOPT_COPYPOSTFIELDS, post.c_str());
    if (!asked.ca.empty()) curl_easy_setopt(curl_, CURLOPT_CAINFO, asked.ca.c_str());
    curl_slist* headers = nullptr;
    for (const std::string& header : {asked.header, cookie_}) {
      if (!header.empty()) headers = curl_slist_append(headers, header.c_str());
    }
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
    got.code = curl_easy_perform(curl_);
    curl_slist_free_all(headers);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &got.status);
    // Not curl's own cookie engine: that of 7.88 loses memory when its handle is reset.
    if (const std::size_t at = got.headers.find("Set-Cookie: session="); at != std::string::npos) {
      cookie_ = got.headers.substr(at + 4, got.headers.find(';', at) - at - 4);
    }
    return got;
  }

 private:
  CURL* curl_;
  std::string cookie_;
};

}  // namespace taara::line_sim
