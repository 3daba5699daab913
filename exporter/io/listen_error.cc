// SPDX-License-Identifier: Apache-2.0
#include "io/listen_error.h"

#include <cerrno>

namespace taara {

Error listen_error(const std::string& addresses, int number, const std::string& otherwise) {
  const std::string what = "cannot listen on " + addresses + ": ";
  if (number == EADDRINUSE) {
    return {Errc::busy, what + "the address is in use; stop the program that has it or choose another listen address"};
  }
  if (number == EACCES || number == EPERM) {
    return {Errc::permission, what + "not allowed; choose a port from 1024 up"};
  }
  if (number == EADDRNOTAVAIL) {
    return {Errc::io, what + "this machine has no such address; choose one that it has, such as 127.0.0.1"};
  }
  return {Errc::io, what + otherwise};
}

}  // namespace taara
