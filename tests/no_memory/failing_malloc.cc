// SPDX-License-Identifier: Apache-2.0
#include "failing_malloc.h"

#include <cerrno>
#include <cstddef>

extern "C" {  // glibc's own, under names that are not replaced
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace taara::test {
namespace {

thread_local long left = 0;  // allocations until one fails; 0: none will
thread_local bool all_after = false;
thread_local bool has_failed = false;

bool fails() {
  if (left == 0 || --left > 0) return false;
  if (all_after) left = 1;
  has_failed = true;
  errno = ENOMEM;
  return true;
}

}  // namespace

void FailingMalloc::start(long nth, bool and_after) {
  has_failed = false;
  all_after = and_after;
  left = nth;
}
void FailingMalloc::stop() { left = 0; }
bool FailingMalloc::failed() { return has_failed; }

}  // namespace taara::test

extern "C" {
void* malloc(std::size_t size) { return taara::test::fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return taara::test::fails() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) { return taara::test::fails() ? nullptr : __libc_realloc(old, size); }
void* memalign(std::size_t alignment, std::size_t size) {
  return taara::test::fails() ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}
