// SPDX-License-Identifier: Apache-2.0
#include "core/result.h"

#include <stdexcept>

namespace taara {

// Only reached by calling value() on an error, which is a bug in the caller.
void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("unchecked error: " + error.what);
}

}  // namespace taara
