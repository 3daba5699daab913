// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/rules.h"
#include "io/sealed_cipher.h"

namespace taara::fuzz {
namespace {

constexpr SealingWork kTiny{1, 8, 1};  // less than a file may ask for: only here, to come through millions of times

// That of the seed files; with it a changed file comes as far as any can.
const Secret& known_key() {
  static const Secret key(std::string(
      "\xd7\x59\x0a\xca\x2c\x98\x01\xcf\x06\xee\xba\x77\x2a\x69\xdc\x31\xce\x38\x62\x59\x1d\x96\x52\x2a\xc4\xe6\xbb\xa6"
      "\xad\x1f\x31\xa5",
      32));
  return key;
}

void must_be_sound(const SealedSecrets& secrets) {
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    must(!secrets[i].name.empty() && secrets[i].name.size() <= 63, "a name that is none");
    must(i == 0 || secrets[i - 1].name < secrets[i].name, "names out of order, or twice");
    const auto value = secrets[i].value.reveal();
    must(!value.empty() && value.size() <= kMaxSecretBytes, "a secret that is none");
  }
}

void check_header(std::string_view file, const SealedHeader& header) {
  must(header.work.log2_n >= 14 && header.work.log2_n <= 17 && header.work.r == 8 && header.work.p >= 1 &&
           header.work.p <= 4,
       "a file may ask for more work than we give");
  must(file.size() == SealedHeader::kBytes + header.content_bytes + kSealedTagBytes, "a file of another length");
  const auto bytes = header.bytes();
  must(std::equal(bytes.begin(), bytes.end(), reinterpret_cast<const unsigned char*>(file.data())),
       "the header that is authenticated is not the file's");
}

void check_file(std::string_view file) {
  const auto header = parse_sealed_header(file);
  if (header.has_error()) return must_be_words(header.error().what, 300);
  check_header(file, *header);
  const auto opened = open_sealed(file, *header, known_key());
  if (opened.has_error()) return must_be_words(opened.error().what, 300);
  must_be_sound(*opened);
  const auto again = seal(*opened, *header, known_key());
  must(again.has_value() && *again == file, "opened and sealed again it is another file");
}

// Written, sealed, bent, opened.
void check_content(std::string_view content) {
  const auto secrets = parse_sealed_content(content);
  if (secrets.has_error()) return must_be_words(secrets.error().what, 300);
  must_be_sound(*secrets);
  const auto written = sealed_content(*secrets);
  must(written.has_value() && written->reveal() == content, "read and written again it is another content");

  SealedHeader header;
  header.work = kTiny;
  std::copy_n(content.begin(), std::min(content.size(), header.salt.size()), header.salt.begin());
  const auto key = derive_sealing_key(Secret("correct horse battery staple"), header);
  must(key.has_value(), "no key");
  auto file = seal(*secrets, header, *key);
  must(file.has_value(), "not sealed");
  header.content_bytes = static_cast<std::uint32_t>(content.size());
  const auto opened = open_sealed(*file, header, *key);
  must(opened.has_value() && opened->size() == secrets->size(), "sealed and opened again it is another content");
  // Behind the header any bit.
  const std::size_t place = SealedHeader::kBytes + content.size() * 31 % (file->size() - SealedHeader::kBytes);
  (*file)[place] = static_cast<char>((*file)[place] ^ 1);
  const auto bent = open_sealed(*file, header, *key);
  must(bent.has_error() && bent.error().what == kCannotBeOpened, "a changed file opens");
}

}  // namespace

void check_sealed_file(Input input) {
  check_file(text_of(input));
  check_content(text_of(input));
}

}  // namespace taara::fuzz
