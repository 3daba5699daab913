// SPDX-License-Identifier: Apache-2.0
#include "app/probe_text.h"

#include <date/date.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ostream>

#include "core/label.h"
#include "io/line_reply.h"
#include "io/router_mapping.h"

namespace taara {
namespace {

constexpr std::string_view kHidden = "…";

std::string_view name_of(Unit unit) {
  constexpr std::array<std::string_view, 10> kNames{"auto", "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"};
  return kNames.at(static_cast<std::size_t>(unit));
}

std::string in_words(Time time) { return date::format("%Y-%m-%d %H:%M:%S UTC", time); }

// A key of an answer or a pointer to it in YAML: always quoted, so that nothing in it means anything.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : clean_label(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

template <class T>
void tell_line(std::ostream& out, std::string_view name, const std::optional<T>& value) {
  out << "  " << name << ": " << (value ? in_words(*value) : "not known") << '\n';
}

void tell_mapped(std::ostream& out, std::string_view name, const std::optional<MappedField>& field) {
  if (field)
    out << "    " << name << ": {pointer: " << quoted(field->pointer) << ", unit: " << name_of(field->unit) << "}\n";
}

}  // namespace

std::string shape_of(const HttpRequest& request) {
  std::string_view rest = request.url;
  if (const auto scheme = rest.find("://"); scheme != rest.npos) rest.remove_prefix(scheme + 3);
  const auto slash = rest.find('/');
  std::string_view path = slash == rest.npos ? "/" : rest.substr(slash);
  const auto question = path.find('?');
  std::string_view query = question == path.npos ? "" : path.substr(question + 1);
  path = path.substr(0, question);

  std::string shape = request.method + " ";
  constexpr std::string_view kLogout = "/logout/";
  if (const auto logout = path.find(kLogout); logout != path.npos)
    shape.append(path.substr(0, logout + kLogout.size())).append(kHidden);
  else
    shape.append(path);
  for (char mark = '?'; !query.empty(); mark = '&') {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    shape.append(1, mark).append(parameter.substr(0, parameter.find('='))).append("=").append(kHidden);
  }
  return shape;
}

std::string in_words(Bytes bytes) {
  struct Scale {
    Bytes size;
    std::string_view name;
  };
  constexpr std::array<Scale, 4> kScales{{{kTerabyte, "TB"}, {kGigabyte, "GB"}, {kMegabyte, "MB"}, {kKilobyte, "kB"}}};
  for (const auto& step : kScales) {
    if (std::abs(bytes.count) < step.size.count) continue;
    const std::int64_t hundredths = bytes.count / (step.size.count / 100);
    const std::string cents = std::to_string(std::abs(hundredths % 100));
    return std::to_string(hundredths / 100) + "." + (cents.size() < 2 ? "0" : "") + cents + " " +
           std::string(step.name) + " (" + std::to_string(bytes.count) + " bytes)";
  }
  return std::to_string(bytes.count) + " bytes";
}

void tell_answer(const HttpResult& result, std::ostream& out) {
  if (const auto* failure = std::get_if<HttpFailure>(&result)) {
    out << "  no answer after " << failure->response_time.count() << " ms: " << failure->what << '\n';
    return;
  }
  const auto& reply = std::get<HttpReply>(result);
  out << "  " << reply.status << " after " << reply.response_time.count() << " ms, "
      << describe_body(reply.content_type, reply.body) << '\n';
}

void tell_outcome(const PollOutcome& outcome, std::ostream& out) {
  const Reading& reading = outcome.reading;
  out << "Reading: " << name_of(kReadingStatusNames, reading.status);
  if (reading.error) out << ", " << name_of(kPollErrorNames, *reading.error) << ": " << outcome.detail;
  out << '\n';
  if (reading.usable()) {
    tell_line(out, "remaining", reading.remaining);
    tell_line(out, "used", reading.used);
    tell_line(out, "allocation", reading.allocation);
    tell_line(out, "resolution", std::optional(reading.resolution));
    tell_line(out, "bought", reading.purchased);
    tell_line(out, "ends", reading.expiry);
    if (!reading.plan.empty()) out << "  plan: " << reading.plan << '\n';
    for (const auto& plan : reading.plans)
      if (!plan.home)
        out << "  beside it: " << plan.plan << ", " << in_words(plan.remaining) << (plan.active ? ", active\n" : "\n");
  }
  if (outcome.violations.empty()) return;
  out << "What is not as it should be:\n";
  for (const auto& violation : outcome.violations)
    out << "  " << name_of(kFieldNames, violation.field) << ": " << violation.detail << '\n';
}

void tell_fields(std::string_view body, std::ostream& out) {
  const auto fields = numeric_fields(body);
  if (fields.empty()) {
    out << "The answer holds no numbers.\n";
    return;
  }
  out << "Numbers in the answer (personal-looking fields are left out):\n";
  for (const auto& field : fields)
    out << "  " << clean_label(field.pointer) << " = " << clean_label(field.shown) << '\n';
  const auto proposal = propose_mapping(body);
  if (!proposal) {
    out << "None of them is called as used or remaining data would be: choose by hand, the names above go into\n"
           "`mapping` of the configuration.\n";
    return;
  }
  out << (proposal->adds_up ? "Proposed mapping, used + remaining = allocated holds:\n"
                            : "Proposed mapping, by the names alone; please compare with the router's own page:\n")
      << "  mapping:\n";
  tell_mapped(out, "used", proposal->mapping.used);
  tell_mapped(out, "remaining", proposal->mapping.remaining);
  tell_mapped(out, "allocated", proposal->mapping.allocated);
  if (proposal->mapping.expires_pointer)
    out << "    expires: {pointer: " << quoted(*proposal->mapping.expires_pointer) << "}\n";
}

}  // namespace taara
