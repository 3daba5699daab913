// SPDX-License-Identifier: Apache-2.0
// A person at a terminal: lines that are typed, secrets that are typed unseen, and the wish to leave. Only one at a
// time; the signals SIGINT, SIGTERM, SIGHUP and SIGQUIT must be blocked in every thread, and are noticed here.
#pragma once

#include <termios.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/result.h"
#include "io/secret_file.h"

namespace taara {

// Ctrl-D, a closed terminal, or a signal.
struct Left {
  int signal = 0;  // 0: the end of what is typed
};

class Terminal {
 public:
  // Fails where stdin or stdout is no terminal.
  [[nodiscard]] static Result<Terminal> open();
  Terminal(Terminal&& other) noexcept;
  Terminal& operator=(Terminal&&) = delete;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  // Both show the prompt first and return what was typed, without its line end; at most 4095 bytes.
  [[nodiscard]] std::variant<std::string, Left> ask(std::string_view prompt);
  // Nothing of what is typed appears; the terminal is as before on every way out.
  [[nodiscard]] std::variant<Secret, Left> ask_unseen(std::string_view prompt);

  // Whether somebody wanted to leave meanwhile; doesn't wait.
  [[nodiscard]] bool wants_to_leave();
  // How; only after wants_to_leave() said yes.
  [[nodiscard]] Left wish() const { return asked_.value_or(Left{}); }
  // In columns; 80 where the terminal doesn't say.
  [[nodiscard]] std::size_t width() const;

 private:
  explicit Terminal(int signals) : signals_(signals) {}
  [[nodiscard]] std::optional<Left> read_line(std::string& line);

  int signals_;                // a descriptor on which the signals come
  std::optional<Left> asked_;  // the wish, once it came
};

}  // namespace taara
