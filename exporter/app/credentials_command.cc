// SPDX-License-Identifier: Apache-2.0
#include "app/credentials_command.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "app/command_failure.h"
#include "core/in_quotes.h"
#include "io/credentials_folder.h"
#include "io/sealed_file.h"
#include "io/secret_prompt.h"
#include "io/system_clock.h"

namespace taara {
namespace {

constexpr std::size_t kLeastMasterBytes = 12;
constexpr std::string_view kMaster = "Master secret: ";

ExitCode told(const Error& error) {
  switch (error.code) {
    case Errc::not_found:
    case Errc::permission:
      return failed(error.what, ExitCode::permission);
    case Errc::busy:
      return failed(error.what, ExitCode::second_instance);
    case Errc::io:
      return failed(error.what, ExitCode::disk);
    default:
      return failed(error.what, ExitCode::input);
  }
}

Result<Secret> ask_twice(std::string_view question) {
  auto first = ask_for_secret(question);
  if (first.has_error()) return first;
  const auto again = ask_for_secret("The same again, to be sure: ");
  if (again.has_error()) return again.error();
  if (first->reveal() != again->reveal()) return Error{Errc::invalid, "the two were not the same; nothing was changed"};
  return first;
}

std::string_view options_of(bool is_new) {
  return is_new ? "--new-master-file or --new-master-credential" : "--master-file or --master-credential";
}

// `is_new`: the answer to `rotate`'s second question. `twice`: what is typed will seal, so a slip would lock it in.
Result<Secret> master_secret(const MasterPlace& place, bool is_new, bool twice) {
  if (place.file) return read_secret(*place.file);
  if (place.credential) {
    const auto path = credential_path(*place.credential);
    return path ? read_secret(*path) : Result<Secret>(path.error());
  }
  const std::string_view question = is_new ? "New master secret: " : kMaster;
  auto asked = twice ? ask_twice(question) : ask_for_secret(question);
  if (asked.has_error() && asked.error().code == Errc::not_found)
    return Error{Errc::not_found,
                 asked.error().what + "; name the master secret with " + std::string(options_of(is_new))};
  return asked;
}

Result<void> check_strength(const Secret& master) {
  if (master.reveal().size() >= kLeastMasterBytes) return {};
  return Error{Errc::invalid, "a master secret needs at least 12 characters; openssl rand -base64 32 makes a good one"};
}

std::string age_text(Time sealed, Time now) {
  const auto days = std::chrono::duration_cast<std::chrono::days>(now - sealed).count();
  if (days < 0) return "in the future: look at the clock";
  return days == 1 ? "1 day ago" : std::to_string(days) + " days ago";
}

void put(SealedSecrets& secrets, SealedSecret secret) {
  const auto place = std::lower_bound(secrets.begin(), secrets.end(), secret.name,
                                      [](const SealedSecret& one, const std::string& name) { return one.name < name; });
  if (place != secrets.end() && place->name == secret.name)
    *place = std::move(secret);
  else
    secrets.insert(place, std::move(secret));
}

Result<std::string> seal_one(const Arguments& arguments) {
  auto writer = SealedFileWriter::lock(arguments.sealed_file);
  if (writer.has_error()) return writer.error();
  const auto there = read_sealed_file(arguments.sealed_file);
  const bool is_new = there.has_error() && there.error().code == Errc::not_found;
  if (there.has_error() && !is_new) return there.error();

  const auto master = master_secret(arguments.master, false, is_new);
  if (master.has_error()) return master.error();
  if (is_new)
    if (const auto strong = check_strength(*master); strong.has_error()) return strong.error();
  SealedSecrets secrets;
  if (!is_new) {
    auto opened = open_sealed_file(arguments.sealed_file, std::span(&*master, 1));
    if (opened.has_error()) return opened.error();
    secrets = std::move(opened->secrets);
  }
  auto value = arguments.secret_file ? read_secret(*arguments.secret_file)
                                     : ask_twice("Secret to seal as " + *arguments.name + ": ");
  if (value.has_error()) return value.error();
  put(secrets, {*arguments.name, SystemClock().wall(), std::move(*value)});
  const auto written = write_sealed_file(*writer, arguments.sealed_file, secrets, *master);
  if (written.has_error()) return written.error();
  std::string text = *arguments.name + " is sealed in " + arguments.sealed_file + " (" +
                     std::to_string(secrets.size()) + (secrets.size() == 1 ? " secret" : " secrets") +
                     "); it was read back and opens.\n";
  if (arguments.secret_file)
    text +=
        "The plain one is still in " + *arguments.secret_file + ": delete it once the exporter uses the sealed one.\n";
  return text;
}

Result<std::string> rotate(const Arguments& arguments) {
  auto writer = SealedFileWriter::lock(arguments.sealed_file);
  if (writer.has_error()) return writer.error();
  const auto master = master_secret(arguments.master, false, false);
  if (master.has_error()) return master.error();
  const auto opened = open_sealed_file(arguments.sealed_file, std::span(&*master, 1));
  if (opened.has_error()) return opened.error();
  const auto next = master_secret(arguments.new_master, true, true);
  if (next.has_error()) return next.error();
  if (const auto strong = check_strength(*next); strong.has_error()) return strong.error();
  const auto written = write_sealed_file(*writer, arguments.sealed_file, opened->secrets, *next);
  if (written.has_error()) return written.error();
  return arguments.sealed_file +
         " is sealed with the new master secret; it was read back and opens. The secrets in it are the same.\n";
}

Result<std::string> check(const Arguments& arguments) {
  const auto master = master_secret(arguments.master, false, false);
  if (master.has_error()) return master.error();
  const auto opened = open_sealed_file(arguments.sealed_file, std::span(&*master, 1));
  if (opened.has_error()) return opened.error();
  const SealingWork& work = opened->header.work;
  std::string text = arguments.sealed_file + " opens. AES-256-GCM, scrypt N = 2^" + std::to_string(work.log2_n) +
                     ", r = " + std::to_string(work.r) + ", p = " + std::to_string(work.p) + ".\n";
  if (opened->secrets.empty()) text += "It holds nothing.\n";
  std::size_t widest = 0;
  for (const auto& secret : opened->secrets) widest = std::max(widest, secret.name.size());
  const Time now = SystemClock().wall();
  for (const auto& secret : opened->secrets)
    text += "  " + secret.name + std::string(widest - secret.name.size(), ' ') + "  sealed " +
            age_text(secret.sealed, now) + "\n";
  return text;
}

}  // namespace

ExitCode credentials_command(const Arguments& arguments) {
  const auto done = arguments.deed == CredentialsDeed::seal     ? seal_one(arguments)
                    : arguments.deed == CredentialsDeed::rotate ? rotate(arguments)
                                                                : check(arguments);
  if (done.has_error()) return told(done.error());
  std::cout << *done;
  return ExitCode::ok;
}

}  // namespace taara
