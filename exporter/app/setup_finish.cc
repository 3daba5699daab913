// SPDX-License-Identifier: Apache-2.0
// The end of setup: shows what comes of the answers, writes it, says what to run next.
#include <algorithm>
#include <array>
#include <iostream>

#include "app/setup_session.h"
#include "core/setup_files.h"
#include "io/config_file.h"

namespace taara {
namespace {

constexpr std::string_view kServiceStore = "/var/lib/taara";

// A path as a shell takes it.
std::string shell_word(const std::string& path) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-";
  if (path.find_first_not_of(kPlain) == std::string::npos) return path;
  std::string word = "'";
  for (const char c : path) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::string_view SetupSession::store() const { return are_root() ? kServiceStore : "./store"; }

// In the order in which they take their places: what names others comes last.
std::vector<std::string> SetupSession::file_names() const {
  std::vector<std::string> names;
  for (const SetupSecret& secret : secrets_of(answers_)) names.push_back(secret.file);
  if (answers_.said("channel") != "none") names.emplace_back(kOwnerName);
  names.emplace_back(kConfigName);
  return names;
}

SetupSession::Next SetupSession::finish() {
  std::cout << "\n== This comes of it\n\n--- " << folder_.path_of(kConfigName) << '\n'
            << config_text(answers_, store());
  if (const auto owner = owner_text(answers_)) std::cout << "\n--- " << folder_.path_of(kOwnerName) << '\n' << *owner;
  std::cout << "\nEach secret goes into a file of its own beside them:";
  for (const SetupSecret& secret : secrets_of(answers_)) std::cout << ' ' << secret.file;
  std::cout << '\n';
  constexpr std::array<std::string_view, 5> kWords{"yes", "line", "plan", "alerts", "messages"};
  auto chosen = talk_.choose("Write this? yes, or a part to change: line, plan, alerts, messages", kWords);
  if (const auto* const left = std::get_if<Left>(&chosen)) return leave(*left);
  const auto* const word = std::find(kWords.begin(), kWords.end(), std::get<std::string>(chosen));
  if (word == kWords.begin()) return write_files();
  reopen_part(static_cast<SetupPart>(word - kWords.begin() - 1), answers_);
  part_.reset();
  return Next::go_on;
}

SetupSession::Next SetupSession::may_replace() {
  std::string there;
  for (const auto& name : file_names())
    if (folder_.has(name)) there += (there.empty() ? "" : ", ") + name;
  if (there.empty()) return Next::go_on;
  talk_.tell("\nThere already: " + there +
             ". yes: the new ones take their places, and each old one stays beside as NAME.old-1. no: nothing is "
             "changed.");
  constexpr std::array<std::string_view, 2> kWords{"no", "yes"};
  auto chosen = talk_.choose("Replace them? yes or no", kWords);
  if (const auto* const left = std::get_if<Left>(&chosen)) return leave(*left);
  return std::get<std::string>(chosen) == "yes" ? Next::go_on : leave(Left{});
}

// Everything is on disk, and the exporter's own reader has found it good, before anything takes its place.
Result<std::vector<std::string>> SetupSession::stage_and_place() {
  FileRights secret{.mode = 0600, .owner = {}, .group = {}};
  FileRights open{.mode = 0640, .owner = {}, .group = {}};
  if (service_) {
    secret = {.mode = 0600, .owner = service_->user, .group = service_->group};
    open.group = service_->group;
  }
  auto staged = StagedFiles::in(folder_);
  if (staged.has_error()) return staged.error();
  for (const SetupSecret& file : secrets_of(answers_)) {
    if (auto added = staged->add(file.file, secrets_[file.question].reveal(), secret); added.has_error())
      return added.error();
  }
  if (const auto owner = owner_text(answers_)) {
    if (auto added = staged->add(std::string(kOwnerName), *owner, open); added.has_error()) return added.error();
  }
  if (auto added = staged->add(std::string(kConfigName), config_text(answers_, store()), open); added.has_error())
    return added.error();
  const auto loaded = load_config(staged->path_of(kConfigName));
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&loaded)) {
    std::string text = "the exporter does not take it:";
    for (const ConfigProblem& problem : *problems) text += "\n" + describe(kConfigName, problem);
    return Error{Errc::invalid, text};
  }
  return staged->put_in_place();
}

SetupSession::Next SetupSession::write_files() {
  if (const Next next = may_replace(); next != Next::go_on) return next;
  const auto kept = stage_and_place();
  if (kept.has_value()) {
    folder_.remove(kDraftName);
    tell_what_next(*kept);
    return Next::done;
  }
  talk_.tell("That did not work: " + kept.error().what);
  return kept.error().code == Errc::invalid ? Next::go_on : leave(Left{});
}

void SetupSession::tell_what_next(const std::vector<std::string>& kept) const {
  const std::string config = shell_word(folder_.path_of(kConfigName));
  const std::string folder = shell_word(folder_.path());
  const std::string as = service_ ? "runuser -u taara -- " : "";
  std::cout << "\nWritten to " << folder_.path() << ':';
  for (const auto& name : file_names()) std::cout << ' ' << name;
  std::cout << '\n';
  if (!kept.empty()) std::cout << "Kept beside:";
  for (const auto& name : kept) std::cout << ' ' << name;
  if (!kept.empty()) std::cout << '\n';
  std::cout << "\nWhat to run next:\n";
  if (service_ && !folder_.lets_in(service_->user, service_->group))
    std::cout << "  chgrp taara " << folder << " && chmod g+rx " << folder
              << "    so that the user taara can read in it\n";
  if (service_) std::cout << "  install -d -m 0700 -o taara -g taara " << kServiceStore << "    its memory\n";
  std::cout << "  " << as << "taara_exporter --config.file=" << config << " --config.check\n"
            << "  " << as << "taara_exporter --config.file=" << config << "    then see http://127.0.0.1:10077/\n";
  if (answers_.said("channel") != "none")
    std::cout << "  alertmanager/configure " << shell_word(folder_.path_of(kOwnerName))
              << " --check    then docs/operator/messages.md\n";
  if (are_root() && !service_)
    talk_.tell(
        "There is no system user taara here, so the files belong to root. To run it as a service of its own, make that "
        "user (adduser --system --group taara) and run setup again.");
}

}  // namespace taara
