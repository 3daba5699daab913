// SPDX-License-Identifier: Apache-2.0
// What libcurl's codes mean for a poll.
#pragma once

#include <curl/curl.h>

#include <string>

#include "core/reading.h"

namespace taara {

// How far a request had come.
struct HttpProgress {
  bool name_known = false;
  bool connected = false;
  bool sent = false;  // at least a part of it
};

[[nodiscard]] PollError kind_of(CURLcode code, const HttpProgress& progress);

// One sentence for the log without anything personal; `sentence` is curl's own, possibly empty. `own_authorities`: the
// system's are not trusted, a ca_file's are.
[[nodiscard]] std::string explain(CURLcode code, PollError kind, const char* sentence, bool own_authorities);

}  // namespace taara
