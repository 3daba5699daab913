// SPDX-License-Identifier: Apache-2.0
#include "core/setup_checks.h"

#include <algorithm>

#include "core/in_quotes.h"
#include "core/owner_rules.h"

namespace taara {
namespace {

Error unfit(std::string_view answer, std::string_view allowed) {
  return {Errc::invalid, "found " + in_quotes(answer) + "; allowed: " + std::string(allowed)};
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// Of secrets: nothing of them is repeated.
Result<std::string> hidden(bool fits, std::string_view answer, std::string_view allowed) {
  if (fits) return std::string(answer);
  return Error{Errc::invalid, "that does not fit (it is not shown here); allowed: " + std::string(allowed)};
}

}  // namespace

Result<std::string> check_yes_no(std::string_view answer) {
  if (answer == "yes" || answer == "y") return std::string("yes");
  if (answer == "no" || answer == "n") return std::string("no");
  return unfit(answer, "yes or no");
}

Result<std::string> check_zone(std::string_view answer) {
  // Alertmanager's file wants the long names.
  if (answer.find('/') == std::string_view::npos && answer != "UTC")
    return unfit(answer, "an IANA time zone with a slash, such as Africa/Nairobi, or UTC");
  return std::string(answer);
}

Result<std::string> check_channel(std::string_view answer) {
  for (const std::string_view known : {"email", "ntfy", "discord", "webhook", "none"})
    if (answer == known) return std::string(answer);
  return answer == "mail" ? Result<std::string>("email") : unfit(answer, "email, ntfy, discord, webhook or none");
}

Result<std::string> check_mail_to(std::string_view answer) {
  const auto addresses = parse_mail_addresses(answer);
  if (!addresses) return unfit(answer, "1 to 20 mail addresses with commas between, such as mama@example.org");
  std::string text;
  for (const auto& address : *addresses) text += (text.empty() ? "" : ", ") + address;
  return text;
}

Result<std::string> check_mail_from(std::string_view answer) {
  if (!is_mail_address(answer)) return unfit(answer, "one mail address, such as taara@example.org");
  return std::string(answer);
}

Result<std::string> check_mail_server(std::string_view answer) {
  if (!parse_mail_host(answer)) return unfit(answer, "host:port, such as smtp.example.org:587");
  return std::string(answer);
}

Result<std::string> check_mail_user(std::string_view answer) {
  if (answer.empty() || answer.size() > 128 || !is_printable(answer) || answer.find("{{") != std::string_view::npos)
    return unfit(answer, "1 to 128 printable ASCII characters without {{, or none");
  return std::string(answer);
}

Result<std::string> check_quiet(std::string_view answer) {
  if (answer == "none") return std::string(answer);
  const auto hours = parse_quiet_hours(answer);
  if (!hours) return unfit(answer, "two different times such as 21:30-06:30, or none");
  return hours->from + "-" + hours->to;
}

Result<std::string> check_link(std::string_view answer) {
  if (!is_link(answer)) return unfit(answer, "http:// or https:// with a host, without spaces, quotes or braces");
  return std::string(answer);
}

Result<std::string> check_mail_password(std::string_view answer) {
  return hidden(is_printable(answer) && !answer.starts_with(' ') && !answer.ends_with(' '), answer,
                "printable ASCII characters, without a space at the start or the end");
}

Result<std::string> check_ntfy(std::string_view answer) {
  return hidden(is_ntfy_topic(answer), answer, "server and topic, such as https://ntfy.sh/our-secret-topic");
}

Result<std::string> check_token(std::string_view answer) {
  return hidden(is_printable(answer) && answer.find(' ') == std::string_view::npos, answer,
                "printable ASCII characters without spaces, or the word none");
}

Result<std::string> check_discord(std::string_view answer) {
  return hidden(is_discord_webhook(answer), answer, "the webhook's URL as Discord gave it");
}

Result<std::string> check_webhook(std::string_view answer) {
  return hidden(is_link(answer), answer, "http:// or https:// with a host, without spaces, quotes or braces");
}

}  // namespace taara
