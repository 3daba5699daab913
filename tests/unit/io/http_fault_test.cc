// SPDX-License-Identifier: Apache-2.0
// A line that answers wrongly, too much, too slowly or not at all.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "fetch.h"
#include "io/http.h"
#include "scripted_server.h"

namespace taara::test {
namespace {

constexpr std::size_t kMiB = 1'048'576;

// A server that answers every request with these bytes and hangs up.
ScriptedServer::Script sends(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& connection) {
    connection.read_request();
    connection.send(bytes);
  };
}

HttpDone answer_to(ScriptedServer::Script script, const HttpLimits& limits = {}) {
  ScriptedServer server(std::move(script));
  const auto http = make_http();
  return get(*http, server.url(), limits);
}

std::string gzip_of_zeros(std::size_t size) {
  std::string packed(size / 100 + 1000, '\0');
  const std::string zeros(size, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(HttpFault, R06_ABodyThatEndsWithItsConnectionIsLeftToTheParser) {
  EXPECT_EQ(reply_of(answer_to(sends("HTTP/1.1 200 OK\r\n\r\n{\"a\":"))).body, "{\"a\":");
}

TEST(HttpFault, R07_ABodyShorterThanAnnouncedIsTruncated) {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"}) {
    const HttpDone done = answer_to(sends(bytes));
    EXPECT_EQ(kind_name(done), "truncated") << bytes;
    EXPECT_TRUE(failure_of(done).reached);
  }
}

TEST(HttpFault, R07_HeadersThatBreakOffAreTruncatedAndNotAnEmptyAnswer) {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/pl"}) {
    const HttpDone done = answer_to(sends(bytes));
    EXPECT_EQ(kind_name(done), "truncated") << bytes;
    EXPECT_TRUE(failure_of(done).reached);
  }
}

TEST(HttpFault, R08_AnEmptyAnswerIsAnAnswer) {
  EXPECT_EQ(reply_of(answer_to(sends("HTTP/1.1 204 No Content\r\n\r\n"))).status, 204);
  EXPECT_EQ(reply_of(answer_to(sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))).body, "");
}

TEST(HttpFault, R10_AnEndlessChunkedBodyIsCutAtOneMebibyte) {
  const HttpDone done = answer_to([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
    while (connection.send(chunk)) {
    }
  });
  EXPECT_EQ(kind_name(done), "too_large");
  EXPECT_TRUE(failure_of(done).reached);
  EXPECT_LT(done.bytes_received, kMiB + 131'072);
}

TEST(HttpFault, R10_AnEndlessHeadIsCutAt64Kibibytes) {
  const std::string one_line = "X-Filler: " + std::string(200, 'x') + "\r\n";
  const std::string long_line = "X-Filler: " + std::string(200'000, 'x') + "\r\n";
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
  struct Flood {
    std::string start;
    std::string piece;  // again and again
  };
  const std::string status = "HTTP/1.1 200 OK\r\n";
  for (const Flood& flood : {Flood{status, one_line}, Flood{status, long_line}, Flood{"", interim}}) {
    const HttpDone done = answer_to([&flood](Connection& connection) {
      connection.read_request();
      connection.send(flood.start);
      while (connection.send(flood.piece)) {
      }
    });
    EXPECT_EQ(kind_name(done), "too_large") << flood.piece.substr(0, 60);
    EXPECT_EQ(failure_of(done).what, "the headers of the answer are larger than 64 KiB");
    EXPECT_LT(done.bytes_received, 400u * 1024);
  }
}

TEST(HttpFault, R10_ACompressedBombStaysSmall) {
  const std::string bomb = gzip_of_zeros(64 * kMiB);
  const HttpDone done = answer_to([&bomb](Connection& connection) {
    connection.read_request();
    connection.reply(bomb, "200 OK", "Content-Encoding: gzip\r\n");
  });
  EXPECT_EQ(reply_of(done).body, bomb);
}

TEST(HttpFault, R10_ABombInTheTransferEncodingIsCut) {  // curl unpacks that one unasked
  const std::string bomb = gzip_of_zeros(64 * kMiB);
  const HttpDone done = answer_to([&bomb](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + bomb);
  });
  EXPECT_EQ(kind_name(done), "too_large");
}

TEST(HttpFault, R11_OneMebibyteExactlyIsAcceptedAndOneByteMoreIsNot) {
  for (const bool chunked : {false, true}) {
    const auto body_of = [chunked](std::size_t size) {
      return answer_to([chunked, size](Connection& connection) {
        connection.read_request();
        const std::string body(size, 'x');
        if (!chunked) return connection.reply(body);
        char length[32];
        std::snprintf(length, sizeof length, "%zx\r\n", size);
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(length) + body +
                        "\r\n0\r\n\r\n");
      });
    };
    EXPECT_EQ(reply_of(body_of(kMiB)).body.size(), kMiB);
    EXPECT_EQ(kind_name(body_of(kMiB + 1)), "too_large");
  }
}

TEST(HttpFault, R37_ADrippingBodyEndsAtTheWholeTime) {
  const HttpDone done = answer_to(
      [](Connection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while (connection.send("x") && connection.wait(milliseconds{20})) {
        }
      },
      {.timeout = milliseconds{150}});
  EXPECT_EQ(kind_name(done), "timeout");
  EXPECT_TRUE(failure_of(done).reached);
  // curl takes its timeout and its count of the time from different moments, each in whole milliseconds.
  EXPECT_GE(failure_of(done).response_time, milliseconds{145});
}

TEST(HttpFault, R37_SlowHeadersEndAtTheWholeTime) {
  const HttpDone done = answer_to(
      [](Connection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\nX: ");
        while (connection.send("H") && connection.wait(milliseconds{20})) {
        }
      },
      {.timeout = milliseconds{150}});
  EXPECT_EQ(kind_name(done), "timeout");
  EXPECT_TRUE(failure_of(done).reached);
}

TEST(HttpFault, R37_AStalledAnswerEndsLongBeforeTheWholeTime) {  // a second: curl counts stalls in seconds
  const HttpDone done = answer_to(
      [](Connection& connection) {
        connection.read_request();
        connection.wait_for_hangup();
      },
      {.timeout = milliseconds{30'000}, .stall = seconds{1}});
  EXPECT_EQ(kind_name(done), "timeout");
  EXPECT_LT(failure_of(done).response_time, milliseconds{5'000});
}

TEST(HttpFault, R41_TwoLengthsThatDifferNeverHang) {
  const HttpDone done = answer_to(sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}"));
  if (std::holds_alternative<HttpFailure>(done.result)) {
    EXPECT_EQ(kind_name(done), "truncated");
  }
  const HttpDone both = answer_to(
      sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
  EXPECT_EQ(reply_of(both).body, "{}");
}

TEST(HttpFault, WhatIsNotHttpIsRefused) {
  using namespace std::string_literals;
  for (const std::string& bytes : {"{\"old\":\"http 0.9\"}"s, "SSH-2.0-OpenSSH_9.2\r\n"s, "HTTP/9.9 200 OK\r\n\r\n"s,
                                   "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"s, "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"s,
                                   "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"s}) {
    const HttpDone done = answer_to(sends(bytes));
    EXPECT_EQ(kind_name(done), "not_json") << bytes;
    EXPECT_TRUE(failure_of(done).reached);
  }
}

TEST(HttpFault, N05_AClosedPortIsAConnectError) {
  const std::string url = [] { return ScriptedServer([](Connection&) {}).url(); }();
  const auto http = make_http();
  const HttpDone done = get(*http, url);
  EXPECT_EQ(kind_name(done), "connect");
  EXPECT_FALSE(failure_of(done).reached);
  EXPECT_LT(failure_of(done).response_time, milliseconds{1000});
}

TEST(HttpFault, N06_ABlackHoleEndsAtTheConnectTime) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);  // its queue is full: the kernel drops what else knocks
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    (void)::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), size);
  }
  const auto http = make_http();
  const HttpDone done = get(*http, "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/",
                            {.connect_timeout = milliseconds{100}});
  EXPECT_EQ(kind_name(done), "connect");
  EXPECT_FALSE(failure_of(done).reached);
  for (const int fd : fillers) ::close(fd);
  ::close(listener);
}

TEST(HttpFault, N07_AResetIsAResetWhereverItComes) {
  for (const char* before : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"}) {
    const HttpDone done = answer_to([before](Connection& connection) {
      connection.read_request();
      connection.send(before);
      connection.reset();
    });
    EXPECT_EQ(kind_name(done), "reset") << before;
    EXPECT_TRUE(failure_of(done).reached);
  }
}

TEST(HttpFault, N07_AConnectionThatClosesWithoutAnAnswerIsAReset) {
  EXPECT_EQ(kind_name(answer_to(sends(""))), "reset");
}

TEST(HttpFault, ErrorsNeverQuoteTheRequest) {
  const ScriptedServer::Script scripts[] = {sends(""), sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
                                            sends("garbage"), [](Connection& connection) { connection.reset(); },
                                            [](Connection& connection) {
                                              connection.read_request();
                                              connection.wait_for_hangup();
                                            }};
  for (const auto& script : scripts) {
    ScriptedServer server(script);
    const auto http = make_http();
    for (const char* scheme : {"http", "https"}) {
      const HttpDone done = fetch(*http,
                                  {"POST",
                                   server.url("/canary1/x?hotspotId=canary2", scheme),
                                   {{"Authorization", "Bearer canary3"}},
                                   "passcode=canary4"},
                                  {.timeout = milliseconds{100}});
      EXPECT_EQ(failure_of(done).what.find("canary"), std::string::npos) << failure_of(done).what;
      EXPECT_EQ(failure_of(done).what.find("hotspot"), std::string::npos) << failure_of(done).what;
      EXPECT_FALSE(failure_of(done).what.empty());
    }
  }
}

}  // namespace
}  // namespace taara::test
