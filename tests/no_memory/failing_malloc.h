// SPDX-License-Identifier: Apache-2.0
// This program's malloc and all that is built on it (operator new, libcurl, SQLite, Boost): glibc's own, except that in
// a thread that says so the n-th allocation fails.
#pragma once

namespace taara::test {

struct FailingMalloc {
  // From now on the `nth` allocation of this thread fails; `and_after`: every later one, too.
  static void start(long nth, bool and_after);
  static void stop();
  static bool failed();  // whether any allocation has failed since start()
};

}  // namespace taara::test
