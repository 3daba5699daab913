// SPDX-License-Identifier: Apache-2.0
// A request as civetweb has split it.
#pragma once

#include <civetweb.h>

#include <string_view>

#include "io/web_server.h"

namespace taara {

class CivetRequest : public WebRequest {
 public:
  explicit CivetRequest(const mg_connection* connection) : connection_(connection) {}
  [[nodiscard]] std::string_view path() const override { return mg_get_request_info(connection_)->local_uri_raw; }
  [[nodiscard]] std::string_view header(const char* name) const override {
    const char* value = mg_get_header(connection_, name);
    return value == nullptr ? std::string_view{} : std::string_view(value);
  }
  [[nodiscard]] std::string_view query() const override {
    const char* text = mg_get_request_info(connection_)->query_string;
    return text == nullptr ? std::string_view{} : std::string_view(text);
  }

 private:
  const mg_connection* connection_;
};

}  // namespace taara
