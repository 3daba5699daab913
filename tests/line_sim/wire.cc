// SPDX-License-Identifier: Apache-2.0
#include "line_sim/wire.h"

#include <algorithm>
#include <cstdlib>

#include "line_sim/json_text.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 410:
      return "Gone";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

void redirect_to(Answer& answer, std::string_view target) {
  answer = {302, "text/html", "<html><body>Moved</body></html>", {{"Location", std::string(target)}}};
}

void add_field(std::string& json, const std::string& field) {
  if (!json.empty() && json.front() == '{') json.insert(1, field + ',');
}

// The answer's own part of a fault: another status, another body, further headers.
void spoil_answer(Answer& answer, const ActiveFault& fault, std::string_view target) {
  const std::string& value = fault.value;
  const auto number = static_cast<std::size_t>(std::strtoull(value.c_str(), nullptr, 10));
  switch (fault.fault) {
    case Fault::html_login:
    case Fault::login_html:
      answer = html_login_page();
      break;
    case Fault::html_as_json:
      answer = html_login_page(), answer.content_type = "application/json";
      break;
    case Fault::redirect:
      redirect_to(answer, value);
      break;
    case Fault::redirect_loop:
      redirect_to(answer, target);
      break;
    case Fault::redirect_file:
      redirect_to(answer, "file:///etc/passwd");
      break;
    case Fault::bot_403:
      answer = {403,
                "text/html",
                "<html><head><title>Access denied</title></head><body>Access denied. Ray 81f3</body></html>",
                {}};
      break;
    case Fault::status: {
      const std::size_t comma = value.find(',');
      answer = message(static_cast<int>(number), reason(static_cast<int>(number)));
      if (comma != std::string::npos) answer.headers.emplace_back("Retry-After", value.substr(comma + 1));
      break;
    }
    case Fault::endpoint_404:
      answer = message(404, "Cannot GET this path");
      break;
    case Fault::endpoint_410:
      answer = message(410, "Gone");
      break;
    case Fault::data_401_once:
    case Fault::data_401_always:
      answer = message(401, "Unauthorized");
      break;
    case Fault::login_401:
      answer = message(401, "Incorrect username or password");
      break;
    case Fault::locked:
      answer = message(static_cast<int>(number), "Already logged in");
      break;
    case Fault::empty:
      answer.body.clear();
      break;
    case Fault::no_content_204:
      answer = {204, "", "", {}};
      break;
    case Fault::whitespace:
      answer.body = " \r\n\t \n";
      break;
    case Fault::trailing_garbage:
      answer.body += "<!-- served -->";
      break;
    case Fault::two_documents:
      answer.body += '\n' + answer.body;
      break;
    case Fault::bom:
      answer.body.insert(0, "\xEF\xBB\xBF");
      break;
    case Fault::body_exact_1mib:
      answer.body.resize(std::max(answer.body.size(), kMebibyte), ' ');
      break;
    case Fault::body_1mib_plus_1:
      answer.body.resize(std::max(answer.body.size(), kMebibyte + 1), ' ');
      break;
    case Fault::deep_nesting:
      add_field(answer.body, R"("extra":)" + std::string(number - 1, '[') + std::string(number - 1, ']'));
      break;
    case Fault::huge_array: {
      std::string array = "0";
      for (std::size_t i = 1; i < number; ++i) array += ",0";
      add_field(answer.body, R"("extra":[)" + array + ']');
      break;
    }
    case Fault::huge_string:
      add_field(answer.body, R"("extra":")" + std::string(number, 'x') + '"');
      break;
    case Fault::same_data:
      if (!value.empty()) answer.headers.emplace_back("Age", value);
      break;
    case Fault::cookie_flood:
      for (int i = 0; i < 200; ++i) {
        const std::string domain = i % 10 == 0 ? "; Domain=elsewhere.example" : "";
        answer.headers.emplace_back("Set-Cookie",
                                    "flood" + std::to_string(i) + "=" + std::string(40, 'c') + "; Path=/" + domain);
      }
      break;
    default:
      break;  // strikes the numbers or the wire, not the answer
  }
}

struct Framing {
  std::string length;  // text of Content-Length; empty: none
  std::string extra;   // further header lines
  bool chunked = false;
};

std::string head_of(const Answer& answer, const WireContext& context, const Framing& framing, bool keep_alive) {
  std::string head =
      "HTTP/1.1 " + std::to_string(answer.status) + ' ' + std::string(reason(answer.status)) + "\r\nServer: nginx\r\n";
  const ActiveFault* const date = find_fault(context.faults, Fault::date_header);
  if (date == nullptr) head += "Date: " + http_date_text(context.now) + "\r\n";
  if (date != nullptr && date->value != "none") head += "Date: " + date->value + "\r\n";
  if (!answer.content_type.empty()) head += "Content-Type: " + answer.content_type + "\r\n";
  for (const auto& [name, value] : answer.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (!framing.length.empty()) head += "Content-Length: " + framing.length + "\r\n";
  if (framing.chunked) head += "Transfer-Encoding: chunked\r\n";
  head += framing.extra;
  return head + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

std::string hexadecimal(std::size_t number) {
  std::string out;
  do {
    out.insert(out.begin(), "0123456789abcdef"[number % 16]);
    number /= 16;
  } while (number > 0);
  return out;
}

// The wire's part of a fault. Those that replace the framing come one at a time: the first that strikes wins.
Wire framed(const Answer& answer, const WireContext& context, Arsenal& arsenal) {
  const auto has = [&](Fault fault) { return find_fault(context.faults, fault) != nullptr; };
  Wire wire;
  wire.ending = Ending::close;
  const std::string& body = answer.body;
  const std::string length = std::to_string(body.size());
  std::size_t head_size = 0;
  const auto send = [&](const Framing& framing, std::string_view what, bool keep_alive = false) {
    wire.start = head_of(answer, context, framing, keep_alive);
    head_size = wire.start.size();
    wire.start += what;
  };
  if (has(Fault::truncated_json)) {
    send({}, std::string_view(body).substr(0, body.size() / 2));
  } else if (has(Fault::content_length_short)) {
    send({std::to_string(body.size() + 1000), "", false}, body);
  } else if (has(Fault::chunk_cut)) {
    send({"", "", true}, hexadecimal(body.size()) + "\r\n" + body.substr(0, body.size() / 2));
  } else if (has(Fault::gzip_bomb)) {
    wire.block = arsenal.gzip_bomb();
    wire.repeat = 1;
    send({std::to_string(wire.block->size()), "Content-Encoding: gzip\r\n", false}, "");
  } else if (has(Fault::chunked_flood)) {
    wire.block = arsenal.flood_chunk();
    wire.repeat = 3200;
    wire.tail = "0\r\n\r\n";
    send({"", "", true}, "");
  } else if (has(Fault::header_flood)) {
    wire.block = arsenal.flood_header();
    wire.repeat = 20'000;
    wire.tail = "\r\n" + body;
    send({length, "", false}, "");
    wire.start.resize(wire.start.size() - 2);  // the headers go on
  } else if (has(Fault::cl_and_te)) {
    send({length, "", true}, hexadecimal(body.size()) + "\r\n" + body + "\r\n0\r\n\r\n");
  } else if (has(Fault::double_cl)) {
    send({length, "Content-Length: " + std::to_string(body.size() / 2) + "\r\n", false}, body);
  } else {
    const bool bodiless = answer.status == 204 || answer.status == 304;
    send({bodiless ? "" : length, "", false}, bodiless ? std::string_view() : std::string_view(body),
         context.keep_alive);
    wire.ending = context.keep_alive ? Ending::keep : Ending::close;
  }
  if (has(Fault::slow_body)) wire.slow_from = head_size;
  if (has(Fault::slow_headers)) wire.slow_from = 0;
  if (has(Fault::rst_after_headers) || has(Fault::rst_in_body)) {
    wire.start.resize(has(Fault::rst_after_headers) ? head_size : head_size + body.size() / 2, ' ');
    wire.repeat = 0;
    wire.tail.clear();
    wire.ending = Ending::reset;
  }
  return wire;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

const std::string* Request::param(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

Wire to_wire(Answer answer, const WireContext& context, Arsenal& arsenal) {
  Wire wire;
  const ActiveFault* const wedge = find_fault(context.faults, Fault::wedge);
  const bool wedged = wedge != nullptr && context.luck * 100 < std::strtod(wedge->value.c_str(), nullptr);
  const bool mute =
      find_fault(context.faults, Fault::silent) != nullptr || find_fault(context.faults, Fault::logout_hang) != nullptr;
  if (wedged || mute) {
    wire.ending = Ending::hang;
    return wire;
  }
  if (find_fault(context.faults, Fault::rst_after_request) != nullptr) {
    wire.ending = Ending::reset;
    return wire;
  }
  for (const ActiveFault& fault : context.faults) spoil_answer(answer, fault, context.target);
  wire = framed(answer, context, arsenal);
  if (const ActiveFault* const delay = find_fault(context.faults, Fault::delay)) {
    wire.delay = milliseconds{std::strtoll(delay->value.c_str(), nullptr, 10)};
  }
  return wire;
}

Answer html_login_page() {
  return {200,
          "text/html; charset=utf-8",
          "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><form method=\"post\" action=\"login\">"
          "<input name=\"username\"><input name=\"password\" type=\"password\"><button>Log "
          "in</button></form></body></html>\n",
          {}};
}

Answer message(int status, std::string_view text) {
  return {status, "application/json; charset=utf-8", "{\"message\":" + json_string(text) + "}", {}};
}

}  // namespace taara::line_sim
