// SPDX-License-Identifier: Apache-2.0
#include "io/http_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace taara {
namespace {

// NOLINTBEGIN(cppcoreguidelines-no-malloc): these are malloc and free for a C library
void free_wiped(void* memory) {
  if (memory == nullptr) return;
  OPENSSL_cleanse(memory, malloc_usable_size(memory));
  std::free(memory);
}

// realloc would leave the old place as it is.
void* realloc_wiped(void* memory, std::size_t size) {
  void* const moved = std::malloc(size);
  if (moved == nullptr || memory == nullptr) return moved;
  std::memcpy(moved, memory, std::min(size, malloc_usable_size(memory)));
  free_wiped(memory);
  return moved;
}
// NOLINTEND(cppcoreguidelines-no-malloc)

}  // namespace

CURLcode start_curl_with_wiped_memory() {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, free_wiped, realloc_wiped, ::strdup, std::calloc);
}

}  // namespace taara
