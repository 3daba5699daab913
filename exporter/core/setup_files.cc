// SPDX-License-Identifier: Apache-2.0
#include "core/setup_files.h"

#include <algorithm>

#include "core/owner_rules.h"
#include "core/setup_questions.h"
#include "core/yaml_text.h"

namespace taara {
namespace {

constexpr std::string_view kConfigHead =
    "# Taara Monitor: the configuration. Written by `taara_exporter setup`; change it as you like.\n"
    "# Every setting: docs/operator/taara.example.yml. After a change:\n"
    "#   taara_exporter --config.file=FILE --config.check\n"
    "# A path that begins with ./ starts at the folder of this file.\n";

constexpr std::string_view kOwnerHead =
    "# Taara Monitor: who hears what, and how. Written by `taara_exporter setup`; change it as you like.\n"
    "# Every setting: alertmanager/owner.example.yml. After a change: alertmanager/configure FILE --check\n"
    "# A path starts at the folder of this file.\n";

ConfigNode& at(ConfigNode& root, std::string_view key) {
  const auto dot = key.find('.');
  ConfigNode& below = child(root, key.substr(0, dot));
  return dot == std::string_view::npos ? below : at(below, key.substr(dot + 1));
}

bool asked_for(std::string_view question, const SetupAnswers& answers) {
  return setup_question(question).applies(answers);
}

std::string secret_file(std::string_view question, const SetupAnswers& answers) {
  for (const SetupSecret& secret : secrets_of(answers))
    if (secret.question == question) return secret.file;
  return "";
}

// "MB /usage/used": the unit, then the pointer.
ConfigNode mapped_field(std::string_view answer) {
  const auto space = std::min(answer.find(' '), answer.size());
  ConfigNode field;
  const auto pointer = answer.substr(std::min(answer.size(), space + 1));
  if (pointer.empty()) return field;  // not read
  child(field, "pointer") = text_node(pointer);
  if (space > 0) child(field, "unit") = text_node(answer.substr(0, space));
  return field;
}

void add_mapping(ConfigNode& household, const SetupAnswers& answers) {
  if (answers.said("source") != "router") return;
  for (const std::string_view id : kMappingAnswers) {
    if (!answers.is_settled(id)) continue;
    child(child(household, "mapping"), id.substr(id.find('_') + 1)) = mapped_field(answers.said(id));
  }
}

ConfigNode email_channel(const SetupAnswers& answers) {
  ConfigNode channel;
  const auto to = parse_mail_addresses(answers.said("mail_to"));
  child(channel, "to") = list_of(to.value_or(std::vector<std::string>()));
  child(channel, "from") = text_node(answers.said("mail_from"));
  child(channel, "smarthost") = text_node(answers.said("mail_server"));
  if (asked_for("mail_password", answers)) {
    child(channel, "username") = text_node(answers.said("mail_user"));
    child(channel, "password_file") = text_node(secret_file("mail_password", answers));
  }
  const auto server = parse_mail_host(answers.said("mail_server"));
  if (server && server->local) child(channel, "require_tls") = text_node("false");
  return channel;
}

ConfigNode channel_node(std::string_view kind, const SetupAnswers& answers) {
  if (kind == "email") return email_channel(answers);
  ConfigNode channel;
  const std::string id = std::string(kind) + "_url";
  child(channel, kind == "discord" ? "webhook_url_file" : "url_file") = text_node(secret_file(id, answers));
  if (kind == "ntfy" && answers.said("ntfy_token") == "given")
    child(channel, "token_file") = text_node(secret_file("ntfy_token", answers));
  return channel;
}

}  // namespace

std::vector<SetupSecret> secrets_of(const SetupAnswers& answers) {
  const std::string household(answers.said("household"));
  const std::vector<SetupSecret> all{{"passcode", household + ".passcode"}, {"password", household + ".password"},
                                     {"mail_password", "smtp.password"},    {"ntfy_url", "ntfy.url"},
                                     {"ntfy_token", "ntfy.token"},          {"discord_url", "discord.url"},
                                     {"webhook_url", "webhook.url"}};
  std::vector<SetupSecret> wanted;
  for (const SetupSecret& secret : all) {
    if (!asked_for(secret.question, answers)) continue;
    if (secret.question == "ntfy_token" && answers.said("ntfy_token") != "given") continue;
    wanted.push_back(secret);
  }
  return wanted;
}

ConfigNode config_tree(const SetupAnswers& answers, std::string_view store) {
  ConfigNode household;
  household.kind = ConfigNode::Kind::map;
  for (const SetupQuestion& question : setup_questions()) {
    if (question.key.empty() || !answers.is_settled(question.id) || !question.applies(answers)) continue;
    at(household, question.key) = text_node(answers.said(question.id));
    if (question.id != "phone" && question.id != "username") continue;
    const std::string_view secret = question.id == "phone" ? "passcode" : "password";
    at(household, "account." + std::string(secret) + "_file") = text_node("./" + secret_file(secret, answers));
  }
  add_mapping(household, answers);
  ConfigNode root;
  ConfigNode& households = child(root, "households");
  households.kind = ConfigNode::Kind::list;
  households.items.push_back(std::move(household));
  at(root, "store.path") = text_node(store);
  return root;
}

std::string config_text(const SetupAnswers& answers, std::string_view store) {
  return std::string(kConfigHead) + yaml_text(config_tree(answers, store));
}

std::optional<std::string> owner_text(const SetupAnswers& answers) {
  const std::string channel(answers.said("channel"));
  if (channel == "none") return std::nullopt;
  ConfigNode root;
  child(root, "language") = text_node("en");
  const auto quiet = parse_quiet_hours(answers.said("quiet"));
  child(root, "timezone") = text_node(answers.said(quiet ? "quiet_zone" : "timezone"));
  if (quiet) {
    at(root, "quiet_hours.from") = text_node(quiet->from);
    at(root, "quiet_hours.to") = text_node(quiet->to);
  } else {
    child(root, "quiet_hours") = text_node("none");
  }
  at(root, "links.dashboard") = text_node(answers.said("dashboard"));
  child(child(root, "channels"), channel) = channel_node(channel, answers);
  child(root, "family") = list_of({channel});
  child(root, "keeper") = list_of({channel});
  return std::string(kOwnerHead) + yaml_text(root);
}

std::variant<Household, std::vector<ConfigProblem>> household_of(const SetupAnswers& answers,
                                                                 const ConfigSurroundings& surroundings) {
  ConfigSurroundings without_secrets = surroundings;
  without_secrets.check_secret = {};
  auto read = read_config(config_tree(answers, "/var/lib/taara"), without_secrets, {});
  if (auto* const problems = std::get_if<std::vector<ConfigProblem>>(&read)) return std::move(*problems);
  return std::get<Config>(std::move(read)).households.front();
}

void settle_mapping(const Mapping& mapping, SetupAnswers& answers) {
  constexpr std::array<std::string_view, 10> kUnits{"auto", "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"};
  const auto text = [&](const std::optional<MappedField>& field) {
    return field ? std::string(kUnits.at(static_cast<std::size_t>(field->unit))) + " " + field->pointer : "";
  };
  answers.settle("mapping_used", text(mapping.used));
  answers.settle("mapping_remaining", text(mapping.remaining));
  answers.settle("mapping_allocated", text(mapping.allocated));
  answers.settle("mapping_expires", mapping.expires_pointer ? " " + *mapping.expires_pointer : "");
}

}  // namespace taara
