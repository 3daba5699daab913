// SPDX-License-Identifier: Apache-2.0
// Sealed files bit by bit. The known answers were made with other programs: Python's hashlib.scrypt for the key and the
// package cryptography's AESGCM, by the recipe of docs/security/sealed-file.md.
#include "io/sealed_cipher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace taara {
namespace {

using testing::HasSubstr;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// "correct horse battery staple", N = 2^14, r = 8, p = 1: home.passcode 1234, sealed at 1700000000.
std::string small_file() {
  return from_hex(
      "7461617261207365616c6564010e0801000102030405060708090a0b0c0d0e0f6465666768696a6b6c6d6e6f0000001c398aeb5a75699d6b"
      "edd602398cc3325350891b7bbf1f6bc8efa929bf6b1f2c7fa3eee28969d30e3ef54b62a3");
}
constexpr std::string_view kSmallKey = "d7590aca2c9801cf06eeba772a69dc31ce3862591d96522ac4e6bba6ad1f31a5";
Secret small_master() { return Secret("correct horse battery staple"); }
Secret small_key() { return Secret(from_hex(kSmallKey)); }

// The work that we seal with, a master secret that is not ASCII, two secrets.
std::string usual_file() {
  return from_hex(
      "7461617261207365616c656401100802fffefdfcfbfaf9f8f7f6f5f4f3f2f1f000000000000000000000000000000044c841ec76a4e369e6"
      "8d6e8127a5943e325c43c51982d159779af903185a0adf4e5c8a9253238ca9879459527b1e15e99df29f73d0c8f5c0ca4e9be827eb355d56"
      "a6aacef0a24032b1b41b8feedc38cf1fbdc1dd3d");
}
constexpr std::string_view kUsualKey = "0ebd5f0ba01dadb0013da97f834c2ea138c16525c0e82f415a0aea01159914dc";

// What somebody who has the key would hear: the strongest that a changed file can be tried against.
std::string opened_with(const Secret& key, std::string_view file) {
  const auto header = parse_sealed_header(file);
  if (header.has_error()) return header.error().what;
  const auto secrets = open_sealed(file, *header, key);
  if (secrets.has_error()) return secrets.error().what;
  std::string text;
  for (const auto& secret : *secrets)
    text += secret.name + "=" + std::string(secret.value.reveal()) + "@" +
            std::to_string(secret.sealed.time_since_epoch().count()) + ";";
  return text;
}

TEST(SealedCipher, OpensWhatOtherProgramsSealed) {
  EXPECT_EQ(opened_with(small_key(), small_file()), "home.passcode=1234@1700000000;");
  EXPECT_EQ(opened_with(Secret(from_hex(kUsualKey)), usual_file()),
            "cottage.password=correct horse@1600000000;home.passcode=0042@1700000001;");
}

TEST(SealedCipher, DerivesTheKeysThatOtherProgramsDerive) {
  const auto small = derive_sealing_key(small_master(), *parse_sealed_header(small_file()));
  ASSERT_TRUE(small.has_value());
  EXPECT_EQ(small->reveal(), from_hex(kSmallKey));
  const auto usual = derive_sealing_key(Secret("ein Schl\xC3\xBCssel mit Umlaut"), *parse_sealed_header(usual_file()));
  ASSERT_TRUE(usual.has_value());
  EXPECT_EQ(usual->reveal(), from_hex(kUsualKey));
}

TEST(SealedCipher, SealsTheSameBytesAsOtherPrograms) {
  SealedSecrets secrets;
  secrets.push_back({"home.passcode", Time(seconds(1'700'000'000)), Secret("1234")});
  SealedHeader header = *parse_sealed_header(small_file());
  header.content_bytes = 0;  // its own business
  const auto file = seal(secrets, header, small_key());
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(*file, small_file());
}

TEST(SealedCipher, EverySingleFlippedBitIsRefused) {
  const std::string good = small_file();
  const Secret key = small_key();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string file = good;
    file[bit / 8] = static_cast<char>(static_cast<unsigned char>(file[bit / 8]) ^ (1U << (bit % 8)));
    const std::string said = opened_with(key, file);
    EXPECT_EQ(said.find("1234"), std::string::npos) << bit;
    // The first 16 bytes say what it is and what it asks for; everything after them has one answer.
    if (bit / 8 >= 16)
      EXPECT_EQ(said, kCannotBeOpened) << bit;
    else
      EXPECT_THAT(said, testing::AnyOf(std::string(kCannotBeOpened), HasSubstr("is no sealed file"),
                                       HasSubstr("of version"), HasSubstr("asks for scrypt")))
          << bit;
  }
}

TEST(SealedCipher, EveryTruncationAndEveryAdditionIsRefused) {
  const std::string good = small_file();
  const Secret key = small_key();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::string said = opened_with(key, good.substr(0, size));
    EXPECT_EQ(said, size < 12 ? std::string("is no sealed file") : std::string(kCannotBeOpened)) << size;
  }
  EXPECT_EQ(opened_with(key, good + '\0'), kCannotBeOpened);
  EXPECT_EQ(opened_with(key, good + good), kCannotBeOpened);
}

TEST(SealedCipher, AnotherMasterSecretHearsTheSameWords) {
  const auto key = derive_sealing_key(Secret("correct horse battery stapler"), *parse_sealed_header(small_file()));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(opened_with(*key, small_file()), kCannotBeOpened);
}

// Refused by the header alone: nothing is allocated or computed for what a forged file asks.
TEST(SealedCipher, S10_HostileParametersAreRefusedBeforeAnyWork) {
  const std::clock_t begun = std::clock();
  int refused = 0;
  for (unsigned log2_n = 0; log2_n < 256; ++log2_n)
    for (const unsigned r : {0U, 1U, 8U, 255U})
      for (const unsigned p : {0U, 1U, 4U, 5U, 255U}) {
        std::string file = small_file();
        file[13] = static_cast<char>(log2_n);
        file[14] = static_cast<char>(r);
        file[15] = static_cast<char>(p);
        const auto header = parse_sealed_header(file);
        const bool allowed = log2_n >= 14 && log2_n <= 17 && r == 8 && (p == 1 || p == 4);
        EXPECT_EQ(header.has_value(), allowed) << log2_n << " " << r << " " << p;
        if (!allowed) ++refused;
      }
  EXPECT_EQ(refused, 256 * 4 * 5 - 8);
  std::string file = small_file();
  file[13] = 30;
  EXPECT_EQ(parse_sealed_header(file).error().what,
            "asks for scrypt with N = 2^30, r = 8, p = 1; allowed: N from 2^14 to 2^17, r = 8, p from 1 to 4");
  // Thousands of them; one scrypt of the least work would take longer than this under a sanitizer.
  EXPECT_LT((std::clock() - begun) / CLOCKS_PER_SEC, 5);
}

TEST(SealedCipher, TheHeaviestAllowedWorkIsDoneAndGivenBack) {
  SealedHeader header = *parse_sealed_header(small_file());
  header.work = {17, 8, 1};
  EXPECT_TRUE(derive_sealing_key(small_master(), header).has_value());
}

TEST(SealedCipher, TwoHeadersAreNeverTheSame) {
  const auto one = fresh_sealed_header({});
  const auto other = fresh_sealed_header({});
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->work, (SealingWork{16, 8, 2}));
  EXPECT_NE(one->salt, other->salt);
  EXPECT_NE(one->nonce, other->nonce);
}

TEST(SealedFormat, WhatIsSealedComesBack) {
  SealedSecrets secrets;
  secrets.push_back({"a", Time(seconds(0)), Secret("x")});
  secrets.push_back({std::string("b") + std::string(62, '-'), Time(seconds(1)), Secret(std::string(4096, 'y'))});
  const auto content = sealed_content(secrets);
  ASSERT_TRUE(content.has_value());
  const auto back = parse_sealed_content(content->reveal());
  ASSERT_TRUE(back.has_value());
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ((*back)[1].value.reveal(), std::string(4096, 'y'));
  EXPECT_TRUE(parse_sealed_content("")->empty());
}

TEST(SealedFormat, ContentOfAnotherMakeIsRefused) {
  const std::string time(8, '\0');
  const std::string a = "\1a" + time + std::string("\0\1x", 3);
  const std::string b = "\1b" + time + std::string("\0\1x", 3);
  EXPECT_TRUE(parse_sealed_content(a + b).has_value());
  const std::vector<std::pair<const char*, std::string>> wrong{
      {"unsorted", b + a},
      {"a name twice", a + a},
      {"cut", (a + b).substr(0, a.size() + 5)},
      {"something behind", a + "\1"},
      {"no name", std::string(1, '\0') + time + std::string("\0\1x", 3)},
      {"a name that is none", "\1A" + time + std::string("\0\1x", 3)},
      {"an empty secret", "\1a" + time + std::string(2, '\0')},
      {"a secret that is too long", "\1a" + time + "\x10\x01" + std::string(4097, 'x')},
      {"a time that is none", "\1a" + std::string(8, '\xFF') + std::string("\0\1x", 3)}};
  for (const auto& [what, content] : wrong) EXPECT_TRUE(parse_sealed_content(content).has_error()) << what;
}

TEST(SealedFormat, WhatWouldNotFitIsNotSealed) {
  SealedSecrets secrets;
  for (int i = 0; i < 256; ++i) secrets.push_back({"n" + std::to_string(i), Time{}, Secret(std::string(4096, 'x'))});
  EXPECT_TRUE(sealed_content(secrets).has_error());
}

}  // namespace
}  // namespace taara
