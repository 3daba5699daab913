// SPDX-License-Identifier: Apache-2.0
#include "core/setup_questions.h"

#include <algorithm>
#include <array>

#include "core/owner_rules.h"
#include "core/setup_checks.h"
#include "core/setup_files.h"
#include "core/size_text.h"
#include "core/utf8.h"

namespace taara {
namespace {

using Answers = const SetupAnswers&;
using World = const SetupWorld&;
constexpr std::string_view kDefaultZone = "Africa/Nairobi";

bool always(Answers) { return true; }
bool is_taara(Answers answers) { return answers.said("source") == "taara"; }
bool is_router(Answers answers) { return answers.said("source") == "router"; }
bool is_capped(Answers answers) { return answers.said("allocation") != "unlimited"; }
bool by_plan(Answers answers) { return answers.said("cycle") == "plan"; }
bool by_month(Answers answers) { return answers.said("cycle") == "monthly"; }
bool by_mail(Answers answers) { return answers.said("channel") == "email"; }
bool mail_with_login(Answers answers) { return by_mail(answers) && answers.said("mail_user") != "none"; }
bool by_ntfy(Answers answers) { return answers.said("channel") == "ntfy"; }
bool by_discord(Answers answers) { return answers.said("channel") == "discord"; }
bool by_webhook(Answers answers) { return answers.said("channel") == "webhook"; }
bool with_messages(Answers answers) { return answers.said("channel") != "none"; }
bool with_quiet_hours(Answers answers) { return with_messages(answers) && answers.said("quiet") != "none"; }

std::string none(Answers, World) { return ""; }
std::string yes(Answers, World) { return "yes"; }

std::string zone_proposal(Answers, World world) {
  const bool usable =
      !check_zone(world.system_zone).has_error() && world.surroundings.zone(world.system_zone) != nullptr;
  return usable ? world.system_zone : std::string(kDefaultZone);
}

// In the largest unit that is exact.
std::string size_text(Bytes size) {
  for (const auto& [unit, name] : {std::pair(Unit::TB, "TB"), std::pair(Unit::TiB, "TiB"), std::pair(Unit::GB, "GB"),
                                   std::pair(Unit::GiB, "GiB"), std::pair(Unit::MB, "MB"), std::pair(Unit::MiB, "MiB")})
    if (size.count % bytes_per(unit).count == 0) return std::to_string(size.count / bytes_per(unit).count) + " " + name;
  return std::to_string(size.count) + " B";
}

std::string allocation_proposal(Answers, World world) {
  return world.allocation && world.allocation->count > 0 ? size_text(*world.allocation) : "1 TB";
}

std::string server_proposal(Answers answers, World) {
  const auto from = answers.said("mail_from");
  const auto at = from.find('@');
  return at == std::string_view::npos ? "" : "smtp." + std::string(from.substr(at + 1)) + ":587";
}

std::string user_proposal(Answers answers, World) {
  const auto server = parse_mail_host(answers.said("mail_server"));
  return server && server->local ? "none" : std::string(answers.said("mail_from"));
}

using enum SetupPart;
using enum Asked;

constexpr std::array kQuestions{
    SetupQuestion{"source", line, text, "Source: taara or router",
                  "Where the line's own meter is read: from the ISP's cloud, or from the page of the router at home.",
                  "taara: you log in at the ISP's portal with phone number and passcode. Most lines are of this kind.\n"
                  "router: your router has a page of its own, often http://192.168.88.1, that shows what is used.",
                  "source", always, [](Answers, World) { return std::string("taara"); }, nullptr},
    SetupQuestion{"household", line, text, "Name of this household", "A short name that graphs and messages show.",
                  "It becomes a label in Prometheus. 1 to 63 of a-z, 0-9, _ and -. Further households are added to the "
                  "file by hand, each under a name of its own.",
                  "name", always, [](Answers, World) { return std::string("home"); }, nullptr},
    SetupQuestion{"url", line, text, "Address of the line", "Where the meter is asked. The usual address is proposed.",
                  "https for the ISP's cloud. http only for a router, at its private address.", "url", always,
                  [](Answers answers, World) {
                    return std::string(is_router(answers) ? "http://192.168.88.1" : "https://share.taara.company");
                  },
                  nullptr},
    SetupQuestion{"country_code", line, text, "Country code of the phone number, without +",
                  "The number you log in with has two parts; this is the first.", "Kenya is 254.",
                  "account.country_code", is_taara, [](Answers, World) { return std::string("254"); }, nullptr},
    SetupQuestion{"phone", line, text, "Phone number, without the country code",
                  "The rest of the number that you log in with at the ISP's portal.",
                  "Digits only, 4 to 15. It stays in the configuration on this machine and is sent to the ISP alone.",
                  "account.phone", is_taara, none, nullptr},
    SetupQuestion{"hotspot_id", line, text, "Hotspot id",
                  "It tells the ISP which of its networks is meant. It stands in the address bar of the portal.",
                  "Open the ISP's portal in a browser. The address ends with ...?hotspotId= and then the id.",
                  "account.hotspot_id", is_taara, none, nullptr},
    SetupQuestion{"partner_id", line, text, "Partner id",
                  "It names the ISP's reseller. The portal's page sends it when you log in.",
                  "Open the portal in a browser, then its developer tools (F12), the tab Network, and log in. The "
                  "request called login has it as partnerId.",
                  "account.partner_id", is_taara, [](Answers, World world) { return world.partner_id; }, nullptr},
    SetupQuestion{"passcode", line, secret, "Passcode",
                  "What you log in with at the portal. It goes into a file of its own that nobody else may read.", "",
                  "", is_taara, none, nullptr},
    SetupQuestion{"username", line, text, "User name of the router's page", "The name that you log in with there.",
                  "1 to 128 characters on one line.", "account.username", is_router, none, nullptr},
    SetupQuestion{"password", line, secret, "Password of the router's page",
                  "It goes into a file of its own that nobody else may read.", "", "", is_router, none, nullptr},
    SetupQuestion{"timezone", line, text, "Time zone", "Where the household's days begin and end.",
                  "A name such as Africa/Nairobi. A rented server often runs on UTC, the family doesn't: the family's "
                  "zone is the right one.",
                  "timezone", always, zone_proposal, check_zone},
    SetupQuestion{"try_line", line, attempt, "Try the line now",
                  "This logs in once and reads the meter once, for real. Nothing is stored.",
                  "yes: you see at once whether all of this is right. no: go on, and try later with "
                  "taara_exporter probe.",
                  "", always, yes, check_yes_no},

    SetupQuestion{"allocation", plan, text, "Data per cycle",
                  "What the plan has until it is renewed. A router tells it, the ISP's cloud doesn't.",
                  "A number with its unit: 1 TB, 1000 GB, 1 TiB. Or unlimited: then there is no budget to watch.",
                  "plan.allocation", always, allocation_proposal, nullptr},
    SetupQuestion{"cycle", plan, text, "Cycle: plan or monthly", "When the data starts anew.",
                  "plan: from purchase to expiry, as the line tells it.\nmonthly: on a fixed day of every month.",
                  "plan.cycle", always,
                  [](Answers answers, World) { return std::string(is_router(answers) ? "monthly" : "plan"); }, nullptr},
    SetupQuestion{"length", plan, text, "Length of a plan",
                  "How long a plan lasts, for when the line tells only its end.",
                  "Whole days with a d: 30d. From 1d to 366d.", "plan.length", by_plan,
                  [](Answers, World) { return std::string("30d"); }, nullptr},
    SetupQuestion{"day", plan, text, "Day of the month", "The day on which the data starts anew, at midnight.",
                  "1 to 31. 31 means the last day of every month.", "plan.day", by_month,
                  [](Answers, World) { return std::string("1"); }, nullptr},

    SetupQuestion{"used", alerts, text, "Say so when this much of the cycle's data is used",
                  "A friendly word while there is still room to plan.", "1% to 100%, such as 75%.", "thresholds.used",
                  is_capped, [](Answers, World) { return std::string("75%"); }, nullptr},
    SetupQuestion{"today", alerts, text, "Say so when this much of today's budget is used",
                  "Today's budget is what is safe to use today without missing it later.", "1% to 200%, such as 100%.",
                  "thresholds.today", is_capped, [](Answers, World) { return std::string("100%"); }, nullptr},
    SetupQuestion{"crossing", alerts, text, "Say so when the cap will be crossed with this probability",
                  "How sure the forecast should be before it speaks.", "1% to 99%, such as 50%.", "thresholds.crossing",
                  is_capped, [](Answers, World) { return std::string("50%"); }, nullptr},

    SetupQuestion{"channel", messages, text, "Messages by email, ntfy, discord, webhook or none",
                  "How the family hears of it. More ways can be added later.",
                  "email: to one or more addresses, through your mail provider.\nntfy: to phones, with the app ntfy.\n"
                  "discord: into a channel there.\nwebhook: to a program of yours (n8n, Home Assistant, Tasker).\n"
                  "none: only pages and graphs.\nTelegram and Slack are added by hand: docs/operator/messages.md.",
                  "", always, [](Answers, World) { return std::string("email"); }, check_channel},
    SetupQuestion{"mail_to", messages, text, "Mail addresses of the family", "Who gets the messages.",
                  "One address, or several with commas between.", "", by_mail, none, check_mail_to},
    SetupQuestion{"mail_from", messages, text, "Sender's address", "From whom the messages come.",
                  "Most providers want the address of the account that sends.", "", by_mail,
                  [](Answers answers, World) {
                    const auto to = answers.said("mail_to");
                    return std::string(to.substr(0, to.find(',')));
                  },
                  check_mail_from},
    SetupQuestion{"mail_server", messages, text, "Mail server, host:port",
                  "The SMTP server of your mail provider. The proposal is a guess.",
                  "Usually port 587, or 465. Look in the provider's help for SMTP. The connection is always encrypted, "
                  "but for a server on this machine.",
                  "", by_mail, server_proposal, check_mail_server},
    SetupQuestion{"mail_user", messages, text, "User name at the mail server, or none",
                  "The name that the account logs in with, mostly its address.",
                  "none: for a server that wants no login, such as one on this machine.", "", by_mail, user_proposal,
                  check_mail_user},
    SetupQuestion{"mail_password", messages, secret, "Password at the mail server",
                  "With two-factor login: an app password, which the provider's pages make for you.", "", "",
                  mail_with_login, none, check_mail_password},
    SetupQuestion{"ntfy_url", messages, secret, "Server and topic",
                  "One address such as https://ntfy.sh/our-secret-topic. Whoever knows the topic can read along, so it "
                  "is treated as a secret.",
                  "", "", by_ntfy, none, check_ntfy},
    SetupQuestion{"ntfy_token", messages, secret, "Access token, or none",
                  "Only where the server wants one; ntfy.sh doesn't, for a topic that nobody reserved.", "", "",
                  by_ntfy, none, check_token},
    SetupQuestion{"discord_url", messages, secret, "URL of the webhook",
                  "The channel's settings: Integrations, Webhooks, New, Copy URL. Whoever has it can write there.", "",
                  "", by_discord, none, check_discord},
    SetupQuestion{"webhook_url", messages, secret, "URL of the webhook",
                  "Your program gets Alertmanager's JSON there by POST. The address is treated as a secret.", "", "",
                  by_webhook, none, check_webhook},
    SetupQuestion{"try_message", messages, attempt, "Send one test message now",
                  "The same way that messages will go later.",
                  "yes: you see at once whether it arrives. no: go on without.", "", with_messages, yes, check_yes_no},
    SetupQuestion{"quiet", messages, text, "Quiet hours, or none",
                  "Nothing is sent to the family then; what still matters comes afterwards.",
                  "Two times, also over midnight: 21:30-06:30. End them before 7: the morning's message comes then.",
                  "", with_messages, [](Answers, World) { return std::string("21:30-06:30"); }, check_quiet},
    SetupQuestion{"quiet_zone", messages, text, "Time zone of the quiet hours", "On whose clock.",
                  "A name such as Africa/Nairobi.", "", with_quiet_hours,
                  [](Answers answers, World) { return std::string(answers.said("timezone")); }, check_zone},
    SetupQuestion{"dashboard", messages, text, "Where messages link to", "A page that shows more: Grafana's, mostly.",
                  "The address as a phone of the family reaches it. localhost is right on this machine only; it can be "
                  "changed later in owner.yml.",
                  "", with_messages, [](Answers, World) { return std::string("http://localhost:3000/d/taara-home"); },
                  check_link},
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

// What the exporter's own reader says of the one key.
std::optional<Error> fault_in_config(std::string_view key, const SetupAnswers& answers, World world) {
  const auto read = household_of(answers, world.surroundings);
  const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&read);
  if (problems == nullptr) return {};
  const std::string place = "households[0]." + std::string(key);
  for (const ConfigProblem& problem : *problems)
    if (problem.key == place) return Error{Errc::invalid, problem.text};
  return {};
}

}  // namespace

std::span<const SetupQuestion> setup_questions() { return kQuestions; }

const SetupQuestion& setup_question(std::string_view id) {
  return *std::find_if(kQuestions.begin(), kQuestions.end(), [&](const SetupQuestion& q) { return q.id == id; });
}

const SetupQuestion* next_question(const SetupAnswers& answers) {
  const auto* const next = std::find_if(kQuestions.begin(), kQuestions.end(), [&](const SetupQuestion& question) {
    return !answers.is_settled(question.id) && question.applies(answers);
  });
  return next == kQuestions.end() ? nullptr : next;
}

std::string offered(const SetupQuestion& question, const SetupAnswers& answers, const SetupWorld& world) {
  if (question.asked == Asked::text && !answers.said(question.id).empty())
    return std::string(answers.said(question.id));
  return question.proposal(answers, world);
}

Result<std::string> check_answer(const SetupQuestion& question, std::string_view answer, const SetupAnswers& answers,
                                 const SetupWorld& world) {
  answer = trimmed(answer);
  if (answer.empty()) return Error{Errc::invalid, "found nothing, but it is needed"};
  if (valid_utf8_bytes(answer) != answer.size() || has_control(answer))
    return Error{Errc::invalid, "found a control character, such as an arrow key sends; allowed: text"};
  std::string kept(answer);
  if (question.check != nullptr) {
    auto checked = question.check(answer);
    if (checked.has_error()) return checked;
    kept = *std::move(checked);
  }
  // The quiet hours' zone stands in another file, but must exist as well.
  const auto& judged = question.id == "quiet_zone" ? setup_question("timezone") : question;
  if (!judged.key.empty()) {
    SetupAnswers with = answers;
    with.settle(judged.id, kept);
    if (auto fault = fault_in_config(judged.key, with, world)) return *std::move(fault);
  }
  return kept;
}

Result<void> check_secret_answer(const SetupQuestion& question, std::string_view secret) {
  if (secret.empty()) return Error{Errc::invalid, "nothing came; it is needed"};
  if (secret.size() > 1024) return Error{Errc::invalid, "that is too long; allowed: 1024 bytes"};
  if (valid_utf8_bytes(secret) != secret.size() || has_control(secret))
    return Error{Errc::invalid, "that holds a control character, such as an arrow key sends; allowed: text"};
  if (question.check == nullptr) return {};
  const auto checked = question.check(secret);
  if (checked.has_error()) return checked.error();
  return {};
}

void settle_answer(const SetupQuestion& question, const std::string& answer, SetupAnswers& answers) {
  if (question.id == "source" && answer != answers.said("source")) {
    for (const std::string_view id : {"url", "cycle"}) answers.forget(id);
    for (const std::string_view id : kMappingAnswers) answers.forget(id);
  }
  answers.settle(question.id, answer);
}

SetupAnswers answers_of_draft(const ConfigNode& draft, const SetupWorld& world) {
  const auto said = [&](std::string_view id) -> const ConfigNode* {
    for (const auto& entry : draft.entries)
      if (entry.key == id && entry.value.kind == ConfigNode::Kind::scalar) return &entry.value;
    return nullptr;
  };
  SetupAnswers answers;
  for (const SetupQuestion& question : kQuestions) {
    const auto* const node = said(question.id);
    if (node == nullptr || question.asked != Asked::text || !question.applies(answers)) continue;
    const auto checked = check_answer(question, node->text, answers, world);
    if (checked.has_value()) answers.settle(question.id, *checked);
  }
  for (const auto id : kMappingAnswers)
    if (const auto* const node = said(id); node != nullptr && is_router(answers)) answers.settle(id, node->text);
  return answers;
}

void reopen_question(const SetupQuestion& question, SetupAnswers& answers) {
  bool later = false;
  for (const SetupQuestion& other : kQuestions) {
    later = later || other.id == question.id;
    if (later && other.part == question.part && (other.id == question.id || other.asked == Asked::attempt))
      answers.reopen(other.id);
  }
}

void reopen_part(SetupPart part, SetupAnswers& answers) {
  for (const SetupQuestion& question : kQuestions)
    if (question.part == part) answers.reopen(question.id);
}

}  // namespace taara
