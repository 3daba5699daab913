// SPDX-License-Identifier: Apache-2.0
// How far something is, for people who wait: drawn over itself on stderr, only where that is a terminal.
#pragma once

namespace taara {

class ProgressBar {
 public:
  ProgressBar();
  // Leaves nothing behind.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(double part);  // 0..1

 private:
  bool seen_;
  int shown_ = -1;  // per cent
};

}  // namespace taara
