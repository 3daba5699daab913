// SPDX-License-Identifier: Apache-2.0
// The words of `probe`.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "core/config.h"
#include "core/line_source.h"

namespace taara {

// "GET /v1/customers/get-customer-bundle?hotspotId=…": what is asked, without any value.
[[nodiscard]] std::string shape_of(const HttpRequest& request);

// "885.13 GB (885126291542 bytes)".
[[nodiscard]] std::string in_words(Bytes bytes);

void tell_answer(const HttpResult& result, std::ostream& out);
void tell_outcome(const PollOutcome& outcome, std::ostream& out);

// Every numeric field of a router's answer, and the mapping that they suggest, ready to be copied.
void tell_fields(std::string_view body, std::ostream& out);

}  // namespace taara
