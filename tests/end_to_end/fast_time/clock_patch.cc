// SPDX-License-Identifier: Apache-2.0
#include "clock_patch.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

// The new code. It lies in one piece with its offsets, so that it runs wherever it is copied to. It uses registers
// that a called function may use, and of the stack only the red zone.
asm(R"(
  .pushsection .rodata
  .balign 16
patch_begin:
patch_realtime:  .quad 0, 0, 0      # seconds, nanoseconds, the same in microseconds
patch_monotonic: .quad 0, 0

patch_clock_gettime:                # edi: clock, rsi: timespec
  movl $228, %eax
  syscall
  testl %eax, %eax
  jnz 4f
  cmpl $11, %edi
  ja 4f
  leaq patch_realtime(%rip), %r11
  movl $0x821, %ecx                 # REALTIME, REALTIME_COARSE, TAI
  btl %edi, %ecx
  jc 1f
  movl $0xd2, %ecx                  # MONOTONIC, MONOTONIC_RAW, MONOTONIC_COARSE, BOOTTIME
  btl %edi, %ecx
  jnc 4f
  leaq patch_monotonic(%rip), %r11
1:
  movq (%rsi), %rcx
  addq (%r11), %rcx
  movq 8(%rsi), %rdx
  addq 8(%r11), %rdx
  cmpq $1000000000, %rdx
  jl 2f
  subq $1000000000, %rdx
  incq %rcx
2:
  movq %rcx, (%rsi)
  movq %rdx, 8(%rsi)
4:
  ret

patch_gettimeofday:                 # rdi: timeval or 0, rsi: timezone
  movl $96, %eax
  syscall
  testl %eax, %eax
  jnz 4f
  testq %rdi, %rdi
  jz 4f
  movq (%rdi), %rcx
  addq patch_realtime(%rip), %rcx
  movq 8(%rdi), %rdx
  addq patch_realtime+16(%rip), %rdx
  cmpq $1000000, %rdx
  jl 2f
  subq $1000000, %rdx
  incq %rcx
2:
  movq %rcx, (%rdi)
  movq %rdx, 8(%rdi)
4:
  ret

patch_time:                         # rdi: time_t or 0
  movq %rdi, %r8
  leaq -32(%rsp), %rsi
  xorl %edi, %edi
  movl $228, %eax
  syscall
  movq -32(%rsp), %rax
  addq patch_realtime(%rip), %rax
  movq -24(%rsp), %rdx
  addq patch_realtime+8(%rip), %rdx
  cmpq $1000000000, %rdx
  jl 2f
  incq %rax
2:
  testq %r8, %r8
  jz 4f
  movq %rax, (%r8)
4:
  ret
patch_end:
  .popsection
)");

extern "C" {
// Labels of the code above. Hidden: they are reached relative to this code.
[[gnu::visibility("hidden")]] extern const char patch_begin[];
[[gnu::visibility("hidden")]] extern const char patch_clock_gettime[];
[[gnu::visibility("hidden")]] extern const char patch_gettimeofday[];
[[gnu::visibility("hidden")]] extern const char patch_time[];
[[gnu::visibility("hidden")]] extern const char patch_end[];
}

namespace taara::fast_time {
namespace {

constexpr std::size_t kJumpSize = 5;
constexpr std::int64_t kBillion = 1'000'000'000;

struct Function {
  std::uint64_t at = 0;  // from the begin of the vDSO
  std::uint64_t size = 0;
};

// Every process has the same vDSO, only at another place: ours tells where its functions are.
Function vdso_function(const char* name) {
  void* const vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
  if (vdso == nullptr) return {};
  void* const found = dlsym(vdso, name);
  Dl_info info{};
  ElfW(Sym)* symbol = nullptr;
  Function out;
  if (found != nullptr && dladdr1(found, &info, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) != 0 &&
      symbol != nullptr)
    out = {reinterpret_cast<std::uint64_t>(found) - getauxval(AT_SYSINFO_EHDR), symbol->st_size};
  dlclose(vdso);
  return out;
}

std::uint64_t vdso_base(pid_t process) {
  const int file = open(("/proc/" + std::to_string(process) + "/auxv").c_str(), O_RDONLY | O_CLOEXEC);
  std::array<Elf64_auxv_t, 64> entries{};
  if (file < 0 || read(file, entries.data(), sizeof entries) < 0) entries = {};
  if (file >= 0) close(file);
  for (const Elf64_auxv_t& entry : entries)
    if (entry.a_type == AT_SYSINFO_EHDR) return entry.a_un.a_val;
  return 0;
}

bool write_all(int memory_fd, std::uint64_t at, const void* bytes, std::size_t size) {
  return pwrite(memory_fd, bytes, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
}

bool write_jump(int memory_fd, std::uint64_t from, std::uint64_t to) {
  std::array<unsigned char, kJumpSize> code{0xe9};
  const auto distance = static_cast<std::int32_t>(static_cast<std::int64_t>(to - from - kJumpSize));
  std::memcpy(&code[1], &distance, sizeof distance);
  return write_all(memory_fd, from, code.data(), code.size());
}

}  // namespace

std::uint64_t patch_clocks(pid_t process, const char*& why) {
  static const Function clock_gettime = vdso_function("__vdso_clock_gettime");
  static const Function gettimeofday = vdso_function("__vdso_gettimeofday");
  static const Function time = vdso_function("__vdso_time");
  const Function& room = clock_gettime.size >= gettimeofday.size ? clock_gettime : gettimeofday;
  const auto size = static_cast<std::size_t>(patch_end - patch_begin);
  constexpr std::uint64_t kBefore = 16;  // for the jump at the begin of the function that makes room
  why = nullptr;
  if (clock_gettime.at == 0 || gettimeofday.at == 0 || time.at == 0) {
    why = "the kernel's vDSO has no clock_gettime, gettimeofday or time";
    return 0;
  }
  if (room.size < kBefore + 7 + size) {
    why = "the functions of the kernel's vDSO are too short to hold ours";
    return 0;
  }
  const std::uint64_t base = vdso_base(process);
  if (base == 0) {
    why = "the program runs without vDSO (32 bits?)";
    return 0;
  }
  const std::uint64_t where = (base + room.at + kBefore + 7) & ~std::uint64_t{7};
  const auto new_place = [&](const char* label) { return where + static_cast<std::uint64_t>(label - patch_begin); };
  const int memory = open(("/proc/" + std::to_string(process) + "/mem").c_str(), O_RDWR | O_CLOEXEC);
  if (memory < 0) return 0;
  const bool written = write_all(memory, where, patch_begin, size) &&
                       write_jump(memory, base + clock_gettime.at, new_place(patch_clock_gettime)) &&
                       write_jump(memory, base + gettimeofday.at, new_place(patch_gettimeofday)) &&
                       write_jump(memory, base + time.at, new_place(patch_time));
  close(memory);
  return written ? where : 0;
}

bool set_offsets(int memory_fd, std::uint64_t where, const Offsets& offsets) {
  const std::array<std::int64_t, 5> words{offsets.realtime_ns / kBillion, offsets.realtime_ns % kBillion,
                                          offsets.realtime_ns % kBillion / 1000, offsets.monotonic_ns / kBillion,
                                          offsets.monotonic_ns % kBillion};
  return write_all(memory_fd, where, words.data(), sizeof words);
}

}  // namespace taara::fast_time
