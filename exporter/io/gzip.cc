// SPDX-License-Identifier: Apache-2.0
#include "io/gzip.h"

#define ZLIB_CONST
#include <zlib.h>

#include <array>

namespace taara {
namespace {

// Measured on a page of 2,000 households (14.8 MB, median of 7): level 1 takes 36 ms for 1.24 MB, 3 takes 43 ms for
// 1.18 MB, 4 takes 65 ms for 1.14 MB, 6 takes 105 ms for 1.07 MB.
constexpr int kLevel = 3;
constexpr int kGzipWindow = 15 + 16;  // 32 KiB window, gzip header and trailer
constexpr int kMemoryLevel = 8;

}  // namespace

struct Gzip::State {
  z_stream stream{};
  bool good = false;

  bool run(std::string_view data, int mode, std::string& out) {
    if (!good) return false;
    std::array<unsigned char, 16 * 1024> piece;  // NOLINT: filled by deflate
    stream.next_in = reinterpret_cast<const unsigned char*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    do {
      stream.next_out = piece.data();
      stream.avail_out = static_cast<uInt>(piece.size());
      if (deflate(&stream, mode) == Z_STREAM_ERROR) return good = false;
      out.append(reinterpret_cast<const char*>(piece.data()), piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
    return true;
  }
};

Gzip::Gzip() : state_(std::make_unique<State>()) {
  state_->good =
      deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK;
}

Gzip::~Gzip() { deflateEnd(&state_->stream); }

bool Gzip::feed(std::string_view data, std::string& out) { return state_->run(data, Z_NO_FLUSH, out); }

bool Gzip::finish(std::string& out) { return state_->run({}, Z_FINISH, out); }

}  // namespace taara
