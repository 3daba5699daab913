// SPDX-License-Identifier: Apache-2.0
// `taara_exporter probe`: one login and one reading, told step by step, nothing stored. For the first contact with a
// line and for the day on which it answers differently. Prints no secret and no personal value.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>

#include "core/config.h"
#include "core/line_source.h"
#include "io/secret_file.h"

namespace taara {

// Carries one request to the line and waits for its answer.
using Carrier = std::function<HttpResult(const HttpRequest&)>;

// What the line knows of a hotspot; needs no login. Its answer may hold the partner id.
[[nodiscard]] HttpRequest hotspot_request(const std::string& line_url, std::string_view hotspot_id);

struct Probed {
  bool usable = false;              // a reading came out
  std::optional<Bytes> allocation;  // where the line says it
  std::optional<PollError> error;   // why not
  std::optional<Mapping> proposal;  // router: with this mapping the same answer would have been a better reading
};

[[nodiscard]] Probed probe(const std::shared_ptr<const Household>& household, const SecretReader& read_secret,
                           const Carrier& carry, const Clock& clock, std::ostream& out);

}  // namespace taara
