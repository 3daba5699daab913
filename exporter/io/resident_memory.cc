// SPDX-License-Identifier: Apache-2.0
#include "io/resident_memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace taara {
namespace {

constexpr std::size_t kMostSegments = 16;  // an object has three or four

// Relocated code differs from its file, and dropping it would lose the difference.
bool has_text_relocations(const dl_phdr_info& object) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    if (object.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader gives addresses as numbers
    const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + object.dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_TEXTREL) return true;
      if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0) return true;
    }
  }
  return false;
}

struct PageRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

PageRange pages_of(const dl_phdr_info& object, const ElfW(Phdr) & segment, std::uintptr_t page) {
  const std::uintptr_t begin = object.dlpi_addr + segment.p_vaddr;
  return {begin & ~(page - 1), (begin + segment.p_memsz + page - 1) & ~(page - 1)};
}

bool meets_writable(const dl_phdr_info& object, const PageRange& range, std::uintptr_t page) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) == 0) continue;
    const PageRange other = pages_of(object, segment, page);
    if (other.begin < range.end && range.begin < other.end) return true;
  }
  return false;
}

// Only segments that the program may not write: their pages equal the file's. Data and RELRO lie in writable segments.
// Sanitizers change neither code nor read-only data, so this holds under them, too.
int release_object(dl_phdr_info* object, std::size_t /*size*/, void* page_size_pointer) {
  const std::uintptr_t page = *static_cast<const std::uintptr_t*>(page_size_pointer);
  if (std::string_view(object->dlpi_name).starts_with("linux-vdso") || has_text_relocations(*object)) return 0;
  // The list of segments lies in one of them: read to its end first, for reading on would map 64 KiB of it again.
  std::array<PageRange, kMostSegments> idle{};
  std::size_t count = 0;
  for (int i = 0; i < object->dlpi_phnum && count < idle.size(); ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const PageRange range = pages_of(*object, segment, page);
    if (!meets_writable(*object, range, page)) idle[count++] = range;
  }
  for (const PageRange& range : std::span(idle).first(count)) {
    // A refusal (locked memory) leaves everything as it was.
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    madvise(reinterpret_cast<void*>(range.begin), range.end - range.begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void release_idle_memory() {
  malloc_trim(0);
  auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  dl_iterate_phdr(&release_object, &page);
}

}  // namespace taara
