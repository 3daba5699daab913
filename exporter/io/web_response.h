// SPDX-License-Identifier: Apache-2.0
// One answer to one request: held back up to 64 KiB, so that most have a Content-Length; longer ones are streamed, in
// chunks for HTTP/1.1 and until the connection closes for HTTP/1.0, so that a page of 70 MB never sits in memory.
// Compresses when the client allows it and it pays. Used by one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/gzip.h"

namespace taara {

using WebHeaders = std::vector<std::pair<std::string, std::string>>;

class WebResponse {
 public:
  struct Request {  // what the shape of the answer depends on
    bool head = false;
    bool http_1_0 = false;
    bool gzip = false;
  };
  // Puts bytes on the wire; false when the connection is gone or too slow.
  using Wire = std::function<bool(std::string_view)>;

  WebResponse(const Request& request, Wire wire) : request_(request), wire_(std::move(wire)) {}
  WebResponse(const WebResponse&) = delete;
  WebResponse& operator=(const WebResponse&) = delete;

  void status(int code) { status_ = code; }
  void content_type(std::string_view type) { content_type_ = type; }
  void header(std::string_view name, std::string_view value);
  // What a browser may use besides nothing at all, as directives of a Content-Security-Policy.
  void allow(std::string_view directives) { allowed_ = directives; }
  // Instead of ours of the same name, on whatever is answered; it must outlive the answer.
  void use_headers(const WebHeaders& headers) { configured_ = &headers; }
  // False when nobody wants the rest of the body.
  bool write(std::string_view data);
  void finish();

  [[nodiscard]] int status() const { return status_; }
  // The first bytes are on the wire: too late for another status.
  [[nodiscard]] bool begun() const { return begun_; }

 private:
  void append_head(std::string& out, std::optional<std::size_t> length) const;
  void begin_streaming();
  bool compress(std::string_view data);
  bool send_chunk();

  Request request_;
  Wire wire_;
  int status_ = 200;
  std::string content_type_ = "text/plain; charset=utf-8";
  std::string extra_headers_;
  std::string allowed_;
  const WebHeaders* configured_ = nullptr;
  std::string body_;  // not sent yet; behind room for a chunk's size while streaming
  std::optional<Gzip> gzip_;
  bool begun_ = false;
  bool wanted_ = true;
};

}  // namespace taara
