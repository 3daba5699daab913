// SPDX-License-Identifier: Apache-2.0
#include "io/web_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

namespace taara {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Answer {
  std::string head;
  std::string body;
};

template <class Write>
Answer answer(const WebResponse::Request& request, Write write) {
  std::string wire;
  WebResponse response(request, [&](std::string_view data) {
    wire.append(data);
    return true;
  });
  write(response);
  response.finish();
  const std::size_t end = wire.find("\r\n\r\n") + 4;
  return {wire.substr(0, end), wire.substr(end)};
}

std::string unchunked(std::string_view body) {
  std::string plain;
  for (;;) {
    const std::size_t end = body.find("\r\n");
    const std::size_t size = std::stoul(std::string(body.substr(0, end)), nullptr, 16);
    body.remove_prefix(end + 2);
    plain.append(body.substr(0, size));
    EXPECT_EQ(body.substr(size, 2), "\r\n");
    body.remove_prefix(size + 2);
    if (size == 0) break;
  }
  EXPECT_TRUE(body.empty());
  return plain;
}

std::string unpacked(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string data = packed;
  stream.next_in = reinterpret_cast<Bytef*>(data.data());
  stream.avail_in = static_cast<uInt>(data.size());
  std::string plain;
  std::array<char, 4096> piece{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    state = inflate(&stream, Z_NO_FLUSH);
    plain.append(piece.data(), piece.size() - stream.avail_out);
  }
  EXPECT_EQ(state, Z_STREAM_END);
  inflateEnd(&stream);
  return plain;
}

std::string long_text() {
  std::string text;
  while (text.size() < 300'000) text += "taara_up{household=\"h" + std::to_string(text.size()) + "\"} 1\n";
  return text;
}

void write_in_lines(WebResponse& response, const std::string& text) {
  for (std::size_t at = 0; at < text.size(); at += 50) response.write(std::string_view(text).substr(at, 50));
}

TEST(WebResponse, AShortAnswerHasItsLength) {
  const Answer got = answer({}, [](WebResponse& response) { response.write("hello\n"); });
  EXPECT_THAT(got.head, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got.head, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(got.head, Not(HasSubstr("chunked")));
  EXPECT_EQ(got.body, "hello\n");
}

TEST(WebResponse, EveryAnswerHasTheSecurityHeaders) {
  for (const int status : {200, 404, 500, 418}) {
    const Answer got = answer({}, [&](WebResponse& response) { response.status(status); });
    EXPECT_THAT(got.head, HasSubstr("HTTP/1.1 " + std::to_string(status) + " "));
    for (const char* header :
         {"X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Content-Security-Policy: default-src 'none'",
          "Referrer-Policy: no-referrer", "Cache-Control: no-store", "Connection: close"}) {
      EXPECT_THAT(got.head, HasSubstr(header)) << status;
    }
  }
}

TEST(WebResponse, ALongAnswerIsChunked) {
  const std::string text = long_text();
  const Answer got = answer({}, [&](WebResponse& response) { write_in_lines(response, text); });
  EXPECT_THAT(got.head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(got.head, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(unchunked(got.body), text);
}

TEST(WebResponse, OnePieceOfAnySizeIsChunkedToo) {
  const std::string text = long_text();
  EXPECT_EQ(unchunked(answer({}, [&](WebResponse& response) { response.write(text); }).body), text);
}

TEST(WebResponse, ExactlyTheHeldBackSizeIsWhole) {
  for (const std::size_t size : {65'535U, 65'536U, 65'537U}) {
    const std::string text(size, 'x');
    const Answer got = answer({}, [&](WebResponse& response) { response.write(text); });
    const bool chunked = got.head.find("chunked") != std::string::npos;
    EXPECT_EQ(chunked ? unchunked(got.body) : got.body, text) << size;
  }
}

TEST(WebResponse, Http10IsDelimitedByTheClose) {
  const std::string text = long_text();
  const Answer got = answer({.http_1_0 = true}, [&](WebResponse& response) { write_in_lines(response, text); });
  EXPECT_THAT(got.head, Not(HasSubstr("chunked")));
  EXPECT_EQ(got.body, text);
}

TEST(WebResponse, CompressesShortAndLongAnswers) {
  const std::string text = long_text();
  const Answer chunked = answer({.gzip = true}, [&](WebResponse& response) { write_in_lines(response, text); });
  EXPECT_THAT(chunked.head, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_EQ(unpacked(unchunked(chunked.body)), text);
  EXPECT_LT(chunked.body.size(), text.size() / 4);

  const std::string page = text.substr(0, 10'000);
  const Answer whole = answer({.gzip = true}, [&](WebResponse& response) { response.write(page); });
  EXPECT_THAT(whole.head, HasSubstr("Content-Length: " + std::to_string(whole.body.size()) + "\r\n"));
  EXPECT_EQ(unpacked(whole.body), page);

  const Answer old = answer({.http_1_0 = true, .gzip = true}, [&](WebResponse& response) { response.write(text); });
  EXPECT_EQ(unpacked(old.body), text);
}

TEST(WebResponse, WhatIsTinyIsNotCompressed) {
  const Answer got = answer({.gzip = true}, [](WebResponse& response) { response.write(std::string(1000, 'x')); });
  EXPECT_THAT(got.head, Not(HasSubstr("Content-Encoding")));
  EXPECT_EQ(got.body.size(), 1000U);
}

TEST(WebResponse, HeadHasTheHeadersAndNoBody) {
  const Answer whole = answer({.head = true}, [](WebResponse& response) { response.write("hello\n"); });
  EXPECT_THAT(whole.head, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_EQ(whole.body, "");

  bool wanted = true;
  const Answer streamed = answer({.head = true}, [&](WebResponse& response) {
    for (int i = 0; i < 1000 && wanted; ++i) wanted = response.write(std::string(1000, 'x'));
  });
  EXPECT_FALSE(wanted) << "a long page must not be worked out for a HEAD";
  EXPECT_THAT(streamed.head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(streamed.body, "");
}

TEST(WebResponse, AGoneClientEndsTheWriting) {
  int writes = 0;
  WebResponse response({}, [&](std::string_view) { return ++writes < 3; });
  bool wanted = true;
  for (int i = 0; i < 1000 && wanted; ++i) wanted = response.write(std::string(10'000, 'x'));
  response.finish();
  EXPECT_FALSE(wanted);
  EXPECT_EQ(writes, 3);
}

TEST(WebResponse, NothingMayBeLoadedButWhatIsAllowed) {
  const std::string nothing =
      "\r\nContent-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  EXPECT_THAT(answer({}, [](WebResponse& response) { response.write("x"); }).head, HasSubstr(nothing + "\r\n"));
  EXPECT_THAT(answer({},
                     [](WebResponse& response) {
                       response.allow("img-src data:");
                       response.write("x");
                     })
                  .head,
              HasSubstr(nothing + "; img-src data:\r\n"));
}

}  // namespace
}  // namespace taara
