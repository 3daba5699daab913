// SPDX-License-Identifier: Apache-2.0
// libcurl copies what it sends (measured with 7.88: the body of a login stood in freed memory for as long as nothing
// else came to lie there). Its memory is therefore wiped when it is freed.
#pragma once

#include <curl/curl.h>

namespace taara {

// Instead of curl_global_init, and before any other call of libcurl.
[[nodiscard]] CURLcode start_curl_with_wiped_memory();

}  // namespace taara
