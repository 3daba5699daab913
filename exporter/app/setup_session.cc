// SPDX-License-Identifier: Apache-2.0
#include "app/setup_session.h"

#include <array>
#include <iostream>
#include <utility>

#include "core/setup_files.h"
#include "core/yaml_text.h"
#include "io/yaml_tree.h"

namespace taara {
namespace {

constexpr std::string_view kDraftHead =
    "# Answers of a `taara_exporter setup` that was left before its end; the next one goes on here. No secrets.\n";
constexpr int kLeftCode = 1;
constexpr int kSignalCode = 128;  // and the signal's number, as a shell says it

}  // namespace

SetupSession::SetupSession(Terminal terminal, ConfigFolder folder, SetupWorld world,
                           std::optional<SystemAccount> service, const Clock& clock)
    : terminal_(std::move(terminal)),
      talk_(terminal_),
      folder_(std::move(folder)),
      world_(std::move(world)),
      service_(service),
      clock_(&clock) {}

int SetupSession::run() {
  Next next = welcome();
  while (next == Next::go_on) {
    const SetupQuestion* const question = next_question(answers_);
    next = question == nullptr ? finish() : answer(*question);
  }
  return code_;
}

SetupSession::Next SetupSession::welcome() {
  talk_.tell(
      "Taara Monitor: the first configuration, step by step. Nothing is written before the end but your answers so "
      "far, without secrets.\nEnter takes what stands in [brackets]. ? explains more, back returns to the question "
      "before, quit or Ctrl-C leaves; the next setup goes on where you left.");
  std::cout << "Folder: " << folder_.path() << '\n';
  if (folder_.has(kConfigName))
    talk_.tell("A configuration is there already. It stays as it is unless you say otherwise at the end.");
  const auto draft = folder_.read(kDraftName);
  if (draft.has_error()) {
    talk_.tell("The answers of an earlier run can't be read: " + draft.error().what + ". Beginning anew.");
    return Next::go_on;
  }
  if (!*draft) return Next::go_on;
  const auto parsed = parse_yaml(**draft);
  if (parsed.tree) answers_ = answers_of_draft(*parsed.tree, world_);
  if (answers_.settled() == 0) return Next::go_on;
  talk_.tell("\n" + std::to_string(answers_.settled()) +
             " answers of an earlier run are kept; secrets are asked again. go-on: ask only what is missing. new: "
             "begin anew.");
  constexpr std::array<std::string_view, 2> kWords{"go-on", "new"};
  auto chosen = talk_.choose("go-on or new", kWords);
  if (const auto* const left = std::get_if<Left>(&chosen)) return leave(*left);
  if (std::get<std::string>(chosen) == "new") answers_ = {};
  return Next::go_on;
}

SetupSession::Next SetupSession::answer(const SetupQuestion& question) {
  if (part_ != question.part) {
    const auto index = static_cast<std::size_t>(question.part);
    std::cout << "\n== " << index + 1 << " of " << kSetupPartNames.size() << ": " << kSetupPartNames.at(index) << '\n';
    part_ = question.part;
  }
  if (question.asked == Asked::secret) return ask_unseen(question);
  if (question.id == "partner_id") look_for_partner_id(question);
  return ask_for(question);
}

// The hardest one to find, and some lines tell it. What comes from outside is proposed only when it would pass.
void SetupSession::look_for_partner_id(const SetupQuestion& question) {
  if (looked_for_partner_id_ || !answers_.said(question.id).empty()) return;
  looked_for_partner_id_ = true;
  std::cout << "\nAsking the line whether it tells the partner id ..." << std::flush;
  const auto told =
      ask_for_partner_id(answers_, clock_->wall(), [this] { return terminal_.wants_to_leave(); }).value_or("");
  const auto checked = check_answer(question, told, answers_, world_);
  if (checked.has_value()) world_.partner_id = *checked;
  std::cout << (checked.has_value() ? " it does.\n" : " it does not.\n");
}

SetupSession::Next SetupSession::ask_for(const SetupQuestion& question) {
  auto reply = talk_.ask(question, answers_, world_);
  if (const auto* const left = std::get_if<Left>(&reply)) return leave(*left);
  if (std::holds_alternative<Back>(reply)) {
    go_back();
    return Next::go_on;
  }
  const auto& said = std::get<std::string>(reply);
  if (question.asked == Asked::attempt) {
    if (said == "yes") return attempt(question);
    answers_.settle_secret(question.id);  // for this run only
    return Next::go_on;
  }
  settle_answer(question, said, answers_);
  asked_.push_back(question.id);
  keep_draft();
  return Next::go_on;
}

SetupSession::Next SetupSession::ask_unseen(const SetupQuestion& question) {
  auto reply = talk_.ask_secret(question);
  if (const auto* const left = std::get_if<Left>(&reply)) return leave(*left);
  auto& secret = std::get<Secret>(reply);
  // Whether there is one is no secret, and the files depend on it.
  if (question.id == "ntfy_token")
    answers_.settle(question.id, secret.reveal() == "none" ? "none" : "given");
  else
    answers_.settle_secret(question.id);
  secrets_.insert_or_assign(std::string(question.id), std::move(secret));
  asked_.push_back(question.id);
  return Next::go_on;
}

SetupSession::Next SetupSession::attempt(const SetupQuestion& question) {
  return question.id == "try_line" ? attempt_line(question) : attempt_message(question);
}

SetupSession::Next SetupSession::attempt_line(const SetupQuestion& question) {
  auto household = household_of(answers_, world_.surroundings);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&household)) {
    for (const ConfigProblem& problem : *problems) talk_.tell(problem.key + ": " + problem.text);
    for (const auto id : kMappingAnswers) answers_.forget(id);
    reopen_part(SetupPart::line, answers_);
    return Next::go_on;
  }
  const std::string_view secret = answers_.said("source") == "router" ? "password" : "passcode";
  std::cout << '\n';
  const auto probed = try_line(
      std::get<Household>(household), secrets_[std::string(secret)], *clock_,
      [this] { return terminal_.wants_to_leave(); }, std::cout);
  if (terminal_.wants_to_leave()) return leave(terminal_.wish());
  if (probed.has_error()) talk_.tell(probed.error().what);
  if (probed.has_value() && probed->proposal) {
    constexpr std::array<std::string_view, 2> kWords{"yes", "no"};
    auto chosen = talk_.choose("Read it with the proposed mapping? yes or no", kWords);
    if (const auto* const left = std::get_if<Left>(&chosen)) return leave(*left);
    if (std::get<std::string>(chosen) == "yes") {
      settle_mapping(*probed->proposal, answers_);
      keep_draft();
      return Next::go_on;
    }
  }
  if (probed.has_value() && probed->usable) {
    talk_.tell("The line answers, and the reading is usable.");
    world_.allocation = probed->allocation;
    answers_.settle_secret(question.id);
    return Next::go_on;
  }
  const bool rejected = probed.has_value() && probed->error == PollError::auth;
  talk_.tell(rejected ? "The line refuses the login. Several wrong ones in a row may lock the account for a while."
                      : "No usable reading came out.");
  return after_failure(question, secret, rejected);
}

SetupSession::Next SetupSession::attempt_message(const SetupQuestion& question) {
  std::cout << "\nSending ...\n" << std::flush;
  const auto sent = try_message(answers_, secrets_, clock_->wall(), [this] { return terminal_.wants_to_leave(); });
  if (terminal_.wants_to_leave()) return leave(terminal_.wish());
  if (sent.has_value()) {
    talk_.tell("The server took it. Look whether it arrives, in the junk folder too.");
    answers_.settle_secret(question.id);
    return Next::go_on;
  }
  talk_.tell("That did not work: " + sent.error().what + (sent.error().what.ends_with('?') ? "" : "."));
  const std::string channel(answers_.said("channel"));
  const std::string secret = channel == "email" ? "mail_password" : channel + "_url";
  const bool has_secret = setup_question(secret).applies(answers_);
  return after_failure(question, has_secret ? secret : "", sent.error().code == Errc::permission);
}

// `secret`: the question that may have been answered wrongly; empty: none.
SetupSession::Next SetupSession::after_failure(const SetupQuestion& question, std::string_view secret,
                                               bool secret_first) {
  std::vector<std::string_view> words{"again", "answers", "skip"};
  if (!secret.empty()) words.insert(words.begin() + (secret_first ? 0 : 1), "secret");
  const std::string typed =
      secret.empty() ? "" : "secret: type it anew (" + std::string(setup_question(secret).prompt) + ").\n";
  talk_.tell(
      "again: try once more.\n" + typed + "answers: go through the questions of this part again.\nskip: go on without.",
      2);
  auto chosen = talk_.choose("What next", words);
  if (const auto* const left = std::get_if<Left>(&chosen)) return leave(*left);
  const auto& word = std::get<std::string>(chosen);
  if (word == "secret") answers_.reopen(secret);
  if (word == "answers") reopen_part(question.part, answers_);
  if (word == "skip") answers_.settle_secret(question.id);
  return Next::go_on;
}

void SetupSession::go_back() {
  if (asked_.empty()) return talk_.tell("This is the first question of this run.", 2);
  reopen_question(setup_question(asked_.back()), answers_);
  asked_.pop_back();
}

void SetupSession::keep_draft() {
  const auto written = folder_.write(kDraftName, std::string(kDraftHead) + yaml_text(answers_.draft()));
  if (written.has_error()) talk_.tell("The answers so far can't be kept for later: " + written.error().what);
}

SetupSession::Next SetupSession::leave(const Left& left) {
  std::cout << "\n\n";
  if (folder_.has(kDraftName))
    talk_.tell("Left. No configuration was written. Your answers so far, without secrets, are in " +
               folder_.path_of(kDraftName) + "; the next setup goes on there.");
  else
    talk_.tell("Left. Nothing was written.");
  code_ = left.signal == 0 ? kLeftCode : kSignalCode + left.signal;
  return Next::left;
}

}  // namespace taara
