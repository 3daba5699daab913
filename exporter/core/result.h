// SPDX-License-Identifier: Apache-2.0
// Errors are values: a function that can fail returns Result<T>, which cannot be dropped unread.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>

namespace taara {

enum class Errc {
  invalid,       // input that breaks its grammar or range
  not_found,     // something named is not there
  permission,    // we may not, or others may (a secret that everybody can read)
  io,            // the operating system refused
  corrupt,       // a file is damaged
  newer_schema,  // a file was written by a newer version of this program
  busy,          // somebody else holds it: a port, a lock
};

struct Error {
  Errc code = Errc::invalid;
  std::string what;  // what was tried on what, and why it failed; never a secret
};

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T>
struct [[nodiscard]] Result : boost::system::result<T, Error> {
  using boost::system::result<T, Error>::result;
};

}  // namespace taara
