// SPDX-License-Identifier: Apache-2.0
#include "core/trial_message.h"

#include <date/date.h>

#include "core/iso_time.h"
#include "core/json_writer.h"

namespace taara {
namespace {

constexpr std::string_view kAlert = "SetupTrial";

template <class Write>
std::string json(const Write& write) {
  std::string text;
  JsonWriter writer([&](std::string_view piece) {
    text += piece;
    return true;
  });
  writer.begin_object();
  write(writer);
  writer.end_object();
  writer.finish();
  return text;
}

void one_member(JsonWriter& writer, std::string_view object, std::string_view name, std::string_view value) {
  writer.key(object);
  writer.begin_object();
  writer.member(name, value);
  writer.end_object();
}

}  // namespace

std::string trial_text(std::string_view household) {
  return "A test message from the setup of " + std::string(household) + ". All is well: messages will arrive here.";
}

std::string trial_mail(std::string_view from, const std::vector<std::string>& to, std::string_view household,
                       Time now) {
  std::string list;
  for (const auto& address : to) list += (list.empty() ? "" : ",\r\n ") + address;
  return "Date: " + date::format("%a, %d %b %Y %H:%M:%S +0000", now) + "\r\nFrom: Taara Monitor <" + std::string(from) +
         ">\r\nTo: " + list +
         "\r\nSubject: Taara Monitor: a test message\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n\r\n" +
         trial_text(household) + "\r\n";
}

std::string trial_chat_json(std::string_view household) {
  return json([&](JsonWriter& writer) { writer.member("text", trial_text(household)); });
}

std::string trial_webhook_json(std::string_view household, Time now) {
  return json([&](JsonWriter& writer) {
    const auto labels = [&](std::string_view object) {
      writer.key(object);
      writer.begin_object();
      writer.member("alertname", kAlert);
      writer.member("household", household);
      writer.end_object();
    };
    writer.member("version", "4");
    writer.member("groupKey", "{}:{alertname=\"SetupTrial\"}");
    writer.member("truncatedAlerts", 0);
    writer.member("status", "firing");
    writer.member("receiver", "family");
    labels("groupLabels");
    labels("commonLabels");
    one_member(writer, "commonAnnotations", "summary", trial_text(household));
    writer.member("externalURL", "");
    writer.key("alerts");
    writer.begin_array();
    writer.begin_object();
    writer.member("status", "firing");
    labels("labels");
    one_member(writer, "annotations", "summary", trial_text(household));
    writer.member("startsAt", iso_time(now, nullptr));
    writer.member("endsAt", "0001-01-01T00:00:00Z");
    writer.member("generatorURL", "");
    writer.member("fingerprint", "");
    writer.end_object();
    writer.end_array();
  });
}

}  // namespace taara
