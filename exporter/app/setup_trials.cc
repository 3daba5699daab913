// SPDX-License-Identifier: Apache-2.0
#include "app/setup_trials.h"

#include "app/line_carrier.h"
#include "core/owner_rules.h"
#include "core/trial_message.h"
#include "io/http.h"
#include "io/mail.h"
#include "io/taara_reply.h"

namespace taara {
namespace {

Secret copy_of(const Secret& secret) { return Secret(std::string(secret.reveal())); }

std::string_view revealed(const SetupSecrets& secrets, std::string_view question) {
  const auto found = secrets.find(question);
  return found == secrets.end() ? std::string_view() : found->second.reveal();
}

Result<void> try_mail(const SetupAnswers& answers, const SetupSecrets& secrets, Time now, const Stopped& stopped) {
  const auto server = parse_mail_host(answers.said("mail_server"));
  const auto to = parse_mail_addresses(answers.said("mail_to"));
  if (!server || !to) return Error{Errc::invalid, "the mail server and the addresses are not said yet"};
  MailRoute route{server->host, server->port, !server->local, "", std::string(answers.said("mail_from")), *to};
  if (answers.said("mail_user") != "none") route.user = answers.said("mail_user");
  return send_mail(route, revealed(secrets, "mail_password"),
                   trial_mail(route.from, route.to, answers.said("household"), now), stopped);
}

HttpRequest posted(const SetupAnswers& answers, const SetupSecrets& secrets, Time now) {
  const auto household = answers.said("household");
  HttpRequest request;
  request.method = "POST";
  if (answers.said("channel") == "ntfy") {
    request.url = revealed(secrets, "ntfy_url");
    request.headers = {{"Title", "Taara Monitor"}, {"Content-Type", "text/plain; charset=utf-8"}};
    if (answers.said("ntfy_token") == "given")
      request.headers.emplace_back("Authorization", "Bearer " + std::string(revealed(secrets, "ntfy_token")));
    request.body = trial_text(household);
    return request;
  }
  request.headers = {{"Content-Type", "application/json"}};
  if (answers.said("channel") == "discord") {
    request.url = std::string(revealed(secrets, "discord_url")) + "/slack";
    request.body = trial_chat_json(household);
  } else {
    request.url = revealed(secrets, "webhook_url");
    request.body = trial_webhook_json(household, now);
  }
  return request;
}

void wipe_request(HttpRequest& request) {
  wipe(request.url);
  for (auto& [name, value] : request.headers) wipe(value);
}

Result<void> judged(const HttpResult& result) {
  if (const auto* failure = std::get_if<HttpFailure>(&result)) return Error{Errc::io, failure->what};
  const int status = std::get<HttpReply>(result).status;
  if (status >= 200 && status < 300) return {};
  const bool refused = status == 401 || status == 403;
  return Error{refused ? Errc::permission : Errc::io, "the server answers with status " + std::to_string(status) +
                                                          (refused ? ": it wants another token, or another address"
                                                           : status == 404 ? ": it does not know that address"
                                                                           : "")};
}

}  // namespace

Result<Probed> try_line(const Household& household, const Secret& secret, const Clock& clock, const Stopped& stopped,
                        std::ostream& out) {
  auto http = Http::create();
  if (!http) return http.error();
  const HttpLimits limits = limits_of(household, Polling());
  return probe(
      std::make_shared<const Household>(household), [&]() -> Result<Secret> { return copy_of(secret); },
      [&](const HttpRequest& request) { return carry(**http, request, limits, clock.wall(), stopped); }, clock, out);
}

std::optional<std::string> ask_for_partner_id(const SetupAnswers& answers, Time now, const Stopped& stopped) {
  auto http = Http::create();
  if (!http) return {};
  const auto request = hotspot_request(std::string(answers.said("url")), answers.said("hotspot_id"));
  const auto result = carry(**http, request, HttpLimits(), now, stopped);
  const auto* const reply = std::get_if<HttpReply>(&result);
  return reply == nullptr || reply->status != 200 ? std::nullopt : partner_id_in(reply->body);
}

Result<void> try_message(const SetupAnswers& answers, const SetupSecrets& secrets, Time now, const Stopped& stopped) {
  if (answers.said("channel") == "email") return try_mail(answers, secrets, now, stopped);
  auto http = Http::create();
  if (!http) return http.error();
  HttpRequest request = posted(answers, secrets, now);
  auto result = judged(carry(**http, request, HttpLimits(), now, stopped));
  wipe_request(request);
  return result;
}

}  // namespace taara
